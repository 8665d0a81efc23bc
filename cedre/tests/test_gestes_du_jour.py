"""Un geste d'aujourd'hui ne change aucun jour passé : ce que l'on en lisait hier s'y lit encore (CER-3)."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from cedre.certification.conformite import juger_structure
from cedre.certification.editions import edition_de, lue
from cedre.certification.tests.fictive import FICTIVE
from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.conftest import creer_habilitations
from cedre.core.indicateurs import mesurer, tous
from cedre.core.refus import ECHEANCE_PASSEE
from cedre.observatoire.models import Terme
from cedre.parcours.models import VisiteJobcoach
from cedre.partenariats.models import Convention, Partenaire
from cedre.qualite.models import ActionDeFormation, EntretienAnnuel, EvaluationDePrincipe, Principe, Procedure
from cedre.regulation.models import Regulation
from cedre.structures.forms.outils import ReglagesForm
from cedre.structures.models import Axe, FicheDePoste, Offre, Reglages, Seuils
from cedre.structures.operations.reglages import regler


def jour(decalage: int = 0) -> date:
    """Aujourd'hui, décalé d'autant de jours."""
    return timezone.localdate() + timedelta(days=decalage)


HIER = -1


def mesure(code: str, monde, decalage: int = 0) -> tuple[int, int]:
    """Total, atteint."""
    return tuple(tous()[code].mesurer(monde.organisation, jour(decalage)))


def envoyer(client, route: str, *args, **saisie):
    """Le formulaire, à l'écran."""
    return client.post(reverse(route, args=args), saisie)


# ── Les seuils ────────────────────────────────────────────────────────────────────────────────────────────────────


def saisie_des_reglages(**changes) -> dict:
    """Tout le formulaire des réglages, aux valeurs par défaut."""
    champs = {nom: Reglages._meta.get_field(nom).default for nom in ReglagesForm.Meta.fields if nom != "logo"}
    return champs | {"offre": "", "statut": ""} | changes


def test_changer_un_seuil_aujourd_hui_ne_change_aucun_jour_passe(embauchee):
    embauchee.personne.echanges.update(le=jour(-20))
    embauchee.personne.contrats.update(debut=jour(-60))
    embauchee.personne.contacts.all().delete()
    VisiteJobcoach.objects.all().delete()
    jours = (0, HIER, -15)
    avant = [mesure("suivi_sans_contact", embauchee, j) for j in jours]
    assert avant[0] == (1, 1)
    reponse = envoyer(embauchee.client("direction"), "structures:reglages", **saisie_des_reglages(jours_sans_contact=10))
    assert reponse.status_code == 302
    assert [mesure("suivi_sans_contact", embauchee, j) for j in jours] == [(1, 0), *avant[1:]]


def test_les_seuils_du_jour_sont_ceux_que_l_ecran_montre(ici):
    reglages = ici.organisation.reglages
    for valeur in (10, 12, 12, 30):
        reglages.alerte_bilan = valeur
        regler(reglages, champs=["alerte_bilan"], par=ici.hab["direction"])
        tenus, montres = Seuils.objects.de(ici.organisation.pk, jour()), Reglages.objects.get(organisation=ici.organisation)
        assert all(getattr(tenus, nom) == getattr(montres, nom) for nom in Seuils.noms_des_seuils())
    assert ici.organisation.seuils.count() == 1, "un jour n’en a qu’un, celui du soir"
    assert Seuils.objects.de(ici.organisation.pk, jour(HIER)).alerte_bilan == 14


def test_une_regulation_close_en_retard_garde_le_rythme_de_son_jour(embauchee):
    Regulation.objects.update(le=jour(-3))
    reglages = embauchee.organisation.reglages
    reglages.rythme_regulation = 30
    regler(reglages, champs=["rythme_regulation"], par=embauchee.hab["direction"])
    cloture = {"presents": [embauchee.hab["cip"].compte_id], "synthese": "Rien à changer"}
    envoyer(embauchee.client("cip"), "regulation:clore", embauchee.regulation.pk, **cloture)
    assert Regulation.objects.get().rythme == 14


def test_une_regulation_commencee_ne_se_deplace_plus_vers_l_avant(embauchee):
    Regulation.objects.update(le=jour(-10), etat="ouverte")
    avant = mesure("regulation_redigee", embauchee, HIER)
    page = envoyer(embauchee.client("cip"), "regulation:modifier", embauchee.regulation.pk, le=jour())
    assert "prévoyez-en une autre" in page.context["form"].errors["le"][0]
    assert mesure("regulation_redigee", embauchee, HIER) == avant == (1, 0)


