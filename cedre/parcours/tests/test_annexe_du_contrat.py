"""L'annexe financière d'un contrat, à l'écran et dans le fichier ; les heures d'un ETP qu'elle convient, à toute date (OBS-1)."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from cedre.comptes.discretion import en_mots
from cedre.comptes.models import Deplacement, Habilitation, Organisation, Trace
from cedre.conftest import terme
from cedre.core.indicateurs import tous
from cedre.observatoire.models import AnnexeFinanciere
from cedre.observatoire.models.annexes import TAUX
from cedre.parcours.dossier_complet import dossier_complet
from cedre.parcours.models import Contrat, Heures
from cedre.parcours.tests import imports
from cedre.parcours.tests.imports import bilan, dites
from cedre.tests.envois import MOTIF

apporter = partial(imports.apporter, sorte="contrats")


def jour(dans: int = 0) -> date:
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=dans)


def negocier(monde, numero: str = "AI 26-1", du: int = -300, au: int = 300, **changes) -> AnnexeFinanciere:
    """Une annexe de la structure."""
    dite = {"type_siae": "AI", "heures_etp": 1505, "etp": 4} | changes
    return AnnexeFinanciere.objects.create(organisation=monde.organisation, numero=numero, du=jour(du), au=jour(au), **dite)


def saisie(nature: str = "cddu", debut: int = 0, **autres) -> dict:
    """Un contrat tel que la page l'envoie."""
    dit = {"nature": terme("nature_contrat", nature).pk, "debut": jour(debut), "fin_prevue": jour(debut + 60)}
    return dit | {"heures_hebdo": "20", "annexe": ""} | autres


def signer(monde, **dit):
    """Le contrat, à l'écran."""
    return monde.client("direction").post(reverse("parcours:contrat_nouveau", args=[monde.personne.pk]), saisie(**dit))


# ── À la signature ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("debut, la_sienne", [(-301, False), (-300, True), (300, True), (301, False)])
def test_la_seule_annexe_qui_couvre_le_premier_jour_est_celle_du_contrat(ici, debut, la_sienne):
    annexe = negocier(ici)
    assert signer(ici, debut=debut).status_code == 302
    assert Contrat.objects.get().annexe == (annexe if la_sienne else None)


def test_de_deux_annexes_aucune_ne_se_devine_et_celle_que_l_on_dit_vaut(ici):
    negocier(ici)
    autre = negocier(ici, "EI 26-1", type_siae="EI")
    signer(ici)
    assert Contrat.objects.get().annexe is None
    signer(ici, debut=10, annexe=autre.pk)
    assert Contrat.objects.latest("pk").annexe == autre


def test_un_contrat_de_droit_commun_n_est_d_aucune_annexe(ici):
    negocier(ici)
    assert signer(ici, nature="cdd").status_code == 302
    assert Contrat.objects.get().annexe is None


def test_une_annexe_qui_ne_couvre_pas_le_premier_jour_se_refuse_et_rien_ne_se_perd(ici):
    annexe = negocier(ici, au=-1)
    page = signer(ici, annexe=annexe.pk)
    form = page.context["form"]
    assert list(form.errors) == ["annexe"] and "ne couvre pas le premier jour" in form.errors["annexe"][0]
    assert form["heures_hebdo"].value() == "20" and not Contrat.objects.exists()


def test_l_annexe_d_une_autre_structure_ne_se_choisit_pas(ici, ailleurs):
    page = signer(ici, annexe=negocier(ailleurs).pk)
    assert list(page.context["form"].errors) == ["annexe"] and not Contrat.objects.exists()


def test_un_renouvellement_est_de_l_annexe_de_son_annee(ici):
    negocier(ici, au=60)
    suivante = negocier(ici, "AI 27-1", du=61, au=400)
    signer(ici)
    (contrat,) = Contrat.objects.all()
    direction, cible = ici.client("direction"), reverse("parcours:contrat_renouveler", args=[contrat.pk])
    assert direction.get(cible).context["form"]["annexe"].value() is None
    assert direction.post(cible, saisie(debut=61)).status_code == 302
    assert contrat.renouvellement.annexe == suivante


