"""Ce que Cèdre demande à allauth : on n'entre que sur invitation."""

from allauth.account.adapter import DefaultAccountAdapter


class Adaptateur(DefaultAccountAdapter):
    """Ferme l'inscription libre."""

    def is_open_for_signup(self, request) -> bool:
        """Personne ne crée son compte sans invitation."""
        return False
