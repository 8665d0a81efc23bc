"""Le courriel du matin : « Aujourd'hui » en nombres, sans un nom, avec les liens vers les pages (ACC-6, nomenclatures §7)."""

import email.policy
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from cedre.comptes.gestes import ouvre
from cedre.comptes.models import Habilitation
from cedre.core.templatetags.cedre import accorde, heure, jour_semaine, nombre
from cedre.portail.calendrier import a_l_agenda
from cedre.portail.jour import rappels, tuiles

SAMEDI = 6
SCEAU = Signer(salt="courriel du matin")


class Courriel(EmailMessage):
    """Un courriel aux en-têtes d'une ligne : coupé, le lien d'arrêt serait encodé, et aucun logiciel ne le lirait."""

    def message(self, *, policy=email.policy.default):
        """Le message, prêt à partir."""
        return super().message(policy=policy.clone(max_line_length=998))


def adresse_d_arret(habilitation: Habilitation) -> str:
    """Le lien qui arrête le courriel sans se connecter : il ne sait faire que cela."""
    return settings.SITE + reverse("portail:arreter_courriel", args=[SCEAU.sign(habilitation.pk)])


def habilitation_du_lien(jeton: str) -> Habilitation | None:
    """Celle dont ce lien arrête le courriel, si elle vaut encore."""
    try:
        numero = SCEAU.unsign(jeton)
    except BadSignature:
        return None
    return Habilitation.objects.actives().select_related("organisation").filter(pk=numero).first()


def _rubrique(titre: str, lignes: list[str]) -> list[str]:
    return [titre, *lignes, ""] if lignes else []


def _ligne(quoi: str, dit: str, chemin: str) -> str:
    return f"- {quoi} : {dit}\n  {settings.SITE}{chemin}"


def courriel(habilitation: Habilitation, le: date) -> Courriel | None:
    """Le courriel de ce jour ; rien s'il n'y a rien à dire, ni à qui ne lit pas les dossiers.

    Le samedi et le dimanche, il y faut un rendez-vous à une heure.
    """
    if not ouvre(habilitation, "portail:courriel"):
        return None
    du_jour = a_l_agenda(habilitation, du=le, au=le)
    if le.isoweekday() >= SAMEDI and not any(r.heure for r in du_jour):
        return None
    manques = [_ligne(t.libelle, accorde(t.nombre, "personne"), t.adresse) for t in tuiles(habilitation)]
    suites = [_ligne(t.libelle, nombre(t.nombre), t.adresse) for t in rappels(habilitation, le)]
    rubriques = [
        *_rubrique("Vos rendez-vous", [_ligne(heure(r.heure) or "Dans la journée", r.quoi, r.chemin) for r in du_jour]),
        *_rubrique("Ce qui manque", manques),
        *_rubrique("À suivre", suites),
    ]
    if not rubriques:
        return None
    arret = adresse_d_arret(habilitation)
    texte = [
        f"Bonjour,\n\nVoici votre journée du {jour_semaine(le)}, {habilitation.organisation}.\n",
        *rubriques,
        f"La page du jour : {settings.SITE}{reverse('portail:accueil')}\n",
        "Ce courriel ne dit aucun nom : les pages s’ouvrent avec votre compte.",
        f"Ne plus le recevoir : {arret}\n",
    ]
    entetes = {
        "List-Unsubscribe": f"<{arret}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    sujet = f"Cèdre · votre journée du {jour_semaine(le)}"
    return Courriel(sujet, "\n".join(texte), None, [habilitation.compte.email], headers=entetes)