def test_elle_se_corrige_se_lit_au_dossier_et_se_remet_a_la_personne(ici):
    signer(ici)
    annexe, (contrat,) = negocier(ici), Contrat.objects.all()
    direction = ici.client("direction")
    cible = reverse("parcours:contrat_corriger", args=[contrat.pk])
    assert direction.post(cible, saisie(annexe=annexe.pk)).status_code == 302
    assert "AI 26-1" in direction.get(reverse("parcours:contrats", args=[ici.personne.pk])).content.decode()
    remis = dossier_complet(ici.personne, par=ici.hab["direction"])["insertion"]["contrats de travail"]
    assert [fait["annexe"] for fait in remis] == ["AI 26-1"]
    assert direction.post(cible, saisie()).status_code == 302
    assert Contrat.objects.get().annexe is None
    assert "annexe financière" in Trace.objects.filter(objet="contrat de travail").latest("pk").detail


@pytest.mark.deux_moteurs
def test_l_annexe_d_un_contrat_ne_s_efface_pas(ici):
    annexe = negocier(ici)
    signer(ici)
    with pytest.raises(ProtectedError):
        annexe.delete()


# ── Dans un fichier ───────────────────────────────────────────────────────────────────────────────────────────────

TITRES = "Nom;Prénom;Type de contrat;Date de début;Date de fin;N° d’annexe\n"


@pytest.fixture
def annexes(ici, fichiers, en_mars):
    """Deux annexes de 2026, et l'habilitation au nom de qui l'on importe."""
    dite = {"organisation": ici.organisation, "type_siae": "AI", "heures_etp": 1505, "etp": 4}
    annee = {"du": date(2026, 1, 1), "au": date(2026, 12, 31)}
    return [AnnexeFinanciere.objects.create(numero=numero, **dite, **annee) for numero in ("AI 26-1", "AI 26-2")]


def ligne(annexe: str, debut: str = "02/03/2026") -> str:
    """Un contrat, tel que le fichier le dit."""
    return f"{TITRES}MARTINELLE;Zélie;CDDI;{debut};30/06/2026;{annexe}\n"


def test_le_fichier_dit_l_annexe_par_son_numero(ici, annexes):
    importation = apporter(ligne("ai 26-2"), ici.hab["direction"])
    assert (dites(importation), bilan(importation)) == ([], (1, 0, 0, 0))
    assert Contrat.objects.get().annexe == annexes[1]


@pytest.mark.parametrize(
    "annexe, debut, dit",
    [
        ("AI 27-1", "02/03/2026", "« AI 27-1 » n’est pas reconnu ; on accepte : AI 26-1, AI 26-2."),
        ("AI 26-1", "31/12/2025", "elle ne couvre pas le premier jour du contrat."),
    ],
)
def test_une_annexe_inconnue_ou_d_une_autre_annee_refuse_la_ligne_en_clair(ici, annexes, annexe, debut, dit):
    importation = apporter(ligne(annexe, debut), ici.hab["direction"])
    ((numero, colonne, message),) = dites(importation, "erreur")
    assert (numero, colonne) == (2, "N° d’annexe") and message.endswith(dit)
    assert not Contrat.objects.exists()


def test_l_annexe_d_ailleurs_n_est_pas_connue_d_un_fichier(ici, ailleurs, annexes):
    AnnexeFinanciere.objects.update(organisation=ailleurs.organisation)
    ((*_, message),) = dites(apporter(ligne("AI 26-1"), ici.hab["direction"]), "erreur")
    assert message.endswith("on accepte : aucune annexe n’est saisie.")


