"""Les fiches de liaison : ce qu'un client, ou un partenaire, a besoin de savoir, et rien d'autre (INS-6, TRA-3)."""

from django.db.models import Q
from django.utils import timezone

from cedre.comptes.models import Organisation
from cedre.core.templatetags.cedre import nombre
from cedre.parcours.models import Liaison, MiseEnSituation, Moyen


def _entete(structure: Organisation) -> dict:
    champs = ("nom", "adresse", "code_postal", "commune", "telephone", "courriel")
    return {champ: getattr(structure, champ) for champ in champs}


def fiche_de_liaison(mets: MiseEnSituation) -> dict:
    """Le contenu de la fiche, le même sur la page du client et dans le PDF.

    L'objectif de cette mise en situation et ce que ce client a promis ; ni adresse, ni évaluation, ni autre objectif.
    """
    structure, client = mets.personne.organisation, mets.son_client
    promesses = Moyen.objects.en_vigueur().filter(
        Q(client=None) | Q(client=client and client.pk), engagement=mets.engagement_id, qui=Moyen.Qui.CLIENT
    )
    if mets.objectif_id:
        promesses = promesses.filter(Q(objectif=None) | Q(objectif=mets.objectif_id))
    return {
        "structure": _entete(structure),
        "etabli_le": timezone.localdate(),
        "personne": str(mets.personne),
        "ou": mets.ou,
        "en_atelier": mets.client_de_l_atelier_id is not None,
        "poste": str(mets.fiche_de_poste or ""),
        "du": mets.du,
        "au": mets.au,
        "heures_prevues": nombre(mets.heures_prevues),
        "precisions": mets.precisions,
        "objectif": str(mets.objectif or ""),
        "promesses": [{"quoi": m.libelle, "pour_le": m.echeance} for m in promesses],
        "competences": [str(c) for c in mets.fiche_de_poste.competences.all()] if mets.fiche_de_poste else [],
    }


def fiche_du_partenaire(liaison: Liaison) -> dict:
    """Qui est la personne, ce que l'on demande, à qui répondre ; ni téléphone, ni adresse, ni rien d'autre de son dossier."""
    return {
        "structure": _entete(liaison.personne.organisation),
        "le": liaison.le,
        "personne": str(liaison.personne),
        "partenaire": liaison.partenaire.nom,
        "contact": liaison.partenaire.contact,
        "demande": liaison.demande,
        "par": str(liaison.par or ""),
        "reponse_avant": liaison.relance_le,
    }
