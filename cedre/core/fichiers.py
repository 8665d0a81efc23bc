"""Un fichier reçu n'est que ce que disent ses octets : jamais son nom, ni le type que le navigateur annonce."""

TAILLE_MAX = 10 * 2**20  # octets
PNG, JPEG, PDF = "image/png", "image/jpeg", "application/pdf"
EXTENSIONS = {PNG: "png", JPEG: "jpg", PDF: "pdf"}
_DEBUTS = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG, b"%PDF-": PDF}


def type_du_fichier(octets: bytes) -> str | None:
    """Le type d'un PNG, d'un JPEG ou d'un PDF, d'après ses premiers octets ; rien pour tout le reste.

    >>> type_du_fichier(b"%PDF-1.7 ..."), type_du_fichier(b"<script>")
    ('application/pdf', None)
    """
    return next((genre for debut, genre in _DEBUTS.items() if octets.startswith(debut)), None)
