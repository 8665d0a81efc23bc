"""La limite de ce qui se raconte : aujourd'hui."""


class Avenir(Exception):
    """La suite de l'histoire n'a pas encore eu lieu."""
