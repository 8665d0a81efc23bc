"""Les petits nombres : de un à quatre, on reconnaîtrait quelqu'un (OBS-4). Des nombres seulement, aucune base.

Taire le total ne tait rien : ce qui satisfait, et ce qui ne satisfait pas, en disent autant.
"""

from decimal import Decimal
from math import floor, log10

from cedre.core.texte import de, en_chiffres

ASSEZ = 5
TROP_PEU = "moins de cinq"
TROP_COURT = 3 * ASSEZ - 2
TROIS = 3  # les chiffres d’une somme, dite hors de l’équipe
LOIN = 2 * ASSEZ - 1  # assez loin d’un seuil petit pour que le verdict n’y laisse pas qu’un nombre


def est_petit(nombre: int) -> bool:
    """Vrai de un à quatre ; il n'y a personne à reconnaître derrière zéro.

    >>> [n for n in range(7) if est_petit(n)]
    [1, 2, 3, 4]
    """
    return 0 < nombre < ASSEZ


def _le_verdict_parle(total: int, atteint: int, seuil: int | None) -> bool:
    """Vrai d'un petit total, et près d'un seuil petit, ou qui n'en excuse que quelques-uns.

    Il en faut deux, insuffisant, et ce n'est pas zéro : c'est un. D'un petit total, la phrase est toujours la même : dite
    autrement d'une seule personne, le verdict dirait si elle satisfait.
    """
    if seuil is None:
        return False
    return est_petit(total) or 2 <= seuil < ASSEZ and atteint < LOIN or est_petit(total - seuil) and total - atteint < LOIN


def a_cinq_pres(nombre: int) -> int:
    """Un nombre que l'on peut ôter d'un autre sans trouver de un à quatre.

    >>> [a_cinq_pres(n) for n in (0, 71, 73, 75)]
    [0, 70, 75, 75]
    """
    return ASSEZ * round(nombre / ASSEZ)


def a_peu_pres(nombre: int) -> str:
    """Un nombre de personnes, dit à qui n'a pas à les reconnaître.

    >>> [a_peu_pres(n) for n in (0, 3, 24)]
    ['0', 'moins de cinq', 'environ 25']
    """
    return TROP_PEU if est_petit(nombre) else f"environ {en_chiffres(a_cinq_pres(nombre))}" if nombre else "0"


def a_chiffres(valeur: Decimal, combien: int) -> Decimal:
    """Une grandeur à tant de chiffres.

    >>> [str(a_chiffres(Decimal(n), 3).normalize()) for n in ("18.55", "0", "0.126")]
    ['18.6', '0', '0.126']
    """
    return round(valeur, combien - 1 - floor(log10(valeur))) if valeur > 0 else valeur


def en_discret(total: int, atteint: int, unite: str, seuil: int | None = None) -> str:
    """Une mesure de personnes, dite à qui n'a pas à les reconnaître : sans petit nombre, et les autres à cinq près.

    Deux mesures exactes se soustrairaient : 24 salariés engagés, dont 21 ont leur engagement en main, c'est trois. D'un total
    trop court, rien ne se dit, pas même qu'ils y sont tous : entre « environ 5 » et un reste, une mesure emboîtée se devinerait ;
    de douze, dont il faut le tiers, « moins de cinq » et satisfait, c'est quatre.

    >>> en_discret(4, 3, "bilans clos"), en_discret(41, 38, "bilans clos"), en_discret(41, 0, "bilans clos")
    ('moins de cinq bilans clos', 'environ 40 bilans clos, sauf moins de cinq', '0 sur\N{NO-BREAK SPACE}environ 40 bilans clos')
    >>> {en_discret(total, atteint, "engagements") for total in (5, 12) for atteint in (0, 3, total)}
    {'le nombre d’engagements n’est pas dit'}
    """
    trop_court = total < TROP_COURT and not est_petit(total)
    if trop_court or _le_verdict_parle(total, atteint, seuil):
        return f"le nombre {de(unite)} n’est pas dit"
    if est_petit(total):
        return f"{TROP_PEU} {unite}"
    if est_petit(total - atteint):
        return f"{a_peu_pres(total)} {unite}, sauf {TROP_PEU}"
    dont = en_chiffres(a_cinq_pres(total)) if atteint >= ASSEZ else a_peu_pres(total)  # « environ » ne se dit qu’une fois
    return f"{a_peu_pres(atteint)} sur\N{NO-BREAK SPACE}{dont} {unite}"