# ── Ce qu'est une structure, qui est de l'équipe ──────────────────────────────────────────────────────────────────


def fiche(organisation: Organisation, **changes) -> dict:
    """La fiche d'une organisation, telle que la fédération l'envoie."""
    dite = {"nature": "structure", "type_siae": organisation.type_siae, "nom": organisation.nom, "region": organisation.region_id}
    return dite | changes


def test_changer_de_type_ne_rejuge_pas_le_passe(reseau, ici):
    edition = lue(FICTIVE.encode())
    passe = juger_structure(ici.organisation, edition, jour(HIER))
    federation, adresse = reseau[0].client("responsable_qualite"), ("comptes:organisation_modifier", ici.organisation.pk)
    for type_siae in ("ETTI", "ACI"):
        assert envoyer(federation, *adresse, **fiche(ici.organisation, type_siae=type_siae)).status_code == 302
    changee = Organisation.objects.get(pk=ici.organisation.pk)
    assert [changee.type_au(jour(j)) for j in (-900, HIER, 0)] == ["AI", "AI", "ACI"]
    assert juger_structure(changee, edition, jour(HIER)) == passe
    assert changee.appartenances.count() == 2


def test_changer_de_type_ne_change_aucune_mesure_d_hier(reseau, embauchee):
    def toutes():
        return mesurer([*tous().values()], embauchee.organisation, jour(HIER))

    avant = toutes()
    federation, adresse = reseau[0].client("responsable_qualite"), ("comptes:organisation_modifier", embauchee.organisation.pk)
    assert envoyer(federation, *adresse, **fiche(embauchee.organisation, type_siae="ACI")).status_code == 302
    assert toutes() == avant


def test_sa_fiche_dit_ce_qu_elle_est_aujourd_hui(reseau, ici):
    federation, adresse = reseau[0].client("responsable_qualite"), ("comptes:organisation_modifier", ici.organisation.pk)
    for region in (reseau[1][1].pk, reseau[1][0].pk, reseau[1][1].pk):
        envoyer(federation, *adresse, **fiche(ici.organisation, region=region))
    changee = Organisation.objects.get(pk=ici.organisation.pk)
    tenue = changee.appartenances.au_jour(jour()).get()
    assert (tenue.type_siae, tenue.region_id, tenue.ensemblier_id) == (changee.type_siae, reseau[1][1].pk, None)
    assert changee.appartenances.au_jour(jour(HIER)).get().region == reseau[1][0]


def test_les_membres_d_un_ensemblier_sont_ceux_de_ce_jour(reseau, ici, ailleurs):
    ensemblier = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble")
    Organisation.objects.filter(pk=ailleurs.organisation.pk).update(ensemblier=ensemblier)
    adresse = ("comptes:organisation_modifier", ici.organisation.pk)
    envoyer(reseau[0].client("responsable_qualite"), *adresse, **fiche(ici.organisation, ensemblier=ensemblier.pk))

    def membres(decalage):
        return {o.slug for o in Organisation.objects.de_l_ensemblier("ensemble", jour(decalage))}

    assert (membres(HIER), membres(0)) == ({"ailleurs"}, {"ici", "ailleurs"})


def test_signer_la_charte_ne_change_pas_l_edition_qui_jugeait_hier(ici):
    structure = ici.organisation
    structure.adhesion_le = date(2010, 1, 1)
    hier = edition_de(structure, jour(HIER))
    structure.charte_le = jour()
    assert edition_de(structure, jour(HIER)) == hier
    assert f"{jour():%d/%m/%Y}" in edition_de(structure, jour()).raison


def arriver(monde) -> None:
    """Toute l'équipe est là depuis longtemps, et chacun a eu son entretien."""
    Habilitation.objects.filter(organisation=monde.organisation).update(depuis=timezone.now() - timedelta(days=900))


def test_desactiver_un_compte_ne_l_ote_pas_de_l_equipe_d_hier(ici):
    arriver(ici)
    assert mesure("entretien_annuel_tenu", ici, HIER) == (5, 0)
    comptes = Compte.objects.filter(pk=ici.hab["accueil"].compte_id)
    comptes.update(is_active=False, desactive_le=jour())
    assert [mesure("entretien_annuel_tenu", ici, j)[0] for j in (HIER, 0)] == [5, 4]
    comptes.update(desactive_le=None)
    assert [mesure("entretien_annuel_tenu", ici, j)[0] for j in (HIER, 0)] == [4, 4], "on ne sait depuis quand"


