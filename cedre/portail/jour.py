"""Ce qu'il y a à faire aujourd'hui, selon l'habilitation : chaque nombre est celui de la liste qui est derrière."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from cedre.certification.models import Audit, ReunionEvaluation
from cedre.comptes.droits import Role
from cedre.comptes.gestes import ouvre, remede
from cedre.comptes.models import Compte, Habilitation, Organisation
from cedre.core.manques import CeQuiManque, Manque, manques
from cedre.core.texte import normaliser
from cedre.observatoire.models import Campagne, Rapport
from cedre.parcours.agenda import entretiens, prochains
from cedre.parcours.models import InformationCollective, Liaison, Personne
from cedre.partenariats.models import Convention
from cedre.qualite.models import ActionAmelioration, Reclamation
from cedre.qualite.operations.manuel import a_lire

A_MONTRER = 8
PAR_MANQUE = 5

PROMESSES = {
    Role.CLIENT: "Les objectifs qui vous concernent, et l’évaluation des personnes que vous faites travailler.",
    Role.PARTENAIRE: "Les conventions et les fiches de liaison que vous partagez avec la structure.",
    Role.REFERENT_REGIONAL: "Les demandes de certification et les réunions de référents.",
    Role.CA_REGIONAL: "Les demandes de certification à valider.",
    Role.RESPONSABLE_QUALITE: "Les demandes, les auditeurs et les décisions.",
    Role.COMITE: "Les rapports d’audit qui attendent votre décision.",
    Role.BUREAU: "Les référentiels à valider.",
    Role.GROUPE_QUALITE: "Les propositions du séminaire et leur suite.",
    Role.AUDITEUR: "Les audits qui vous sont confiés : manuel, échantillons, constats, rapport.",
}


@dataclass(frozen=True)
class Tuile:
    """Un nombre et la liste qui est derrière."""

    libelle: str
    nombre: int
    adresse: str


@dataclass(frozen=True)
class AFaire:
    """Un manque, les premières personnes à qui il manque, et leur liste entière."""

    manque: Manque
    nombre: int
    premieres: list[CeQuiManque]
    adresse: str


def _mes_personnes(habilitation: Habilitation):
    """Celles que l'on suit si l'on est CIP, toutes sinon, et le filtre d'adresse qui dit la même chose."""
    personnes = Personne.objects.pour(habilitation)
    if habilitation.role == Role.CIP:
        return personnes.filter(referent=habilitation.compte_id), {"referent": "moi"}
    return personnes, {}


def a_faire(habilitation: Habilitation) -> list[AFaire]:
    """Chaque manque des personnes que l'on suit, dans l'ordre de l'urgence, en une requête (ACC-6)."""
    personnes, filtre = _mes_personnes(habilitation)
    par_manque = {manque: [] for manque in manques(Personne).values()}
    for personne in personnes.suivies().avec_manques().order_by("nom_recherche", "pk"):
        for trouve in personne.manques:
            par_manque[trouve.manque].append(trouve)
    return [
        AFaire(manque, len(trouves), trouves[:PAR_MANQUE], _adresse(filtre | {"manque": manque.cle}))
        for manque, trouves in par_manque.items()
        if trouves
    ]


def _adresse(filtre: dict) -> str:
    return f"{reverse('parcours:personnes')}?{urlencode(filtre)}"


def _tuiles(nombres: dict[str, int], filtre: dict) -> list[Tuile]:
    """Une tuile par manque que quelqu'un a, le plus pressant d'abord."""
    return [
        Tuile(manque.alerte, nombres[cle], _adresse(filtre | {"manque": cle}))
        for cle, manque in manques(Personne).items()
        if nombres[cle]
    ]


def tuiles(habilitation: Habilitation) -> list[Tuile]:
    """Ce qui manque aux dossiers ouverts, compté en une requête ; un manque que personne n'a ne se montre pas."""
    personnes, filtre = _mes_personnes(habilitation)
    return _tuiles(personnes.suivies().aggregate(**personnes.nombres_de_manques()), filtre)


@dataclass(frozen=True)
class Rappel:
    """Des lignes qui attendent un geste, la route de ce geste, et la liste où elles se lisent."""

    libelle: str
    geste: str
    lignes: QuerySet
    adresse: str


