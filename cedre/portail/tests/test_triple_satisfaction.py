"""La triple satisfaction, la personne, l'équipe et la structure : trois parts côte à côte, sur une page (OBS-1, AME-2)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cedre.core.indicateurs import Mesure, MesureInconnue
from cedre.observatoire.cadre import DOSSIER, CadreRefuse
from cedre.observatoire.cadres import en_vigueur
from cedre.observatoire.lecture_cadre import lire
from cedre.observatoire.models import MesureFigee
from cedre.observatoire.rempli import une_part
from cedre.qualite.models import Enquete
from cedre.qualite.resultats import depouiller
from cedre.tests.adresses import appeler
from cedre.tests.ecran import principal, propre

QUESTIONS = [{"code": "un", "genre": "echelle", "texte": "Un", "mots": ["A", "B", "C", "D"]}]
CLOSES = (
    ("salaries_sortie", date(2026, 2, 3), (0, 1, 2, 3, 3, 3)),
    ("demandeurs", date(2026, 6, 15), (0, 0, 0, 2)),  # quatre réponses : elles n'y sont pas
    ("salaries_entree", date(2026, 1, 1), (2, 2, 2, 2)),  # de même
    ("equipe", date(2026, 3, 3), (0, 0, 0, 0, 3)),
    ("structure", date(2026, 4, 4), (2, 2, 2, 2, 2)),
    ("clients", date(2026, 5, 5), (0, 2, 2, 2, 3)),
    ("equipe", date(2025, 3, 3), (0, 0, 0, 2, 3)),
    ("equipe", date(2025, 6, 16), (3, 3, 3, 3, 3)),  # ni de cette période, ni du même temps de celle d'avant
)
LUES = {
    "personnes_satisfaites": ("4 sur 6 réponses", "66,7 %", "rien à compter"),
    "equipe_satisfaite": ("1 sur 5 réponses", "20 %", "2 sur 5 réponses (−20 points, c’est moins bien)"),
    "structure_satisfaite": ("5 sur 5 réponses", "100 %", "rien à compter"),
    "clients_satisfaits": ("4 sur 5 réponses", "80 %", "rien à compter"),
}


@pytest.fixture(autouse=True)
def _le_quinze_juin():
    with time_machine.travel("2026-06-15T12:00Z", tick=False):
        yield


@pytest.fixture
def sondee(ici, ailleurs):
    """Ce que l'on a répondu à une structure, et rien que d'elle."""
    Enquete.objects.filter(close_le__isnull=False).delete()
    for monde in (ici, ailleurs):
        for modele, le, rangs in CLOSES:
            resultats = depouiller(QUESTIONS, [{"reponses": {"un": rang}, "par": None} for rang in rangs])
            dite = {"modele": modele, "titre": modele, "questions": QUESTIONS, "resultats": resultats, "nombre": len(rangs)}
            Enquete.objects.create(organisation=monde.organisation, du=date(2024, 1, 1), au=date(2024, 2, 1), close_le=le, **dite)
    return ici


def page(monde, role: str = "direction"):
    """Le chapitre, tel que ce rôle le lit."""
    choix = {"annee": 2026, "avant": "annee"}
    return monde.client(role).get(reverse("observatoire:chapitre", args=["satisfaction"]), choix)


def test_une_page_dit_les_trois_cote_a_cote_avec_leur_part_et_celle_d_avant(sondee):
    lue = page(sondee)
    chiffres = {c.rubrique.code: (c, image) for c, image in lue.context["chiffres"]}
    dites = {code: tuple(map(propre, (c.dite, c.part, c.dite_avant))) for code, (c, _) in chiffres.items() if c.rubrique.sur}
    assert dites == LUES
    assert [*chiffres][:3] == [*LUES][:3], "la personne, l'équipe, la structure, d'abord"
    vu = propre(principal(lue))
    assert all(dite in vu for dites in LUES.values() for dite in dites[:2])
    assert vu.count("Sur : Réponses aux questions à quatre mots") == len(LUES), "ce que compte le dénominateur se dit aussi"
    for code in LUES:
        image = chiffres[code][1]
        assert image.dessin and f"{propre(image.lignes[1][1])} réponses" == LUES[code][0], "un tableau à côté de l'image"


def test_ce_que_l_on_a_repondu_s_ouvre_enquete_par_enquete_et_fait_le_nombre(sondee):
    for code, (dite, *_) in LUES.items():
        adresse = reverse("observatoire:derriere", args=["cedre-2026", code])
        lignes = appeler(f"{adresse}?annee=2026", sondee.hab["direction"]).contexte["lignes"]
        assert sum(Decimal(lu) for _, lu in lignes) == int(dite.split()[0])


def test_elle_s_emporte_avec_son_denominateur_et_ne_se_detaille_pas(sondee):
    adresse = reverse("observatoire:chiffre_export", args=["equipe_satisfaite", "csv"])
    texte = sondee.client("direction").get(adresse, {"annee": 2026}).content.decode("utf-8-sig")
    assert texte.splitlines()[1].endswith(";1;5;20,0")
    detail = sondee.client("direction").get(reverse("observatoire:chiffre", args=["equipe_satisfaite"]), {"annee": 2026})
    assert propre(detail.context["chiffre"].dite) == "1 sur 5 réponses"
    assert not detail.context["filtre"].coupes()


def test_sa_tendance_est_celle_des_deux_sommes(sondee):
    for le, favorables, toutes in ((date(2026, 3, 31), 1, 5), (date(2026, 4, 30), 3, 5)):
        for code, somme in (("reponses_favorables", favorables), ("reponses_d_echelle", toutes)):
            dite = {"total": 1, "atteint": somme, "coupes": {"à qui": {"equipe": [1, str(somme)]}}, "figee_le": timezone.now()}
            MesureFigee.objects.create(organisation=sondee.organisation, code=code, le=le, version=1, **dite)
    lues = {c.rubrique.code: c.tendance for c, _ in page(sondee).context["chiffres"]}
    assert lues["equipe_satisfaite"] == [(date(2026, 3, 31), Mesure(5, 1)), (date(2026, 4, 30), Mesure(5, 3))]


def test_hors_de_l_equipe_elle_se_tait(sondee):
    ca = {c.rubrique.code: propre(c.dite) for c, _ in page(sondee, "ca").context["chiffres"]}
    assert {ca[code] for code in LUES} == {"se lit dans l’équipe"}


def test_une_part_de_ce_que_l_on_ne_sait_pas_ne_se_sait_pas():
    inconnue = MesureInconnue("inconnue")
    assert une_part(inconnue, Mesure(1, 5)).inconnue == une_part(Mesure(1, 5), inconnue).inconnue == "inconnue"
    assert une_part(Mesure(1, Decimal("3.00")), Mesure(1, Decimal("5.00"))) == Mesure(5, 3)


PAS_UNE_PART = ("sur: engagement_remis", "sur: duree_de_parcours", "sur: inventee", "lit: total, sur: reponses_d_echelle")


@pytest.mark.parametrize("change", PAS_UNE_PART)
def test_n_est_une_part_que_ce_qui_est_une_somme_d_une_autre_somme(change):
    entier = (DOSSIER / "cedre-2026.yaml").read_text(encoding="utf-8")
    with pytest.raises(CadreRefuse, match="part"):
        lire(entier.replace("sur: reponses_d_echelle", change, 1).encode())
    assert en_vigueur(date(2026, 6, 15)).code == "cedre-2026"