def test_retirer_un_role_ne_l_ote_pas_de_l_equipe_d_hier(ici):
    arriver(ici)
    envoyer(ici.client("direction"), "comptes:retirer", ici.hab["accueil"].pk)
    assert [mesure("entretien_annuel_tenu", ici, j)[0] for j in (HIER, 0)] == [5, 4]


def test_la_somme_des_structures_est_le_compte_du_reseau(reseau, embauchee, ailleurs):
    """Ce qu'un ensemblier tient pour lui n'est d'aucune structure : il n'entre dans aucun compte."""
    ensemblier = Organisation.objects.create(nature="ensemblier", nom="Ensemble", slug="ensemble")
    hab = creer_habilitations(ensemblier, ["direction"])["direction"]
    arriver(embauchee)
    Habilitation.objects.update(depuis=timezone.now() - timedelta(days=900))
    chez = {"organisation": ensemblier}
    EntretienAnnuel.objects.create(**chez, compte=hab.compte, mene_par=embauchee.qui, tenu_le=jour(-9))
    Principe.objects.create(**chez, enonce="Ensemble", au_quotidien="On le dit", enonce_le=jour(-9))
    Procedure.objects.create(**chez, titre="Ensemble", but="Mieux", mission="accueil", qui="Tous", depuis=jour(-9))
    ActionDeFormation.objects.create(**chez, besoin="Mieux", intitule="Écoute", prevue_du=jour(-9), prevue_au=jour(-9))
    FicheDePoste.objects.create(**chez, intitule="Agent").usages.create(du=jour(-9))
    Convention.objects.create(partenaire=Partenaire.objects.create(**chez, nom="Un"), objet="Ensemble", du=jour(-9))
    Regulation.objects.create(**chez, le=jour(-9), etat="tenue")
    ecarts = {}
    for code, indicateur in tous().items():
        structures = Organisation.objects.structures()
        somme = sum(indicateur.mesurer(structure, jour()).total for structure in structures)
        ecarts |= {code: (somme, reseau)} if (reseau := indicateur.lignes(jour()).count()) != somme else {}
    assert ecarts == {}


# ── Les conventions, l'offre, les fiches de poste ─────────────────────────────────────────────────────────────────


def test_ne_pas_renouveler_une_convention_ne_change_pas_hier_et_ne_se_defait_que_le_jour_meme(ici, monkeypatch):
    saisie = {"objet": "Permis", "du": jour(-300), "au": jour(-10)}
    ligne = Convention.objects.create(partenaire=ici.partenaire, **saisie)
    code, client = "conventions_en_vigueur", ici.client("qualite")
    avant = [mesure(code, ici, j) for j in (HIER, -20)]
    assert avant == [(1, 0), (1, 1)]
    envoyer(client, "partenariats:convention_fin", ligne.pk)
    assert [mesure(code, ici, j) for j in (0, HIER, -20)] == [(0, 0), *avant]
    assert envoyer(client, "partenariats:convention", ligne.pk, **saisie).status_code == 302
    assert mesure(code, ici) == (1, 0)
    envoyer(client, "partenariats:convention_fin", ligne.pk)
    demain = jour(1)
    monkeypatch.setattr(timezone, "localdate", lambda *_: demain)
    page = envoyer(client, "partenariats:convention", ligne.pk, **saisie)
    assert "signez-en une autre" in page.context["form"].errors["close"][0]


def test_mettre_fin_a_une_convention_tacite_ne_la_finit_pas_hier(ici):
    ligne = Convention.objects.create(partenaire=ici.partenaire, objet="Permis", du=jour(-300), au=jour(-100), tacite=True)
    envoyer(ici.client("qualite"), "partenariats:convention_fin", ligne.pk)
    assert [mesure("conventions_en_vigueur", ici, j) for j in (-50, HIER)] == [(1, 1), (1, 1)]


def test_reprendre_une_fiche_de_poste_ne_la_fait_pas_servir_entre_temps(ici, monkeypatch):
    adresse, client = ("structures:fiche_de_poste", ici.fiche_de_poste.pk), ici.client("mad")
    saisie = {"intitule": "Poste ici", "competences-TOTAL_FORMS": 0, "competences-INITIAL_FORMS": 0}
    retiree, reprise = jour(-20), jour(-5)
    for le, active in ((retiree, {}), (reprise, {"active": "on"})):
        monkeypatch.setattr(timezone, "localdate", lambda *_, le=le: le)
        assert envoyer(client, *adresse, **saisie, **active).status_code == 302
    monkeypatch.undo()
    assert [mesure("fiches_de_poste_a_jour", ici, j)[0] for j in (-21, -20, -6, -5, 0)] == [1, 0, 0, 1, 1]
    assert FicheDePoste.objects.get(pk=ici.fiche_de_poste.pk).active


