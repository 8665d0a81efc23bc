"""Sur le papier remis : chaque valeur est sous son titre, et chacun ne signe que pour soi (INS-2, RGPD art. 15)."""

from datetime import date

import pytest
from django.core.serializers.json import DjangoJSONEncoder, json

from cedre.parcours.attestation import attestation
from cedre.parcours.dossier_complet import dossier_complet
from cedre.parcours.models import Cotation, EvaluationAuTravail
from cedre.parcours.remises import contenu
from cedre.tests.imprime import lire


def imprime(gabarit: str, donnees: dict) -> str:
    """Le texte de ce document, espaces insécables rendus simples."""
    lues = json.loads(json.dumps(donnees, cls=DjangoJSONEncoder))
    return " ".join(lire(f"parcours/typst/{gabarit}.typ", lues).replace("\u00a0", " ").split())


def dans_l_ordre(texte: str, *mots: str) -> bool:
    """Vrai si ces mots se suivent dans le texte."""
    rangs = [texte.find(mot) for mot in mots]
    return -1 not in rangs and rangs == sorted(rangs)


@pytest.mark.parametrize(
    ("signee_le", "mots"),
    [
        (date(2026, 3, 20), ("zélie martinelle", "signé le 20 mars 2026", "la structure : structure ici", "date et signature")),
        (None, ("zélie martinelle", "date et signature", "la structure : structure ici", "date et signature")),
    ],
)
def test_la_personne_signe_pour_elle_et_la_structure_pour_la_structure(embauchee, signee_le, mots):
    donnees = contenu(embauchee.engagement) | {"le": date(2026, 3, 18), "signee_le": signee_le}
    texte = imprime("engagement", donnees)
    signatures = texte[texte.index("cet engagement est réciproque") :]
    assert dans_l_ordre(signatures, *mots[:3]) and signatures.endswith(mots[3])
    assert signatures.count("date et signature") == mots.count("date et signature")
    assert "18 mars 2026" in texte and "pour zélie martinelle" in texte


def test_dans_le_dossier_remis_chaque_degre_est_sous_qui_l_a_dit(ici):
    domaine = ici.grille.domaines.first()
    Cotation.objects.create(evaluation=ici.evaluation, domaine=domaine, valeur_personne=1, valeur_accompagnateur=3)
    ici.personne.telephone_2, ici.personne.referent = "06 99 00 12 34", ici.qui
    texte = imprime("dossier", dossier_complet(ici.personne, par=ici.hab["direction"]))
    assert dans_l_ordre(texte, "selon vous", "selon l’accompagnateur·rice", "difficulté légère", "bloquant")
    assert dans_l_ordre(
        texte, "téléphone", "01 99 00 12 34", "autre téléphone", "06 99 00 12 34", "personne référente", "cip ici"
    )


def test_l_attestation_met_chaque_constat_sous_son_titre(embauchee):
    vus = [{"libelle": "Tenir le rythme", "niveau": 2, "dit": "En autonomie"}]
    EvaluationAuTravail.objects.create(
        mise_en_situation=embauchee.mise_en_situation, niveaux=vus, par=embauchee.qui, le=date(2026, 3, 2)
    )
    texte = imprime("attestation", attestation(embauchee.personne))
    titres = ("compétence", "niveau", "constaté par", "le")
    assert dans_l_ordre(texte, *titres[:3], "tenir le rythme", "en autonomie", "cip ici", "2 mars 2026", "travail accompli")
    assert dans_l_ordre(texte, "poste", "où", "période", "heures", "depuis le")
    assert "structure ici atteste, pour zélie martinelle" in texte
    assert texte.endswith("la structure : structure ici | date et signature"), "la structure seule signe"
