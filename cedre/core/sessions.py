"""Les sessions, gardées fermées : un secret y passe avant de se montrer une fois, un lien, un code, un second facteur (RES-1)."""

from django.contrib.sessions.backends.db import SessionStore as EnBase

from cedre.core import coffre


class SessionStore(EnBase):
    """Une session de la base, que le coffre ferme : ni le journal de SQLite ni une copie ne disent ce qu'elle tient."""

    def encode(self, session_dict: dict) -> str:
        """La session, fermée. Lève CoffreFerme."""
        return coffre.fermer(super().encode(session_dict))

    def decode(self, session_data: str) -> dict:
        """Ce qu'elle tient ; rien si aucune clé ne l'ouvre : elle est finie, comme toutes celles d'avant cette clé."""
        try:
            return super().decode(coffre.ouvrir(session_data))
        except coffre.CoffreFerme:
            return {}
