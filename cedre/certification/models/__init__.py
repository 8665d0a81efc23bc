"""Ce que la certification garde : preuves, éditions, lectures, correspondances, certificats, audits, réunions."""

from cedre.certification.models.audits import Audit, Constat
from cedre.certification.models.editions import Certificat, Correspondance, EditionDeposee
from cedre.certification.models.lectures import LectureRetenue
from cedre.certification.models.preuves import Appreciation, Document, Revision, ValeurDeParametre
from cedre.certification.models.reunions import ReunionEvaluation

__all__ = [
    "Appreciation",
    "Audit",
    "Certificat",
    "Constat",
    "Correspondance",
    "Document",
    "EditionDeposee",
    "LectureRetenue",
    "ReunionEvaluation",
    "Revision",
    "ValeurDeParametre",
]
