"""Ce que demandent les formulaires des annuaires : chaque libellé, chaque aide, chaque choix, ce qui se remplit."""

import pytest

from cedre.partenariats import forms
from cedre.partenariats.models import Client, Convention
from cedre.tests.formulaires import demande

FORMULAIRES = [
    (
        lambda qui: forms.PartenaireForm(),
        """
        Nom* (160 signes) ; Nature* (boutons) = social : Partenaire social / Partenaire professionnel ; Ce que l’on y trouve
        (200 signes) — Hébergement d’urgence, permis solidaire, cours de français… ; Thèmes (cases) ; Personne à joindre (120
        signes) ; Téléphone (20 signes) ; Courriel (courriel, 254 signes) ; Adresse (200 signes) ; Proposé dans les listes
        (case) = oui — Décoché, il reste dans les dossiers où il figure, mais on n’y réoriente plus personne. ;
        """,
    ),
    (
        lambda qui: forms.ClientForm(),
        """
        Nom* (160 signes) — Pour un particulier, son nom. ; Nature* (boutons) = entreprise : Entreprise / Collectivité /
        Association / Particulier ; SIRET (14 signes) ; Personne à joindre (120 signes) ; Téléphone (20 signes) ; Courriel
        (courriel, 254 signes) ; Adresse (200 signes) ; Proposé dans les listes (case) = oui — Décoché, il reste dans les
        dossiers où il figure, mais on n’y prévoit plus de mise en situation. ;
        """,
    ),
    (
        lambda qui: forms.FiltreAnnuaireForm(natures=Client.Nature),
        """
        Chercher (80 signes, « Un nom, un service, une rue ») ; Nature (liste) : Toutes / Entreprise / Collectivité /
        Association / Particulier ; Proposés dans les listes (liste) : Oui / Non / Tous ;
        """,
    ),
    (
        lambda qui: forms.FiltrePartenairesForm(),
        """
        Chercher (80 signes, « Un nom, un service, une rue ») ; Thème (liste) : Tous ; Nature (liste) : Toutes / Partenaire
        social / Partenaire professionnel ; Proposés dans les listes (liste) : Oui / Non / Tous ;
        """,
    ),
    (
        lambda qui: forms.ConventionForm(instance=Convention(close=True)),
        """
        Objet* (200 signes) ; En vigueur du* (date) ; Au (date) — Dernier jour où elle vaut. Vide si elle n’a pas de fin. ; Se
        reconduit d’elle-même (case) — Elle reste en vigueur après cette date, tant que l’on n’y met pas fin. ; Ne sera pas
        renouvelée (case) = oui ; Ce qui est convenu (texte, 20000 signes) ;
        """,
    ),
    (
        lambda qui: forms.RencontreForm(habilitation=qui),
        """
        Nature* (boutons) = reunion : Réunion / Groupe de travail / Signature d’une convention / Autre ; Le* (date) ; Sujet*
        (200 signes) ; Partenaires (cases) ; Et avec (200 signes) — Ceux qui ne sont pas dans l’annuaire : commune,
        entreprise, branche… ; Qui de chez nous (160 signes) ; Ce qui en est sorti (texte, 2000 signes) — Ce qui s’est dit,
        décidé, engagé. ;
        """,
    ),
]


@pytest.mark.parametrize("form, dit", FORMULAIRES, ids=range(len(FORMULAIRES)))
def test_un_formulaire_dit_ce_qu_il_demande_et_ce_qu_il_propose(ici, form, dit):
    assert demande(form(ici.hab["qualite"])) == " ".join(dit.split())
