"""Les formulaires de la mission accueil."""

from cedre.parcours.forms.collectives import FeuilleDInformation, InformationForm, InscriptionForm, SeanceForm
from cedre.parcours.forms.dossiers import ContactForm, DossierForm, FiltreForm, IdentiteForm, SuiteForm
from cedre.parcours.forms.entretiens import CompteRenduForm, ConclusionForm, RendezVousForm

__all__ = [
    "CompteRenduForm",
    "ConclusionForm",
    "ContactForm",
    "DossierForm",
    "FeuilleDInformation",
    "FiltreForm",
    "IdentiteForm",
    "InformationForm",
    "InscriptionForm",
    "RendezVousForm",
    "SeanceForm",
    "SuiteForm",
]
