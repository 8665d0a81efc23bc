"""Ce que la certification garde : preuves, éditions, correspondances et certificats."""

from cedre.certification.models.editions import Certificat, Correspondance, EditionDeposee
from cedre.certification.models.preuves import Appreciation, Document, Revision, ValeurDeParametre

__all__ = ["Appreciation", "Certificat", "Correspondance", "Document", "EditionDeposee", "Revision", "ValeurDeParametre"]