def rappels(habilitation: Habilitation, le: date) -> list[Tuile]:
    """Ce que l'on attend de nous hors des dossiers : manuel, partenaires, qualité, audits (MAN-3, TRA-3, AME).

    Chacun se dit à qui peut faire le geste qu'il appelle.
    """
    siens = [*_partenaires(habilitation, le), *_qualite(habilitation, le), *_audits(habilitation)]
    siens += [*_rapports(habilitation, le), *_autres(habilitation, le)]
    return [*_manuel(habilitation), *_a_faire_par(habilitation, siens)]


def _a_faire_par(habilitation: Habilitation, rappels_: list[Rappel]) -> list[Tuile]:
    """Ceux dont le geste est à cette habilitation, et où il reste des lignes."""
    siens = [rappel for rappel in rappels_ if ouvre(habilitation, rappel.geste)]
    nombres = _compter([rappel.lignes for rappel in siens])
    return [Tuile(rappel.libelle, nombre, rappel.adresse) for rappel, nombre in zip(siens, nombres, strict=True) if nombre]


def _compter(ensembles: list[QuerySet]) -> list[int]:
    """Le nombre de lignes de chacun, en une requête."""
    if not ensembles:
        return []
    premier, *autres = [lignes.order_by().annotate(rang=Value(n)).values_list("rang") for n, lignes in enumerate(ensembles)]
    comptes = Counter(rang for (rang,) in premier.union(*autres, all=True).order_by())
    return [comptes[rang] for rang in range(len(ensembles))]


def _manuel(habilitation: Habilitation) -> list[Tuile]:
    version = a_lire(habilitation)
    return [Tuile("Manuel qualité à lire", 1, reverse("qualite:version", args=[version.pk]))] if version else []


def _qualite(habilitation: Habilitation, le: date) -> list[Rappel]:
    a_traiter = Reclamation.objects.pour(habilitation).a_repondre()
    retards = ActionAmelioration.objects.pour(habilitation).en_retard(le)
    reunions = ReunionEvaluation.objects.pour(habilitation).en_attente(le)
    ici, actions = reverse("qualite:reclamations"), reverse("qualite:ameliorations_liste")
    return [
        Rappel("Réclamations à traiter", "qualite:repondre", a_traiter, f"{ici}?etat=a_repondre"),
        Rappel("Actions d’amélioration en retard", "qualite:action_modifier", retards, f"{actions}?etat=en_retard"),
        Rappel("Réunions à tenir", "certification:reunion_tenir", reunions, f"{reverse('certification:reunions')}?etat=a_tenir"),
    ]


def _audits(qui: Habilitation) -> list[Rappel]:
    audits, page = Audit.objects, reverse("certification:audits")
    ecarts = audits.a_traiter(qui)
    return [
        Rappel("Audits à mener", "certification:audit_commencer", audits.a_mener(qui), f"{page}?etat=a_mener"),
        Rappel("Demandes d’audit à répondre", "certification:audit_auditeur", audits.a_repondre(qui), f"{page}?etat=a_repondre"),
        Rappel("Audits dont un écart est à traiter", "certification:constat_action", ecarts, f"{page}?etat=a_traiter"),
    ]


def _rapports(habilitation: Habilitation, le: date) -> list[Rappel]:
    """Ce que l'on attend d'une structure, et ce que sa région doit lire (OBS-3)."""
    chez, rapports, campagnes = habilitation.organisation, Rapport.objects.pour(habilitation), Campagne.objects.pour(habilitation)
    retards = campagnes.visant(chez).en_retard(Organisation.objects.pour(habilitation).structures(), le)
    ecrire, lire, page = "observatoire:rapport_publier", "observatoire:rapport_accepter", reverse("observatoire:rapports")
    return [
        Rappel("Rapports à transmettre", ecrire, campagnes.a_transmettre(chez, le), f"{page}#attendus"),
        Rappel("Rapports rendus à corriger", ecrire, rapports.a_corriger(), f"{page}?etat=a_corriger"),
        Rappel("Rapports à lire", lire, rapports.a_recevoir_par(chez), f"{page}?etat=a_lire"),
        Rappel("Campagnes en retard", lire, retards, f"{reverse('observatoire:campagnes')}?etat=retard"),
    ]


