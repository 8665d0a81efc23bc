"""La porte de l'espace des personnes : une session à part, courte, qui n'est pas un compte et ne donne aucune habilitation.

La session ne garde que le numéro du code par lequel on est entré, l'heure de la dernière page et le compte qui était connecté
sur l'appareil : le code est relu à chaque page, de sorte qu'un code révoqué, expiré ou d'une personne rendue anonyme n'ouvre
plus rien, tout de suite ; et qu'un compte se connecte ensuite sur le même appareil, l'espace est fermé.
"""

import time
from functools import wraps

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from cedre.comptes.acces import public
from cedre.comptes.fuseaux import se_mettre_a_l_heure_de
from cedre.core.journal import hors_du_journal
from cedre.core.sessions import SessionStore
from cedre.parcours.models import AccesEspace, Personne

CLE_SESSION = "espace"
INACTIVITE = 30 * 60  # secondes


def trop_d_essais(request) -> bool:
    """Vrai quand trop de codes ont été refusés depuis un quart d'heure : à cette adresse, ou en tout (« espace_refuse »)."""
    return not ratelimit.consume(request, action="espace_refuse", key="tous", dry_run=True)


def compter_un_refus(request) -> None:
    """Un code de plus refusé."""
    ratelimit.consume(request, action="espace_refuse", key="tous")


def ouvrir(request, acces: AccesEspace) -> None:
    """Entre : la session change de numéro, pour que personne n'ait pu la préparer."""
    if not request.user.is_authenticated:
        request.session.cycle_key()
    request.session[CLE_SESSION] = {"acces": acces.pk, "vu": int(time.time()), "compte": request.user.pk}


def fermer(request) -> None:
    """Sort ; il ne reste rien de la session, sauf celle du compte qui serait connecté sur le même appareil."""
    request.session.pop(CLE_SESSION, None)
    if not request.user.is_authenticated:
        request.session.flush()


def oublier(session: Session) -> None:
    """Ôte d'une session gardée l'espace où l'on n'est plus ; elle disparaît s'il n'en reste rien."""
    garde = SessionStore().decode(session.session_data)
    entre = garde.pop(CLE_SESSION, None)
    if entre and time.time() - entre["vu"] <= INACTIVITE:
        return
    if not garde:
        session.delete()
    elif entre:
        session.session_data = SessionStore().encode(garde)
        session.save(update_fields=["session_data"])


def _qui_est_entre(request) -> Personne | None:
    session = request.session.get(CLE_SESSION)
    if not session or time.time() - session["vu"] > INACTIVITE or session.get("compte") != request.user.pk:
        return None
    acces = AccesEspace.objects.valables().select_related("personne__organisation").filter(pk=session["acces"]).first()
    return acces.personne if acces else None


def sans_trace(reponse):
    """Rien n'en reste dans un cache ni dans un moteur de recherche.

    Referrer-Policy reste celle du site (same-origin) : avec no-referrer, le navigateur tairait aussi l'origine des
    formulaires, que la garde contre les envois forgés (CSRF) exige. Le fragment, lui, n'est jamais dans un Referer.
    """
    add_never_cache_headers(reponse)
    reponse["X-Robots-Tag"] = "noindex, nofollow"
    return reponse


def espace(vue):
    """Ouvre la vue à la personne entrée par son code. request.personne est elle : toute ligne se prend par elle."""
    lue = public(vue)

    @wraps(vue)
    def gardee(request, *args, **kwargs):
        request.personne = _qui_est_entre(request)
        if request.personne is None:
            request.session.pop(CLE_SESSION, None)
            messages.info(request, "Votre espace est fermé. Entrez de nouveau votre code.")
            return sans_trace(redirect("portail:espace"))
        se_mettre_a_l_heure_de(request.personne.organisation)
        request.session[CLE_SESSION] |= {"vu": int(time.time())}
        return sans_trace(lue(request, *args, **kwargs))

    gardee.droit = "espace"
    return hors_du_journal(gardee)  # d'une page à l'autre, on saurait quand s'est écrit ce qui l'est sans nom
