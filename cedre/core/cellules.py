"""Du contenu d'une cellule à une valeur : dates, téléphones, courriels, codes postaux, choix.

Un lecteur prend une cellule de tout type et rend une valeur, None ou "" si elle ne dit rien ; il lève Invalide (la
ligne ne peut pas entrer) ou Douteux (elle entre avec une valeur de repli, et on le dit).
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from cedre.core.tableau import en_texte
from cedre.core.texte import normaliser

MOIS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août")
MOIS += ("septembre", "octobre", "novembre", "décembre")
RANG_DU_MOIS = {normaliser(nom): rang for rang, nom in enumerate(MOIS, start=1)}
_ABREGES = {nom[:4]: rang for nom, rang in RANG_DU_MOIS.items()} | {
    "jan": 1,
    "fev": 2,
    "avr": 4,
    "dec": 12,
    "sep": 9,
    "oct": 10,
    "nov": 11,
}
_EXCEL = date(1899, 12, 30)
_SANS_REPONSE = {"", "n a", "na", "nc", "n c", "null", "none", "nan", "neant", "ref", "valeur", "value", "nsp", "non renseigne"}


class Invalide(ValueError):
    """La cellule ne peut pas être lue ; le message dit pourquoi."""


class Douteux(Exception):
    """La cellule n'a pas été comprise en entier ; valeur : ce que l'on en garde."""

    def __init__(self, message: str, valeur=None):
        super().__init__(message)
        self.valeur = valeur


def sans_reponse(cellule) -> bool:
    """Vrai pour ce que les tableurs et les gens écrivent faute de savoir : vide, « - », « n/a », « #REF! »."""
    return normaliser(en_texte(cellule)) in _SANS_REPONSE


def texte(longueur: int) -> Callable:
    """Un texte d'une ligne, refusé au-delà de cette longueur plutôt que coupé."""

    def lire(cellule) -> str:
        valeur = " ".join(en_texte(cellule).split())
        if len(valeur) > longueur:
            raise Invalide(f"{len(valeur)} caractères : {longueur} au plus.")
        return valeur if normaliser(valeur) else ""

    return lire


def texte_long(cellule) -> str:
    """Un texte de plusieurs lignes."""
    return en_texte(cellule)


def _jour(annee: int, mois: int, jour: int, tel_quel: str) -> date:
    if not 1 <= mois <= 12:
        raise Invalide(f"{tel_quel} : il n’y a pas de mois {mois}.")
    if not 1 <= annee <= 9999:
        raise Invalide(f"{tel_quel} : l’année n’a pas de sens.")
    dernier = monthrange(annee, mois)[1]
    if not 1 <= jour <= dernier:
        raise Invalide(f"{tel_quel} : {MOIS[mois - 1]} {annee} n’a que {dernier} jours." if jour else f"{tel_quel} : jour 0.")
    return date(annee, mois, jour)


def _siecle(annee: str, au_plus_tard: date) -> int:
    """L'année entière : sur deux chiffres, la plus récente qui reste possible."""
    if len(annee) > 2:
        return int(annee)
    entiere = au_plus_tard.year // 100 * 100 + int(annee)
    return entiere if entiere <= au_plus_tard.year else entiere - 100


def _date_ecrite(tel_quel: str, au_plus_tard: date) -> date:
    """Une date écrite en toutes formes. Lève Invalide."""
    ecrit = re.sub(r"[T ]\d{1,2}[:h]\d{2}.*$", "", tel_quel.strip()).strip()
    if en_chiffres := re.fullmatch(r"(\d{1,4})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{1,4})", ecrit):
        a, mois, c = en_chiffres.groups()
        if len(a) == 4 and len(c) <= 2:
            return _jour(int(a), int(mois), int(c), tel_quel)
        if len(a) <= 2 and len(c) in (2, 4):
            return _jour(_siecle(c, au_plus_tard), int(mois), int(a), tel_quel)
    if re.fullmatch(r"\d{7,8}", ecrit):
        ecrit = ecrit.zfill(8)
        if ecrit[:2] in ("19", "20") and int(ecrit[4:6]) <= 12:
            return _jour(int(ecrit[:4]), int(ecrit[4:6]), int(ecrit[6:]), tel_quel)
        return _jour(int(ecrit[4:]), int(ecrit[2:4]), int(ecrit[:2]), tel_quel)
    if re.fullmatch(r"[1-6]\d{4}", ecrit):
        return _EXCEL + timedelta(days=int(ecrit))
    if en_lettres := re.search(r"(\d{1,2})(?:er)? ([a-z]{3,9}) (\d{4}|\d{2})$", normaliser(ecrit)):
        jour, nom, annee = en_lettres.groups()
        mois = RANG_DU_MOIS.get(nom) or _ABREGES.get(nom[:4]) or _ABREGES.get(nom[:3])
        if mois:
            return _jour(_siecle(annee, au_plus_tard), mois, int(jour), tel_quel)
    if re.fullmatch(r"(\d{1,2}[/.\-])?(19|20)\d\d", ecrit):
        raise Invalide(f"« {tel_quel} » : date incomplète, écrire le jour, le mois et l’année.")
    raise Invalide(f"« {tel_quel[:40]} » n’est pas une date : écrire par exemple 31/12/1980.")