def test_decrire_une_offre_puis_la_retirer_ne_change_pas_hier(ici, monkeypatch):
    offre = Offre.objects.create(organisation=ici.organisation, intitule="Permis")
    client, adresse = ici.client("mad"), ("structures:offre", offre.pk)
    theme = Terme.objects.de("domaine").first().pk
    saisie = {"intitule": "Permis", "nature": "atelier"}
    gestes = [(-30, {"active": "on"}), (-20, {"active": "on", "themes": [theme]}), (-10, {"themes": [theme]})]
    gestes += [(-5, {"active": "on", "themes": [theme]}), (-2, {"active": "on"})]
    for decalage, dit in gestes:
        le = jour(decalage)
        monkeypatch.setattr(timezone, "localdate", lambda *_, le=le: le)
        assert envoyer(client, *adresse, **saisie, **dit).status_code == 302
        monkeypatch.undo()
    jours = (-30, -21, -20, -11, -10, -6, -5, -3, -2, 0)
    assert [mesure("offre_decrite", ici, j)[1] for j in jours] == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0]


# ── Le projet, les principes, la formation, les procédures ────────────────────────────────────────────────────────


def test_redefinir_un_axe_garde_son_premier_jour(ici):
    axe = Axe.objects.create(organisation=ici.organisation, intitule="Aller vers", defini_le=jour(-1000))
    vieux = Axe.objects.create(organisation=ici.organisation, intitule="Ancien", defini_le=jour(-2000), jusqu_au=jour(-1500))
    vieux.delete()
    code, jours = "priorites_definies", (HIER, -900, -1000)
    avant = [mesure(code, ici, j) for j in jours]
    envoi = {"intitule": "Aller vers", "defini_le": jour()}
    assert envoyer(ici.client("qualite"), "structures:axe", axe.pk, **envoi).status_code == 302
    axe.refresh_from_db()
    assert (axe.defini_le, [r.le for r in axe.redefinitions.all()]) == (jour(-1000), [jour()])
    assert [mesure(code, ici, j) for j in jours] == avant == [(1, 1)] * 3
    assert [mesure(code, ici, j) for j in (100, 1050)] == [(1, 1), (1, 1)]
    assert "redit le" in ici.client("qualite").get(reverse("structures:projet")).content.decode()


def test_un_axe_fini_ne_se_prolonge_plus(ici):
    axe = Axe.objects.create(organisation=ici.organisation, intitule="Vite", defini_le=jour(-300), jusqu_au=jour(-30))
    avant = mesure("priorites_definies", ici, HIER)
    for fin in ({"jusqu_au": jour(300)}, {}):
        page = envoyer(ici.client("qualite"), "structures:axe", axe.pk, intitule="Vite", defini_le=jour(-300), **fin)
        assert page.context["form"].errors["jusqu_au"] == [ECHEANCE_PASSEE]
    assert mesure("priorites_definies", ici, HIER) == avant == (1, 0)


def test_redire_un_principe_ne_change_pas_le_jour_ou_on_l_a_enonce(ici):
    dit = {"enonce": "Chacun progresse", "au_quotidien": "On le dit"}
    ligne = Principe.objects.create(organisation=ici.organisation, **dit, enonce_le=jour(-100))
    EvaluationDePrincipe.objects.create(principe=ligne, le=jour(-50), comment="En équipe", constat="Vu")
    client, adresse = ici.client("qualite"), ("qualite:principe_modifier", ligne.pk)
    page = envoyer(client, *adresse, **dit, enonce_le=jour())
    assert "quand on le redit" in page.context["form"].errors["enonce_le"][0]
    assert mesure("principes_evalues", ici, HIER) == (1, 1)
    redit = dit | {"enonce": "Chacune et chacun progresse", "enonce_le": jour(-100)}
    assert envoyer(client, *adresse, **redit).status_code == 302
    assert mesure("principes_evalues", ici, HIER) == (1, 1)


