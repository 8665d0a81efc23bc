"""Qui tient quel rôle, quel jour : le jour même, la seconde habilitation, l'autre organisation (RES-1)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cedre.comptes.droits import DROITS, EQUIPE, ROLES_DE_FEDERATION, ROLES_DE_REGION, Droit, Role
from cedre.comptes.models import Compte, Habilitation, Organisation

LE = date(2025, 5, 14)
UN_JOUR = timedelta(days=1)


def midi(le: date) -> datetime:
    return datetime(le.year, le.month, le.day, 12, tzinfo=UTC)


def jours(habilitation: Habilitation, *decalages: int) -> list[bool]:
    """Si elle se tient ces jours-là, comptés depuis LE."""
    lus = [LE + n * UN_JOUR for n in decalages]
    return [Habilitation.objects.tenues(le).filter(pk=habilitation.pk).exists() for le in lus]


def test_un_acces_se_tient_de_son_premier_jour_compris_a_celui_ou_on_le_retire_exclu(ici):
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(depuis=midi(LE))
    assert jours(ici.hab["cip"], -1, 0, 1) == [False, True, True]
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(retiree_le=midi(LE + 2 * UN_JOUR))
    assert jours(ici.hab["cip"], 0, 1, 2, 3) == [True, True, False, False]
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(retiree_le=midi(LE))
    assert jours(ici.hab["cip"], 0) == [False], "venu et reparti le même jour"


def test_un_compte_desactive_ne_se_tient_plus_depuis_ce_jour_compris_ou_jamais_si_on_ne_sait_quand(ici):
    comptes = Compte.objects.filter(pk=ici.hab["cip"].compte_id)
    comptes.update(is_active=False, desactive_le=LE)
    assert jours(ici.hab["cip"], -1, 0, 1) == [True, False, False]
    comptes.update(desactive_le=None)
    assert jours(ici.hab["cip"], -1, 0, 1) == [False, False, False]
    assert not Habilitation.objects.actives().filter(pk=ici.hab["cip"].pk).exists()


def test_un_membre_de_plusieurs_roles_ne_compte_qu_une_fois_dans_chaque_organisation(ici, ailleurs):
    compte = ici.hab["cip"].compte
    for organisation, role in ((ici.organisation, "mad"), (ailleurs.organisation, "accueil"), (ici.organisation, "ca")):
        Habilitation.objects.create(compte=compte, organisation=organisation, role=role, depuis=midi(LE))

    def siennes(le: date) -> list[tuple[str, str]]:
        lues = Habilitation.objects.de_l_equipe(le).filter(compte=compte).order_by("pk")
        return [(h.organisation.slug, h.role) for h in lues]

    assert siennes(LE) == [("ici", "cip"), ("ailleurs", "accueil")]
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(retiree_le=midi(LE))
    assert siennes(LE - UN_JOUR) == [("ici", "cip")]
    assert siennes(LE) == [("ici", "mad"), ("ailleurs", "accueil")], "son autre rôle prend la suite"


def test_l_equipe_n_est_que_des_cinq_roles_a_qui_un_dossier_peut_s_ouvrir(ici):
    lus = Habilitation.objects.de_l_equipe(timezone.localdate()).filter(organisation=ici.organisation)
    assert set(lus.values_list("role", flat=True)) == {"accueil", "cip", "mad", "qualite", "direction"} == set(EQUIPE)


def test_les_collegues_d_un_droit_sont_ceux_de_sa_structure_en_poste_chacun_une_fois(ici, ailleurs):
    moi, partie = ici.hab["cip"], ici.hab["mad"]
    Habilitation.objects.create(compte=moi.compte, organisation=ici.organisation, role="direction")
    Habilitation.objects.create(compte=ici.hab["ca"].compte, organisation=ailleurs.organisation, role="cip")
    Habilitation.objects.filter(pk=partie.pk).update(retiree_le=timezone.now())
    collegues = list(moi.collegues(Droit.PARCOURS_LIRE))
    assert collegues == [ici.hab[role].compte for role in ("cip", "direction", "qualite")], "moi compris, par ordre de nom"


def test_une_organisation_tient_cedre_depuis_son_premier_acces_meme_retire(ici, ailleurs):
    Habilitation.objects.filter(organisation=ici.organisation).update(depuis=midi(LE))
    Habilitation.objects.filter(pk=ici.hab["mad"].pk).update(depuis=midi(LE - UN_JOUR), retiree_le=midi(LE))
    Habilitation.objects.filter(organisation=ailleurs.organisation).update(depuis=midi(LE + UN_JOUR))
    lus = Habilitation.objects.premiers_jours()
    assert (lus[ici.organisation.pk], lus[ailleurs.organisation.pk]) == (LE - UN_JOUR, LE + UN_JOUR)


@pytest.mark.parametrize(
    "droit, roles",
    [
        (Droit.SANTE_LIRE, "cip direction"),
        (Droit.PARCOURS_CONDUIRE, "cip direction"),
        (Droit.DOSSIER_LIRE, "accueil cip mad qualite direction"),
        (Droit.PARCOURS_LIRE, "cip mad qualite direction"),
        (Droit.FICHIER_EXPORTER, "accueil cip qualite direction"),
        (Droit.FICHIER_IMPORTER, "qualite direction"),
        (Droit.DROITS_EXERCER, "direction"),
        (Droit.REGLAGES_MODIFIER, "direction"),
        (Droit.ENTRETIENS_ANNUELS_LIRE, "direction"),
        (Droit.EQUIPE_GERER, "direction referent_regional responsable_qualite"),
        (Droit.TRACES_LIRE, "direction referent_regional responsable_qualite"),
        (Droit.RESEAU_TENIR, "responsable_qualite"),
        (Droit.NOMENCLATURES_TENIR, "responsable_qualite"),
        (Droit.CONFORMITE_LIRE, "cip qualite direction ca"),
    ],
)
def test_ce_qui_touche_aux_personnes_ou_administre_n_est_qu_a_ces_roles(droit, roles):
    assert {role.value for role in Role if droit in DROITS[role]} == set(roles.split())


def test_ce_qu_un_mot_de_passe_vole_n_ouvre_pas_seul():
    assert {droit.value for droit in Droit if droit.exige_second_facteur} == {
        *("sante_lire", "droits_exercer", "equipe_gerer", "reglages_modifier"),
        *("reseau_tenir", "editions_tenir", "nomenclatures_tenir"),
    }


def test_chaque_nature_d_organisation_a_ses_roles():
    possibles = {nature: Organisation(nature=nature).roles_possibles for nature in Organisation.Nature.values}
    assert possibles["federation"] == ROLES_DE_FEDERATION and possibles["region"] == ROLES_DE_REGION
    assert possibles["ensemblier"] == {"direction", "ca"}
    assert possibles["structure"] == EQUIPE | {"ca", "salarie", "client", "partenaire"}
    assert not possibles["federation"] & possibles["region"] and not possibles["region"] & possibles["structure"]


FAUTES = {
    "une structure sans type": lambda ici: Organisation(nature="structure", nom="N", slug="n"),
    "une région avec un type": lambda ici: Organisation(nature="region", type_siae="AI", nom="N", slug="n"),
    "deux fois la même adresse": lambda ici: Organisation(nature="region", nom="N", slug="ici"),
    "deux fois le même SIRET": lambda ici: Organisation(nature="region", nom="N", slug="n", siret="73282932000074"),
    "deux fois le même accès": lambda ici: Habilitation(compte=ici.hab["cip"].compte, organisation=ici.organisation, role="cip"),
    "un compte actif désactivé un jour": lambda ici: Compte(email="x@x.example", desactive_le=LE),
}


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("fautive", FAUTES.values(), ids=FAUTES)
def test_la_base_refuse(ici, fautive):
    Organisation.objects.filter(pk=ici.organisation.pk).update(siret="73282932000074")
    with pytest.raises(IntegrityError), transaction.atomic():
        fautive(ici).save()


def test_deux_organisations_peuvent_n_avoir_pas_de_siret_et_un_acces_retire_se_rend(ici):
    for nom in "ab":
        Organisation.objects.create(nature="region", nom=nom, slug=nom)
    Habilitation.objects.filter(pk=ici.hab["cip"].pk).update(retiree_le=timezone.now())
    Habilitation.objects.create(compte=ici.hab["cip"].compte, organisation=ici.organisation, role="cip")


def test_un_compte_se_cree_en_minuscules_et_sans_mot_de_passe_n_entre_pas(db):
    compte = Compte.objects.create_user(" Ada.Brun@Ici.Example".strip(), nom="Brun")
    assert compte.email == "ada.brun@ici.example" and not compte.has_usable_password() and compte.is_active
    assert Compte.objects.create_user("b@ici.example", "un mot de passe assez long").check_password("un mot de passe assez long")
