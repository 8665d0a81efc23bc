"""La prochaine date : tout ce qui attend la personne, défini une fois pour le dossier et pour la règle (ACC-6)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cedre.conftest import a_qui_manque
from cedre.parcours.models import Personne
from cedre.parcours.operations.seances import annuler_seance

FAITS = ("entretiens", "informations", "bilans", "actions")


def dans(jours: int):
    """Aujourd'hui et quelques jours."""
    return timezone.localdate() + timedelta(days=jours)


def dater(personne, jours: int, *faits: str) -> None:
    """Met tous ces faits de la personne à cette date."""
    for relation in faits or FAITS:
        getattr(personne, relation).update(le=dans(jours))


def prochaine_date(personne):
    """Celle que montre son dossier."""
    return Personne.objects.avec_reperes().get(pk=personne.pk).prochaine_date


def sans_date(personne, phase: str) -> bool:
    """Vrai si, à cette phase, la page du jour la signale."""
    Personne.objects.filter(pk=personne.pk).update(phase=phase)
    return a_qui_manque("sans_prochaine_date").filter(pk=personne.pk).exists()


@pytest.mark.parametrize("fait", FAITS)
def test_c_est_la_plus_proche_de_tout_ce_qui_attend_la_personne(embauchee, fait):
    dater(embauchee.personne, 9)
    dater(embauchee.personne, 2, fait)
    assert prochaine_date(embauchee.personne) == dans(2)
    dater(embauchee.personne, -1)
    assert prochaine_date(embauchee.personne) is None and sans_date(embauchee.personne, "pre_embauche")
    dater(embauchee.personne, 0, fait)
    assert prochaine_date(embauchee.personne) == dans(0) and not sans_date(embauchee.personne, "pre_embauche")


def test_une_seance_annulee_n_attend_personne(embauchee):
    dater(embauchee.personne, -1, "entretiens", "informations", "bilans")
    annuler_seance(embauchee.seance, par=embauchee.hab["cip"])
    assert prochaine_date(embauchee.personne) is None and sans_date(embauchee.personne, "accueil")


def test_des_nouvelles_a_prendre_ne_sont_une_date_que_pour_qui_est_sorti(embauchee):
    dater(embauchee.personne, -1)
    embauchee.personne.sorties.update(le=dans(-2))
    embauchee.personne.sorties.get().suivis.create(mois=6, prevu_le=dans(40))
    assert not sans_date(embauchee.personne, "sortie") and prochaine_date(embauchee.personne) == dans(40)
    assert sans_date(embauchee.personne, "pre_accueil") and prochaine_date(embauchee.personne) is None