def date_lue(cellule, au_plus_tot: date = date(1900, 1, 1), au_plus_tard: date | None = None) -> date | None:
    """Une date française, ISO, d'Excel, en lettres, ou sur deux chiffres d'année ; entre deux bornes comprises.

    au_plus_tard : aujourd'hui par défaut ; il décide aussi du siècle d'une année sur deux chiffres.
    """
    au_plus_tard = au_plus_tard or timezone.localdate()
    tel_quel = en_texte(cellule).replace("\n", " ")
    if sans_reponse(cellule) or not tel_quel.strip("0/-. :"):
        return None
    if isinstance(cellule, datetime):
        valeur = cellule.date()
    elif isinstance(cellule, date):
        valeur = cellule
    elif isinstance(cellule, float) and 10_000 <= cellule < 70_000:
        valeur = _EXCEL + timedelta(days=int(cellule))
    else:
        valeur = _date_ecrite(tel_quel, au_plus_tard)
    if valeur > au_plus_tard:
        raise Invalide(f"{tel_quel} : date trop tardive, le {au_plus_tard:%d/%m/%Y} au plus.")
    if valeur < au_plus_tot:
        raise Invalide(f"{tel_quel} : date trop ancienne.")
    return valeur


def heures_lues(cellule) -> Decimal | None:
    """Un nombre d'heures : « 7,5 », « 7h30 », « 7:30 », « 35 h », une durée de tableur ; au centième. Lève Invalide."""
    if isinstance(cellule, time):
        cellule = timedelta(hours=cellule.hour, minutes=cellule.minute)
    if isinstance(cellule, timedelta):
        return round(Decimal(cellule.total_seconds()) / 3600, 2)
    if sans_reponse(cellule):
        return None
    ecrit = "".join(en_texte(cellule).lower().split())
    if en_minutes := re.fullmatch(r"([0-9]{1,3})(?:h|:)([0-5]?[0-9])(?:mn|min|m)?", ecrit):
        return round(int(en_minutes[1]) + Decimal(en_minutes[2]) / 60, 2)
    if decimal := re.fullmatch(r"([0-9]{1,3}(?:[.,][0-9]{0,4})?|[.,][0-9]{1,4})(?:h|heures?)?", ecrit):
        return round(Decimal(decimal[1].replace(",", ".")), 2)
    raise Invalide(f"« {en_texte(cellule)[:20]} » n’est pas un nombre d’heures : écrire 7,5 ou 7h30.")


def euros_lus(cellule) -> Decimal | None:
    """Une somme en euros : « 12,02 », « 12.02 € », « 12,02 €/h » ; au centième. Lève Invalide."""
    if sans_reponse(cellule):
        return None
    ecrit = "".join(en_texte(cellule).lower().split())
    if trouve := re.fullmatch(r"([0-9]{1,6}(?:[.,][0-9]{1,4})?)(?:€|euros?|eur)?(?:bruts?)?(?:/h|/heure|del’heure)?", ecrit):
        return round(Decimal(trouve[1].replace(",", ".")), 2)
    raise Invalide(f"« {en_texte(cellule)[:20]} » n’est pas une somme en euros : écrire 12,02.")


_PAR_DEUX = re.compile(r"(\d\d)(?=\d)")
_FRANCAIS = re.compile(r"(?:(?:\+33|0033)0?|0)([1-9][0-9]{8})")


def _numeros(suite: str) -> list[str]:
    """Les numéros d'une suite de chiffres, [] si elle n'en est pas une."""
    chiffres = re.sub(r"[^0-9+]", "", suite)
    if re.fullmatch(f"({_FRANCAIS.pattern})+", chiffres):
        return [_PAR_DEUX.sub(r"\1 ", f"0{n}") for n in _FRANCAIS.findall(chiffres)]
    if re.fullmatch(r"[1-9][0-9]{8}", chiffres):
        return [_PAR_DEUX.sub(r"\1 ", f"0{chiffres}")]
    if chiffres.startswith(("+", "00")):
        try:
            numero = phonenumbers.parse(re.sub("^00", "+", chiffres))
        except phonenumbers.NumberParseException:
            return []
        if phonenumbers.is_possible_number(numero):
            return [phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.INTERNATIONAL)]
    return []


