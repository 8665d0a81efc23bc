"""Les formulaires de la mission accueil."""

from cedre.parcours.forms.collectives import Feuille, InformationForm, InscriptionForm, SeanceForm
from cedre.parcours.forms.dossiers import ContactForm, DossierForm, FiltreForm, IdentiteForm, SuiteForm
from cedre.parcours.forms.entretiens import CompteRenduForm, ConclusionForm, RendezVousForm

__all__ = [
    "CompteRenduForm",
    "ConclusionForm",
    "ContactForm",
    "DossierForm",
    "Feuille",
    "FiltreForm",
    "IdentiteForm",
    "InformationForm",
    "InscriptionForm",
    "RendezVousForm",
    "SeanceForm",
    "SuiteForm",
]