def _autres(habilitation: Habilitation, le: date) -> list[Rappel]:
    """Les manques qui ne sont d'aucun dossier, à qui peut les corriger."""
    autres = [manque for cle, manque in manques().items() if cle not in manques(Personne)]
    corriges = [(manque, remede(manque.code, habilitation)) for manque in autres]
    return [
        Rappel(
            manque.alerte,
            geste.route,
            manque.manquants(habilitation.organisation_id, le).pour(habilitation),
            reverse("portail:manquants", args=[manque.code]),
        )
        for manque, geste in corriges
        if geste
    ]


def _partenaires(habilitation: Habilitation, le: date) -> list[Rappel]:
    liaisons = Liaison.objects.a_suivre_par(habilitation).a_relancer(le)
    a_relancer = Rappel("Demandes à un partenaire à relancer", "parcours:liaison", liaisons, reverse("parcours:liaisons"))
    if habilitation.role == Role.CIP:
        return [a_relancer]
    conventions, page = Convention.objects.pour(habilitation).a_renouveler(le), reverse("partenariats:conventions")
    return [a_relancer, Rappel("Conventions à renouveler", "partenariats:convention_nouvelle", conventions, page)]


@dataclass(frozen=True)
class FileActive:
    """Ce qui manque aux personnes de quelqu'un. referent : None pour celles que personne ne suit."""

    referent: Compte | None
    suivies: int
    tuiles: list[Tuile]
    adresse: str


def equipe(habilitation: Habilitation) -> list[FileActive]:
    """Ce qui manque, par référent·e, celles que personne ne suit d'abord ; en deux requêtes (ACC-6)."""
    personnes = Personne.objects.pour(habilitation).suivies().order_by().values("referent")
    lignes = list(personnes.annotate(suivies=Count("pk"), **personnes.nombres_de_manques()))
    comptes = Compte.objects.in_bulk([ligne["referent"] for ligne in lignes if ligne["referent"]])
    suivis = [_file_active(ligne, comptes.get(ligne["referent"])) for ligne in lignes]
    return sorted(suivis, key=lambda s: (s.referent is not None, normaliser(str(s.referent or ""))))


def _file_active(ligne: dict, referent: Compte | None) -> FileActive:
    filtre = {"referent": referent.pk if referent else "personne"}
    return FileActive(
        referent=referent,
        suivies=ligne["suivies"],
        tuiles=_tuiles(ligne, filtre),
        adresse=_adresse(filtre | {"phase": "suivies"}),
    )


def contexte(habilitation: Habilitation, habilitations: list[Habilitation]) -> dict:
    """Les rubriques de la page du jour. habilitations : toutes celles du compte.

    Un ensemblier ne tient aucun dossier : sa page mène aux structures que le compte ouvre, plutôt qu'à des listes vides.
    """
    aujourdhui = timezone.localdate()
    page = {"promesse": PROMESSES.get(Role(habilitation.role), "")}
    Nature = Organisation.Nature
    if not ouvre(habilitation, "parcours:personnes"):
        return page | {"rappels": _a_faire_par(habilitation, _rapports(habilitation, aujourdhui))}
    if habilitation.organisation.nature == Nature.ENSEMBLIER:
        structures = [h for h in habilitations if h.organisation.nature == Nature.STRUCTURE]
        return page | {"sans_dossier": True, "structures": structures}
    rencontres = entretiens(habilitation, compte=habilitation.compte if habilitation.role == Role.CIP else None)
    attente = Personne.objects.pour(habilitation).en_attente().avec_reperes()
    return page | {
        **({"a_faire": a_faire(habilitation)} if habilitation.role == Role.CIP else {"tuiles": tuiles(habilitation)}),
        **prochains(
            rencontres,
            combien=A_MONTRER,
            entretiens=Q(le__gte=aujourdhui),
            a_ecrire=Q(le__lt=aujourdhui) | Q(etat="en_cours"),
        ),
        "collectives": InformationCollective.objects.pour(habilitation).avec_places().a_venir()[:3],
        "rappels": rappels(habilitation, aujourdhui),
        "attente": attente.order_by("contact_le", "pk")[:A_MONTRER],
    }
