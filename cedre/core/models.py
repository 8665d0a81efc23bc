"""core n’a aucun modèle : ce module existe pour que Django lui envoie post_migrate (voir apps.py)."""