def test_proposee_a_l_import_l_annexe_suit_le_fichier_qui_la_dit_ensuite(ici, annexes):
    annexes[1].delete()
    apporter(ligne(""), ici.hab["direction"])
    assert Contrat.objects.get().annexe == annexes[0]
    annexes[1].save()
    importation = apporter(ligne("AI 26-2"), ici.hab["direction"])
    assert (dites(importation), bilan(importation)) == ([], (0, 1, 0, 0))
    assert Contrat.objects.get().annexe == annexes[1]
    Contrat.objects.update(annexe=annexes[0])  # à l’écran
    importation = apporter(ligne("AI 26-2"), ici.hab["direction"])
    assert "par un geste à l’écran : c’est gardé" in dites(importation)[0][2]
    assert Contrat.objects.get().annexe == annexes[0]


# ── Les heures d'un ETP ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def au_travail(embauchee):
    """Une structure tenue depuis longtemps, d'où l'on a ôté toute heure ; les heures se notent par travailler."""
    Habilitation.objects.update(depuis=timezone.now() - timedelta(days=900))
    Heures.objects.all().delete()
    return embauchee


def travailler(monde, le: int, heures: float) -> None:
    """Des heures de ce jour-là."""
    Heures.objects.create(mise_en_situation=monde.mise_en_situation, le=jour(le), heures=heures)


def etp(monde, le: int = 0) -> tuple[int, float]:
    """Combien de lignes d'heures, et ce qu'elles font d'ETP."""
    total, atteint = tous()["etp"].mesurer(monde.organisation, jour(le))
    return total, float(atteint)


def test_sans_annexe_rien_ne_se_compte_et_cela_se_dit(au_travail):
    Organisation.objects.filter(pk=au_travail.organisation.pk).update(type_siae="ACI")
    travailler(au_travail, -5, 910)
    assert etp(au_travail) == (0, 0), "1 820 heures, même en ACI, se lit de l’annexe"
    mesure = tous()["etp"].mesurer(au_travail.organisation, jour())
    assert en_mots(tous()["etp"], mesure, jour()) == "aucune heure que couvre une annexe financière"


def test_l_annexe_en_vigueur_le_jour_des_heures_en_dit_la_valeur(au_travail):
    negocier(au_travail, "AI 26-0", du=-20, heures_etp=1)  # la moins récente, et la première saisie de deux d’un même jour
    negocier(au_travail, du=-20, au=-10, heures_etp=Decimal("1500.5"))
    negocier(au_travail, "AI 26-2", du=-9, au=10, heures_etp=1000)
    negocier(au_travail, "EI 26-1", type_siae="EI", heures_etp=10)
    for le, heures in ((-21, 500), (-20, 300.1), (-10, 300.1), (-9, 100), (0, 100)):
        travailler(au_travail, le, heures)
    assert etp(au_travail) == (4, 0.6)


def test_le_contrat_qui_dit_son_annexe_en_suit_le_type_et_de_deux_du_meme_type_la_sienne(au_travail):
    chantier = negocier(au_travail, "ACI 26-1", type_siae="ACI", heures_etp=1820)
    negocier(au_travail, "ACI 26-2", type_siae="ACI", du=-5, heures_etp=910)
    negocier(au_travail, heures_etp=1000)
    travailler(au_travail, -3, 91)
    assert etp(au_travail) == (1, 0.09), "91 / 1 000"
    Contrat.objects.update(annexe=chantier)
    assert etp(au_travail) == (1, 0.05), "91 / 1 820"
    AnnexeFinanciere.objects.filter(pk=chantier.pk).update(au=jour(-4))
    assert etp(au_travail) == (1, 0.1), "finie ce jour-là : l’autre de son type, 91 / 910"


@pytest.mark.parametrize("le, la_sienne", [(-4, False), (-3, True), (3, True), (4, False)])
def test_l_annexe_du_contrat_vaut_du_premier_au_dernier_de_ses_jours(au_travail, le, la_sienne):
    Contrat.objects.update(annexe=negocier(au_travail, du=-3, au=3, heures_etp=1000))
    negocier(au_travail, "AI 26-2", du=-4, au=4, heures_etp=100)
    negocier(au_travail, "AI 26-3", du=-3, au=4, heures_etp=100)
    travailler(au_travail, le, 100)
    assert etp(au_travail, 10) == (1, 0.1 if la_sienne else 1)