def test_un_principe_retire_ne_revient_pas(ici):
    dit = {"enonce": "Chacun progresse", "au_quotidien": "On le dit", "enonce_le": jour(-100)}
    ligne = Principe.objects.create(organisation=ici.organisation, **dit, retire_le=jour(-10))
    page = envoyer(ici.client("qualite"), "qualite:principe_modifier", ligne.pk, **dit)
    assert "énoncez-en un autre" in page.context["form"].errors["retire_le"][0]
    assert mesure("principes_evalues", ici, HIER) == (0, 0)


def formation(monde, fin: int, **faits) -> ActionDeFormation:
    """Une action du plan, qui devait finir ce jour-là."""
    prevue = {"besoin": "Recevoir", "intitule": "L’écoute", "prevue_du": jour(fin - 1), "prevue_au": jour(fin)}
    return ActionDeFormation.objects.create(organisation=monde.organisation, **prevue, **faits)


def saisie_de_formation(action: ActionDeFormation, **changes) -> dict:
    """Son formulaire."""
    champs = {nom: getattr(action, nom) for nom in ("besoin", "intitule", "prevue_du", "prevue_au", "motif")}
    return champs | changes


def test_une_action_de_formation_en_retard_ne_se_reporte_pas(ici):
    action = formation(ici, -10)
    client, adresse = ici.client("qualite"), ("qualite:formation", action.pk)
    page = envoyer(client, *adresse, **saisie_de_formation(action, prevue_au=jour(60)))
    assert page.context["form"].errors["prevue_au"] == [ECHEANCE_PASSEE]
    assert mesure("formation_realisee", ici, HIER) == mesure("formation_realisee", ici) == (1, 0)
    assert envoyer(client, *adresse, **saisie_de_formation(action, realisee_le=jour())).status_code == 302
    assert (mesure("formation_realisee", ici, HIER), mesure("formation_realisee", ici)) == ((1, 0), (1, 1))


def test_une_action_de_formation_a_venir_se_reporte_mais_pas_dans_le_passe(ici):
    action = formation(ici, 10)
    client, adresse = ici.client("qualite"), ("qualite:formation", action.pk)
    passee = {"prevue_du": jour(-6), "prevue_au": jour(-5)}
    page = envoyer(client, *adresse, **saisie_de_formation(action, **passee))
    assert page.context["form"].errors["prevue_au"] == ["Cette date est passée."]
    assert envoyer(client, *adresse, **saisie_de_formation(action, prevue_au=jour(60))).status_code == 302
    assert mesure("formation_realisee", ici, HIER) == (0, 0)


def test_une_action_de_formation_abandonnee_ne_se_reprend_que_le_jour_meme(ici):
    ancienne = formation(ici, -20, abandonnee_le=jour(-10), motif="Trop cher")
    client = ici.client("qualite")
    page = envoyer(client, "qualite:formation", ancienne.pk, **saisie_de_formation(ancienne, motif=""))
    assert "prévoyez-en une autre" in page.context["form"].errors["abandonnee_le"][0]
    assert mesure("formation_realisee", ici, HIER) == (0, 0)
    ancienne.delete()
    recente = formation(ici, -20, abandonnee_le=jour(), motif="Trop cher")
    assert envoyer(client, "qualite:formation", recente.pk, **saisie_de_formation(recente, motif="")).status_code == 302


def test_reviser_une_procedure_ne_change_pas_le_jour_depuis_lequel_on_la_suit(ici):
    ecrite = {"titre": "Accueillir", "but": "Bien recevoir", "mission": "accueil", "qui": "L’accueil"}
    ligne = Procedure.objects.create(organisation=ici.organisation, **ecrite, etapes=["Un"], depuis=jour(-900))
    ligne.revisions.create(le=jour(-900))
    avant = mesure("procedures_a_jour", ici, HIER)
    client, envoi = ici.client("qualite"), ecrite | {"etapes": "Un\nDeux", "relue_le": jour()}
    page = envoyer(client, "qualite:procedure_modifier", ligne.pk, **envoi, depuis=jour())
    assert "ne change pas ce jour" in page.context["form"].errors["depuis"][0]
    assert envoyer(client, "qualite:procedure_modifier", ligne.pk, **envoi, depuis=jour(-900)).status_code == 302
    assert (mesure("procedures_a_jour", ici, HIER), mesure("procedures_a_jour", ici)) == (avant, (1, 1))
    envoyer(client, "qualite:procedure_retirer", ligne.pk)
    assert (mesure("procedures_a_jour", ici, HIER), mesure("procedures_a_jour", ici)) == (avant, (0, 0))
