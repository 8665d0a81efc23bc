"""Ce que Cèdre demande à allauth : on n'entre que sur invitation, et un second facteur se garde fermé."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.urls import reverse

from cedre.core import coffre

logger = logging.getLogger("cedre.comptes")


class Adaptateur(DefaultAccountAdapter):
    """Ferme l'inscription libre, et dit les refus en clair."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Cette adresse et ce mot de passe ne vont pas ensemble.",
        "too_many_login_attempts": (
            "Trop d’essais manqués : attendez un quart d’heure, ou entrez par votre clé d’accès ou un code reçu par courriel."
        ),
    }

    def is_open_for_signup(self, request) -> bool:
        """Personne ne crée son compte sans invitation."""
        return False

    def get_password_change_redirect_url(self, request) -> str:
        """Un mot de passe changé ramène à son compte."""
        return reverse("comptes:compte")

    def send_notification_mail(self, template_prefix, user, context=None, email=None) -> None:
        """Un courriel qui ne part pas n'empêche pas de changer son mot de passe : c'est déjà fait."""
        try:
            super().send_notification_mail(template_prefix, user, context, email)
        except OSError:
            logger.exception("courriel non parti : %s", template_prefix)


class SecondFacteur(DefaultMFAAdapter):
    """Garde fermé ce dont se tirent les codes : qui tient la base ne doit pas pouvoir les calculer (RES-1)."""

    def encrypt(self, text: str) -> str:
        """Ferme le secret d'une application, ou ce dont se tirent les codes de secours."""
        return coffre.fermer(text)

    def decrypt(self, encrypted_text: str) -> str:
        """L'ouvre. Lève CoffreFerme."""
        return coffre.ouvrir(encrypted_text)