def test_l_annexe_d_une_autre_structure_ne_compte_rien(au_travail, ailleurs):
    negocier(ailleurs)
    travailler(au_travail, -3, 91)
    assert etp(au_travail) == (0, 0)


@pytest.mark.parametrize("dite", [True, False], ids=["l’annexe du contrat", "l’annexe du type"])
def test_un_avenant_d_aujourd_hui_ne_change_pas_les_etp_d_hier(au_travail, dite):
    annexe = negocier(au_travail, heures_etp=1000)
    Contrat.objects.update(annexe=annexe if dite else None)
    travailler(au_travail, -3, 100)
    travailler(au_travail, 0, 100)
    assert (etp(au_travail, -1), etp(au_travail)) == ((1, 0.1), (2, 0.2))
    cible = reverse("observatoire:annexe_avenant", args=[annexe.pk])
    dit = {"le": jour(), "heures_etp": 500, "etp": 4}
    assert au_travail.client("direction").post(cible, dit).status_code == 302
    assert (etp(au_travail, -1), etp(au_travail)) == ((1, 0.1), (2, 0.3))


@pytest.mark.parametrize("geste", ["corriger", "avenant"])
def test_changer_les_heures_d_un_mois_fini_demande_pourquoi_et_dit_ce_qui_bouge(au_travail, geste):
    annexe = negocier(au_travail, heures_etp=1000)
    fini = (jour().replace(day=1) - timedelta(days=3) - jour()).days
    travailler(au_travail, fini, 100)
    route = {"corriger": "observatoire:annexe", "avenant": "observatoire:annexe_avenant"}[geste]
    dit = {"numero": annexe.numero, "type_siae": "AI", "du": annexe.du, "au": annexe.au, "heures_etp": 500, "etp": 4}
    dit |= {"le": jour(fini)}
    direction, cible = au_travail.client("direction"), reverse(route, args=[annexe.pk])
    assert direction.post(cible, dit).status_code == 409
    assert etp(au_travail) == (1, 0.1), "rien n’est écrit tant que l’on n’a pas dit pourquoi"
    assert direction.post(cible, dit | MOTIF).status_code == 302
    assert etp(au_travail) == (1, 0.2)
    bouge = Deplacement.objects.filter(code="etp").values_list("atteint_avant", "atteint_apres").distinct()
    assert [*bouge] == [(Decimal("0.10"), Decimal("0.20"))]


def test_une_annexe_saisie_apres_coup_est_un_fait_note_apres_son_jour(au_travail):
    travailler(au_travail, -80, 100)
    annexe = {"numero": "AI 26-1", "type_siae": "AI", "du": jour(-300), "au": jour(60), "heures_etp": 1000, "etp": 4}
    assert au_travail.client("direction").post(reverse("observatoire:annexe_nouvelle"), annexe).status_code == 302
    assert Trace.objects.get(objet="annexe financière").motif == "apres"
    assert Deplacement.objects.filter(code="etp").exists()


# ── Les sorties et leur objectif ──────────────────────────────────────────────────────────────────────────────────


def test_chaque_taux_de_sorties_se_lit_contre_l_objectif_negocie_ou_dit_qu_il_ne_l_est_pas(embauchee):
    page = reverse("parcours:sorties")
    assert embauchee.client("cip").get(page).content.decode().count("objectif non paramétré") == len(TAUX)
    negocier(embauchee, taux_dynamiques=60, taux_positives=15)
    lue = embauchee.client("cip").get(page)
    assert [(taux.libelle, taux.objectif) for taux in lue.context["periode"].taux] == [
        ("Sorties dynamiques", 60),
        ("Emploi durable", None),
        ("Emploi de transition", None),
        ("Sorties positives", 15),
    ]
    texte = lue.content.decode()
    assert "pour 60&nbsp;% négociés" in texte and "pour 15&nbsp;% négociés" in texte
