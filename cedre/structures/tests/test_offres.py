"""L'offre d'insertion (PRO-2)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.models import Deplacement, Habilitation, Trace
from cedre.observatoire.models import Terme
from cedre.structures.models import Offre

LISTE = "structures:offres"
SAISIE = {"intitule": "Atelier permis", "nature": "atelier", "active": "on"}


def terme(liste, code):
    return Terme.objects.get(liste=liste, code=code)


def offre(monde, intitule, themes=(), types=(), **champs):
    creee = Offre.objects.create(organisation=monde.organisation, intitule=intitule, **champs)
    creee.themes.set([terme("domaine", code) for code in themes])
    creee.types_engagement.set([terme("type_engagement", code) for code in types])
    return creee


def intitules(client, **filtre):
    groupes = client.get(reverse(LISTE), filtre).context["groupes"]
    return [(nature, [str(o) for o in offres]) for nature, offres in groupes]


def test_ajouter_a_l_offre_garde_ses_themes_et_laisse_une_trace(ici):
    themes = [terme("domaine", "mobilite").pk, terme("domaine", "emploi").pk]
    reponse = ici.client("direction").post(reverse("structures:offre_nouvelle"), SAISIE | {"themes": themes})
    assert reponse.url == reverse(LISTE)
    creee = Offre.objects.get(intitule="Atelier permis")
    assert creee.organisation == ici.organisation
    assert {t.code for t in creee.themes.all()} == {"mobilite", "emploi"}
    assert Trace.objects.get(geste="creer").objet_id == creee.pk


def test_la_liste_est_rangee_par_nature(ici, cip):
    offre(ici, "Zumba", nature="convivial")
    offre(ici, "Missions", nature="travail")
    offre(ici, "Aide au logement", nature="demarches")
    attendu = [("Mise en situation de travail", ["Missions"]), ("Aide aux démarches", ["Aide au logement"])]
    assert intitules(cip) == [*attendu, ("Activité sociale ou conviviale", ["Zumba"])]


def test_l_offre_se_filtre_par_theme_par_type_et_par_porteur(ici, ailleurs, cip):
    offre(ici, "Permis", themes=["mobilite"], types=["soutien_actif"])
    offre(ici, "Français", themes=["langue"], partenaire=ici.partenaire)
    offre(ici, "Ancien atelier", active=False)
    offre(ailleurs, "Autre", themes=["mobilite"])

    def noms(**filtre):
        return [nom for _, groupe in intitules(cip, **filtre) for nom in groupe]

    assert noms() == ["Français", "Permis"]
    assert noms(theme=terme("domaine", "mobilite").pk) == ["Permis"]
    assert noms(type_engagement=terme("type_engagement", "soutien_actif").pk) == ["Permis"]
    assert noms(porteur="interne") == ["Permis"]
    assert noms(porteur="externe") == ["Français"]
    assert noms(active="non") == ["Ancien atelier"]


def test_le_meme_intitule_deux_fois_est_refuse_sans_rien_perdre(ici):
    offre(ici, "Atelier permis")
    reponse = ici.client("mad").post(reverse("structures:offre_nouvelle"), SAISIE | {"description": "Le mardi"})
    texte = reponse.content.decode()
    assert "déjà cet intitulé" in texte and "Le mardi" in texte


@pytest.mark.parametrize("role, ecrit", [("accueil", 403), ("cip", 403), ("mad", 200), ("qualite", 200), ("direction", 200)])
def test_toute_l_equipe_lit_l_offre_et_quelques_roles_la_tiennent(ici, role, ecrit):
    sienne = offre(ici, "Permis")
    client = ici.client(role)
    assert client.get(reverse(LISTE)).status_code == 200
    assert client.get(reverse("structures:offre", args=[sienne.pk])).status_code == ecrit


def test_chaque_offre_dit_a_quoi_elle_sert_qui_la_porte_et_si_on_la_propose_encore(ici, cip):
    offre(ici, "Permis", themes=["mobilite", "emploi"], types=["soutien_actif", "validation"], partenaire=ici.partenaire)
    offre(ici, "Ancien atelier", active=False, qualifiante=True)
    page = cip.get(reverse(LISTE), {"active": "toutes"}).content.decode()
    permis = page.partition("Permis")[2].partition("</tr>")[0]
    ancien = page.partition("Ancien atelier")[2].partition("</tr>")[0]
    assert all(str(terme(liste, code)) in permis for liste, code in (("domaine", "emploi"), ("type_engagement", "validation")))
    assert "Partenaire ici" in permis and "Partenaire ici" not in ancien and "La structure" in ancien
    assert all(mot in ancien and mot not in permis for mot in (">Qualifiante</span>", ">Plus proposée</span>"))
    assert intitules(cip, active="toutes") == [("Atelier collectif", ["Ancien atelier", "Permis"])]


def test_une_offre_se_propose_d_abord_aux_partenaires_et_themes_d_ici_et_garde_tout_ce_qu_on_en_dit(ici, ailleurs):
    retire = type(ici.partenaire).objects.create(organisation=ici.organisation, nom="Retiré", actif=False)
    mad, adresse = ici.client("mad"), reverse("structures:offre_nouvelle")
    form = mad.get(adresse).context["form"]
    assert [*form.fields["partenaire"].queryset] == [ici.partenaire] and retire not in form.fields["partenaire"].queryset
    assert {t.liste for t in form.fields["types_engagement"].queryset} == {"type_engagement"}
    types = [terme("type_engagement", "validation").pk]
    saisie = {"nature": "formation", "partenaire": ici.partenaire.pk, "types_engagement": types, "qualifiante": "on"}
    mad.post(adresse, SAISIE | saisie | {"description": "Le mardi"})
    creee = Offre.objects.get(intitule="Atelier permis")
    assert (creee.nature, creee.partenaire, creee.description, creee.qualifiante) == (
        "formation",
        ici.partenaire,
        "Le mardi",
        True,
    )
    assert [t.pk for t in creee.types_engagement.all()] == types and not creee.themes.exists()
    assert (creee.depuis, creee.retiree_le) == (timezone.localdate(), None)
    assert [*Offre.objects.decrites(timezone.localdate())] == [creee]
    modifier = reverse("structures:offre", args=[creee.pk])
    assert mad.post(modifier, SAISIE | {"active": ""}).url == reverse(LISTE)
    creee.refresh_from_db()
    assert (creee.active, creee.retiree_le, creee.types_engagement.exists()) == (False, timezone.localdate(), False)
    assert not Offre.objects.decrites(timezone.localdate())
    detail = Trace.objects.filter(objet="offre d’insertion").latest("pk").detail
    assert "proposée dans les listes" in detail and "intitulé" not in detail


def test_changer_la_nature_d_une_reponse_dit_pourquoi_quand_des_actions_deja_faites_changent_de_rang(ici):
    un_an = timezone.localdate() - timedelta(days=200)
    Habilitation.objects.filter(organisation=ici.organisation).update(depuis=timezone.now() - timedelta(days=900))
    cv, permis = (offre(ici, intitule, nature="demarches") for intitule in ("CV", "Permis"))
    for une in (cv, permis):
        une.actions.create(personne=ici.personne, le=un_an, etat="faite")
    mad, adresse = ici.client("mad"), reverse("structures:offre", args=[permis.pk])
    sienne = SAISIE | {"intitule": "Permis", "nature": "demarches"}
    formation = sienne | {"nature": "formation"}
    refuse = mad.post(adresse, formation)
    permis.refresh_from_db()
    assert (refuse.status_code, permis.nature) != (302, "formation"), "rien ne s’écrit sans motif"
    assert mad.post(adresse, sienne | {"description": "Le mardi"}).url == reverse(LISTE)
    assert mad.post(adresse, formation | {"motif_du_passe": "date"}).url == reverse(LISTE)
    permis.refresh_from_db()
    assert permis.nature == "formation"
    bouge = Deplacement.objects.filter(code="participants_aux_actions")
    assert {(d.total_avant, d.total_apres) for d in bouge} == {(1, 2)}, "une personne compte une fois par nature"


def test_changer_les_themes_d_une_reponse_dit_pourquoi_quand_un_frein_deja_vu_y_trouve_la_sienne(ici):
    un_an = timezone.localdate() - timedelta(days=200)
    Habilitation.objects.filter(organisation=ici.organisation).update(depuis=timezone.now() - timedelta(days=900))
    Offre.objects.filter(organisation=ici.organisation).delete()
    permis = offre(ici, "Permis")
    permis.usages.create(du=un_an)
    vue = ici.personne.evaluations.create(grille=ici.grille, le=un_an, validee_le=timezone.now() - timedelta(days=200))
    vue.cotations.create(domaine=ici.grille.domaines.get(theme__code="mobilite"), valeur_accompagnateur=2)
    mad, adresse = ici.client("mad"), reverse("structures:offre", args=[permis.pk])
    mobilite = SAISIE | {"intitule": "Permis", "themes": [terme("domaine", "mobilite").pk]}
    assert mad.post(adresse, mobilite).status_code != 302 and not permis.themes.exists(), "rien ne s’écrit sans motif"
    assert mad.post(adresse, mobilite | {"motif_du_passe": "date"}).url == reverse(LISTE)
    bouge = Deplacement.objects.filter(code="offre_manquante")
    assert {(d.total_avant, d.atteint_avant, d.atteint_apres) for d in bouge} == {(1, 1, 0)}
