"""Ce qui sort de Cèdre, tableaux et documents : écrit en entier avant le premier octet envoyé."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO

import xlsxwriter
from django.http import FileResponse, HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def en_csv(entetes: Sequence[str], lignes: Iterable[Sequence]) -> bytes:
    """CSV tel que les tableurs français l'ouvrent : UTF-8 avec marque, point-virgule, dates et décimales à la française."""
    sortie = io.StringIO(newline="")
    ecrivain = csv.writer(sortie, delimiter=";")
    ecrivain.writerow(entetes)
    for ligne in lignes:
        ecrivain.writerow([_a_la_francaise(_inoffensif(v)) for v in ligne])
    return sortie.getvalue().encode("utf-8-sig")


def en_xlsx(entetes: Sequence[str], lignes: Iterable[Sequence], titre: str) -> bytes:
    """Classeur d'une feuille, en-têtes figés ; les textes restent des textes, jamais des formules."""
    sortie = io.BytesIO()
    with xlsxwriter.Workbook(
        sortie, {"in_memory": True, "default_date_format": "dd/mm/yyyy", "strings_to_formulas": False, "strings_to_urls": False}
    ) as classeur:
        feuille = classeur.add_worksheet(titre[:31])
        feuille.write_row(0, 0, entetes, classeur.add_format({"bold": True, "bottom": 1}))
        for rang, ligne in enumerate(lignes, start=1):
            feuille.write_row(rang, 0, [v if v is not None else "" for v in ligne])
        feuille.freeze_panes(1, 0)
        feuille.autofit()
    return sortie.getvalue()


def _a_la_francaise(valeur):
    """Une date, jour d'abord ; un nombre, la virgule : avec un point, le tableur en ferait un texte, ou une date."""
    if isinstance(valeur, Decimal | float):
        return str(valeur).replace(".", ",")
    return f"{valeur:%d/%m/%Y}" if hasattr(valeur, "strftime") else valeur


def _inoffensif(valeur):
    """Un tableur exécuterait une cellule qui commence comme une formule."""
    return f"'{valeur}" if isinstance(valeur, str) and valeur.startswith(tuple("=+-@\t\r")) else valeur


def telecharger(contenu: bytes, nom: str, type_mime: str) -> HttpResponse:
    """La réponse qui propose ce fichier au téléchargement."""
    reponse = HttpResponse(contenu, content_type=type_mime)
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    reponse["Cache-Control"] = "no-store"
    return reponse


def telecharger_peu_a_peu(fichier: IO[bytes], nom: str, type_mime: str, *, taille: int) -> FileResponse:
    """La même, d'un grand fichier, que l'on sait entier : rien n'en tient ensemble en mémoire."""
    reponse = FileResponse(fichier, as_attachment=True, filename=nom, content_type=type_mime)
    reponse["Content-Length"] = taille
    reponse["Cache-Control"] = "no-store"
    return reponse


def montrer_pdf(document: bytes, nom: str) -> HttpResponse:
    """Un PDF qui s'ouvre dans le navigateur ; rien n'en reste dans ses caches."""
    reponse = HttpResponse(document, content_type="application/pdf")
    reponse["Content-Disposition"] = f'inline; filename="{nom}"'
    reponse["Cache-Control"] = "no-store"
    return reponse


def tableau(entetes: Sequence[str], lignes: Iterable[Sequence], *, nom: str, format_: str) -> HttpResponse:
    """Un tableau à télécharger. format_ : « csv » ou « xlsx »."""
    if format_ == "csv":
        return telecharger(en_csv(entetes, lignes), f"{nom}.csv", "text/csv; charset=utf-8")
    return telecharger(en_xlsx(entetes, lignes, nom), f"{nom}.xlsx", XLSX)
