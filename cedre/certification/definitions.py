"""Ce que la fédération a retenu d'un mot du référentiel, pour les pages où l'on s'en sert (CER-3)."""

from django.utils import timezone

from cedre.certification.editions import editions
from cedre.certification.models import LectureRetenue
from cedre.observatoire.definitions import tenir_les_definitions


@tenir_les_definitions
def retenue_aujourd_hui(question: str) -> str:
    """La réponse que vaut cette question aujourd'hui, en mots ; "" si elle est ouverte."""
    retenue = LectureRetenue.objects.filter(question=question, du__lte=timezone.localdate()).last()
    if retenue is None:
        return ""
    lectures = [e.lectures[question] for e in editions() if e.code == retenue.edition and question in e.lectures]
    return lectures[0].en_mots(retenue.reponse) if lectures else ""
