"""Ce que la certification garde : preuves, éditions et certificats."""

from cedre.certification.models.editions import Certificat, EditionDeposee
from cedre.certification.models.preuves import Appreciation, Document, Revision, ValeurDeParametre

__all__ = ["Appreciation", "Certificat", "Document", "EditionDeposee", "Revision", "ValeurDeParametre"]