def telephones(cellule) -> list[str]:
    """Tous les numéros d'une cellule, écrits comme en France ; les mots autour (« mère », « ou ») sont laissés."""
    ecrit = en_texte(cellule)
    if sans_reponse(cellule):
        return []
    ecrit = re.sub(r"\b(\d\d)/(?=\d\d\b)", r"\1 ", ecrit)
    trouves, restes = [], []
    for suite in re.findall(r"[+0-9](?:[ \t.\u00a0\u202f()-]*\+?[0-9])*", ecrit):
        numeros = _numeros(suite)
        trouves += numeros
        if not numeros and sum(map(str.isdigit, suite)) > 4:
            restes.append(suite)
    trouves = list(dict.fromkeys(trouves))
    if restes or not trouves:
        faux = " ".join((restes[0] if restes else ecrit).split())[:40]
        raise Invalide(f"« {faux} » n’est pas un numéro de téléphone : dix chiffres, ou + et l’indicatif du pays.")
    return trouves


def courriel(cellule) -> str:
    """Une adresse ; s'il y en a plusieurs, la première, et on le dit."""
    if sans_reponse(cellule):
        return ""
    ecrit = en_texte(cellule)
    adresses = re.findall(r"[^\s<>;,:()\"\[\]|/]+@[^\s<>;,:()\"\[\]|/]+", ecrit)
    try:
        adresses = [a.strip(".").lower() for a in adresses]
        validate_email(adresses[0])
    except (IndexError, ValidationError):
        raise Invalide(f"« {ecrit[:60]} » n’est pas une adresse de courriel.") from None
    if len(adresses[0]) > 254:
        raise Invalide("Cette adresse de courriel est trop longue.")
    if len(adresses) > 1:
        raise Douteux("Plusieurs adresses : seule la première est gardée.", adresses[0])
    return adresses[0]


def code_postal(cellule) -> str:
    """Un code postal français ; un zéro perdu par le tableur est remis (1000 → 01000)."""
    if sans_reponse(cellule):
        return ""
    ecrit = en_texte(cellule)
    trouve = re.match(r"(?:F-?)?\s*(\d{2} ?\d{3}|\d{4})(?!\d)", ecrit)
    if not trouve:
        raise Invalide(f"« {ecrit[:40]} » n’est pas un code postal : cinq chiffres.")
    code = trouve[1].replace(" ", "").zfill(5)
    if code.startswith("00") or code == "99999":
        raise Invalide(f"« {ecrit[:40]} » n’est pas un code postal.")
    return code


def choix(options: Mapping[str, object], *, accepte: str, bloque: bool = False) -> Callable:
    """Une valeur d'une liste. options : toutes les écritures normalisées ; accepte : ce qu'on en dit à l'écran.

    Une écriture inconnue laisse la valeur vide et le dit, ou refuse la ligne si bloque.
    """

    def lire(cellule):
        ecrit = normaliser(en_texte(cellule))
        if ecrit in options:
            return options[ecrit]
        if sans_reponse(cellule):
            return None
        message = f"« {en_texte(cellule)[:60]} » n’est pas reconnu ; on accepte : {accepte}."
        if bloque:
            raise Invalide(message)
        raise Douteux(f"{message} Laissé vide.")

    return lire


def plusieurs(options: Mapping[str, object], *, accepte: str) -> Callable:
    """Des valeurs d'une liste dans une même cellule, séparées par , ; / + « et » ou un retour à la ligne."""
    un_choix = choix(options, accepte=accepte)

    def lire(cellule) -> list:
        trouves, inconnus = [], []
        for morceau in re.split(r"[,;/+\n]|\bet\b", en_texte(cellule)):
            try:
                trouves.append(un_choix(morceau))
            except Douteux:
                inconnus.append(" ".join(morceau.split()))
        valeurs = list(dict.fromkeys(v for v in trouves if v is not None))
        if inconnus:
            raise Douteux(f"« {', '.join(inconnus)[:60]} » n’est pas reconnu ; on accepte : {accepte}.", valeurs)
        return valeurs

    return lire


def _oui_non(valeur: bool, ecritures: str) -> dict[str, bool]:
    return dict.fromkeys(ecritures.split(), valeur)


oui_non = choix(_oui_non(True, "oui o yes y vrai true 1 x") | _oui_non(False, "non n no faux false 0"), accepte="oui, non")
