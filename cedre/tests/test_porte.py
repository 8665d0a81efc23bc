"""La porte seule, sans le droit d'une vue devant elle : chaque modèle, chacun des seize rôles, en chaque lieu (RES-1).

Ce que chacun doit voir est écrit ici à la main, sans rien lire de DROITS ni de PARTAGE. Ce qui appartient à un lieu se sait
de sa construction : c'est ce qui est né pendant qu'on le bâtissait.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cedre.certification.models import Audit, Constat, Correspondance, EditionDeposee
from cedre.comptes.droits import DROITS, Droit, Role
from cedre.comptes.gestes import gestes
from cedre.comptes.models import Habilitation, Invitation
from cedre.comptes.partage import Siens
from cedre.observatoire.models import ImageDuRapport, NombrePublie, Rapport
from cedre.parcours.models import Exportation, Importation
from cedre.qualite.models import EntretienAnnuel
from cedre.tests.mondes import AILLEURS, AUTRE_REGION, ENSEMBLIER, FEDERATION, ICI, REGION, batir_le_reseau
from cedre.tests.socle import BATISSEURS
from cedre.tests.test_maison import MODELES

L_EQUIPE = "accueil cip mad qualite direction"
QUI_LIT_LA_QUALITE = "accueil cip mad qualite direction ca"
UNE_STRUCTURE = "accueil cip mad qualite direction ca salarie client partenaire"
UN_ENSEMBLIER = "direction ca"
UNE_REGION = "referent_regional ca_regional"
LA_FEDERATION = "responsable_qualite comite bureau groupe_qualite auditeur"


def chez(lieu: str, roles: str) -> set[str]:
    """Ces rôles, tenus en ce lieu : « direction@ici »."""
    return {f"{role}@{lieu}" for role in roles.split()}


PRESENTS = {lieu: chez(lieu, UNE_STRUCTURE) for lieu in (ICI, AILLEURS)}
PRESENTS |= {lieu: chez(lieu, UNE_REGION) for lieu in (REGION, AUTRE_REGION)}
PRESENTS |= {FEDERATION: chez(FEDERATION, LA_FEDERATION), ENSEMBLIER: chez(ENSEMBLIER, UN_ENSEMBLIER)}
TOUS = set.union(*PRESENTS.values())
RESPONSABLE = chez(FEDERATION, "responsable_qualite")
SUIVENT_LE_RESEAU = chez(FEDERATION, "responsable_qualite bureau groupe_qualite")

# Les modèles dont une ligne n'est vue que chez elle, par ces rôles-là.
CHEZ_SOI = {
    L_EQUIPE: """
        AccesEspace ActionAssociee AncienObjectif AncienRendezVous AncienneFin AncienneFinDePass AncienneSituation
        Appreciation Besoin Bilan Client ClotureRouverte Competence CompetenceEvaluee Contact
        Contrat Convention Cotation Decision Domaine Echange Echelon Engagement Entretien Etape Evaluation
        EvaluationAuTravail EvaluationProfessionnelle FicheDePoste Formalisation Grille Heures Information
        InformationCollective Jobcoach AccuseDeLecture Liaison LienClient MiseEnSituation Moyen Objectif
        ObjectifEvalue Offre Partenaire PassIAE Personne PointOrdreDuJour PriseEnCharge Reclamation Reglages Regulation
        RefusDEvaluation Relecture Remise Reponse Seance Seuils Sortie Suite Suivi SuiviAMinima SuiviSortie Suspension
        UsageDOffre UsageDeFiche
        ValeurDeParametre VisiteJobcoach
    """,
    QUI_LIT_LA_QUALITE: """
        ActionAmelioration ActionDeFormation AncienneAnnexe AnnexeFinanciere Axe Enquete
        EvaluationDePrincipe Occupation Poste Principe Procedure ProjetAssociatif
        RedefinitionDAxe Rencontre ReunionEvaluation RevisionDeProcedure TexteDuManuel VersionDuManuel
    """,
    f"{UNE_STRUCTURE} {UNE_REGION} {LA_FEDERATION}": "Habilitation Trace",
    "cip qualite direction ca": """
        Alerte ChiffreJoint Deplacement Destinataire Document HeuresDePermanents MesureFigee Parole Retombee Revision
    """,
    "cip direction": "NoteSante",
    "": "Compte MessageSansNom ReponseEnquete",
}

# Les autres : ce que sont leurs lignes, et qui voit chacune.
DES_STRUCTURES = {
    ICI: chez(ICI, "cip qualite direction ca"),
    AILLEURS: chez(AILLEURS, "cip qualite direction ca"),
    f"transmis, {ICI}": chez(ICI, "cip qualite direction ca") | PRESENTS[REGION] | SUIVENT_LE_RESEAU,
    f"transmis, {AILLEURS}": chez(AILLEURS, "cip qualite direction ca") | PRESENTS[AUTRE_REGION] | SUIVENT_LE_RESEAU,
}
AUTREMENT = {
    "Organisation": {
        ICI: PRESENTS[ICI] | PRESENTS[REGION] | SUIVENT_LE_RESEAU,
        AILLEURS: PRESENTS[AILLEURS] | PRESENTS[AUTRE_REGION] | SUIVENT_LE_RESEAU,
        REGION: PRESENTS[REGION] | SUIVENT_LE_RESEAU,
        AUTRE_REGION: PRESENTS[AUTRE_REGION] | SUIVENT_LE_RESEAU,
        ENSEMBLIER: PRESENTS[ENSEMBLIER] | SUIVENT_LE_RESEAU,
        FEDERATION: PRESENTS[FEDERATION],
    },
    "Appartenance": {
        ICI: PRESENTS[ICI] | PRESENTS[REGION] | SUIVENT_LE_RESEAU,
        AILLEURS: PRESENTS[AILLEURS] | PRESENTS[AUTRE_REGION] | SUIVENT_LE_RESEAU,
    },
    "Invitation": {
        ICI: chez(ICI, "direction"),
        AILLEURS: chez(AILLEURS, "direction"),
        REGION: chez(REGION, "referent_regional"),
        AUTRE_REGION: chez(AUTRE_REGION, "referent_regional"),
        ENSEMBLIER: chez(ENSEMBLIER, "direction"),
        FEDERATION: RESPONSABLE,
        "ici, de la responsable qualité": chez(ICI, "direction") | RESPONSABLE,
        "en région, du bureau": chez(AUTRE_REGION, "referent_regional"),
    },
    "Rapport": DES_STRUCTURES
    | {
        f"transmis, {REGION}": PRESENTS[REGION] | SUIVENT_LE_RESEAU,
        f"transmis, {AUTRE_REGION}": PRESENTS[AUTRE_REGION] | SUIVENT_LE_RESEAU,
        f"transmis, {FEDERATION}": SUIVENT_LE_RESEAU,
    },
    "ImageDuRapport": DES_STRUCTURES,
    "NombrePublie": DES_STRUCTURES,
    "Campagne": {FEDERATION: TOUS, REGION: TOUS, AUTRE_REGION: TOUS},
    "Terme": {"cadre commun": TOUS},
    "LectureRetenue": {FEDERATION: TOUS},
    "EditionDeposee": {FEDERATION: RESPONSABLE, "brouillon": RESPONSABLE, "validée": TOUS},
    "Correspondance": {"brouillon": RESPONSABLE, "validée": TOUS},
    "Certificat": {
        ICI: chez(ICI, "cip qualite direction ca") | RESPONSABLE,
        AILLEURS: chez(AILLEURS, "cip qualite direction ca") | RESPONSABLE,
    },
    "Audit": {
        ICI: chez(ICI, QUI_LIT_LA_QUALITE),
        AILLEURS: chez(AILLEURS, QUI_LIT_LA_QUALITE),
        "demandé à ailleurs": chez(ICI, QUI_LIT_LA_QUALITE) | chez(AILLEURS, "qualite direction"),
        "mené par ailleurs": chez(ICI, QUI_LIT_LA_QUALITE) | chez(AILLEURS, "qualite direction"),
        "décliné par ailleurs": chez(ICI, QUI_LIT_LA_QUALITE),
    },
    "Constat": {
        ICI: chez(ICI, QUI_LIT_LA_QUALITE),
        AILLEURS: chez(AILLEURS, QUI_LIT_LA_QUALITE),
        "écrit ailleurs, qualite": chez(ICI, QUI_LIT_LA_QUALITE) | chez(AILLEURS, "qualite"),
        "écrit ailleurs, accueil": chez(ICI, QUI_LIT_LA_QUALITE),
    },
    "EntretienAnnuel": {
        ICI: chez(ICI, "accueil direction"),
        AILLEURS: chez(AILLEURS, "accueil direction"),
        "de la CIP par la qualité": chez(ICI, "cip qualite direction"),
        "de la direction par le CA": chez(ICI, "ca direction"),
    },
    "Exportation": {
        ICI: chez(ICI, "direction"),
        AILLEURS: chez(AILLEURS, "direction"),
        "avec la santé": chez(ICI, "direction"),
    },
    "Importation": {
        ICI: chez(ICI, "qualite direction"),
        AILLEURS: chez(AILLEURS, "qualite direction"),
        "de contrats": chez(ICI, "direction"),
    },
}


def attendus(modele) -> dict[str, set[str]]:
    """Ce que sont les lignes de ce modèle, et qui doit voir chacune."""
    if modele.__name__ in AUTREMENT:
        return AUTREMENT[modele.__name__]
    roles = next(set(roles.split()) for roles, noms in CHEZ_SOI.items() if modele.__name__ in noms.split())
    return {lieu: {qui for qui in presents if qui.partition("@")[0] in roles} for lieu, presents in PRESENTS.items()}


class Registre:
    """Ce que l'on a bâti : de chaque modèle, ce qu'est chaque ligne, et de chaque « rôle@lieu », l'habilitation."""

    def __init__(self):
        self.lignes = {modele: {} for modele in MODELES}
        self.habilitations: dict[str, Habilitation] = {}

    def noter(self, quoi: str) -> None:
        """Dit ce que sont les lignes nées depuis la dernière note."""
        for modele, connues in self.lignes.items():
            for pk in modele._base_manager.values_list("pk", flat=True):
                connues.setdefault(pk, quoi)

    def creer(self, quoi: str, modele, **champs):
        """Crée une ligne, et dit ce qu'elle est."""
        ligne = modele._base_manager.create(**champs)
        self.lignes[modele][ligne.pk] = quoi
        return ligne


def _batir(baties) -> Registre:
    registre, lieux = Registre(), {}
    registre.noter("cadre commun")
    for monde in batir_le_reseau():
        lieux[monde.nom] = monde
        registre.noter(monde.nom)
        registre.habilitations |= {f"{role}@{monde.nom}": habilitation for role, habilitation in monde.hab.items()}
    _particulieres(registre, lieux)
    return registre


def _particulieres(registre: Registre, lieux: dict) -> None:
    """Les lignes que d'autres que les rôles de leur lieu peuvent voir, ou que tous ceux-là ne voient pas."""
    ici, ailleurs, jour, creer = lieux[ICI].organisation, lieux[AILLEURS].organisation, timezone.localdate(), registre.creer
    comptes = {qui: habilitation.compte for qui, habilitation in registre.habilitations.items()}

    du_rapport = ((modele, "rapport__transmis_le") for modele in (ImageDuRapport, NombrePublie))
    for modele, transmis in ((Rapport, "transmis_le"), *du_rapport):
        connues = registre.lignes[modele]
        for pk in modele._base_manager.exclude(**{transmis: None}).values_list("pk", flat=True):
            connues[pk] = f"transmis, {connues[pk]}"

    creer("avec la santé", Exportation, organisation=ici, sante=True)
    creer("de contrats", Importation, organisation=ici, sorte="contrats", nom_fichier="c.csv")

    adressee = {"role": "direction", "courriel": "x@x.example"}
    ouvre, tierce = comptes[f"responsable_qualite@{FEDERATION}"], comptes[f"bureau@{FEDERATION}"]
    creer("ici, de la responsable qualité", Invitation, organisation=ici, par=ouvre, condensat="a", **adressee)
    chez_elle = lieux[AUTRE_REGION].organisation
    creer("en région, du bureau", Invitation, organisation=chez_elle, par=tierce, condensat="b", **adressee)

    for quoi, avec, par in (("de la CIP par la qualité", "cip", "qualite"), ("de la direction par le CA", "direction", "ca")):
        deux = {"compte": comptes[f"{avec}@{ICI}"], "mene_par": comptes[f"{par}@{ICI}"]}
        creer(quoi, EntretienAnnuel, organisation=ici, tenu_le=jour - timedelta(days=9), **deux)

    decidee = {"etat": "validee", "validee_le": jour, "validee_par": "Camille"}
    for quoi, champs in (("brouillon", {}), ("validée", decidee)):
        edition = creer(quoi, EditionDeposee, lignee="essai", code=quoi, contenu="", condensat="", **champs)
        creer(quoi, Correspondance, de="2004-10", vers=edition, contenu="", condensat="")

    croise = {"organisation": ici, "structure_auditrice": ailleurs, "nature": "croise", "edition": "2004-10", "prevu_le": jour}
    croise["audite"] = comptes[f"cip@{ICI}"]
    creer("demandé à ailleurs", Audit, **croise)
    creer("décliné par ailleurs", Audit, declinee_le=jour, **croise)
    for role in ("qualite", "accueil"):
        audit = creer("mené par ailleurs", Audit, auditeur=comptes[f"{role}@{AILLEURS}"], mene_le=jour, **croise)
        creer(f"écrit ailleurs, {role}", Constat, audit=audit, point="2.1a", nature="force", texte="Vu")


BATISSEURS["registre"] = _batir


@pytest.fixture
def registre(baties) -> Registre:
    """Tout le réseau, et ce que l'on sait de chaque ligne."""
    return baties["registre"]


def vues(modele, habilitation) -> set:
    """Ce que la porte seule ouvre."""
    return set(modele.objects.pour(habilitation).values_list("pk", flat=True))


def test_chaque_modele_a_sa_ligne_du_tableau():
    nommes = [*AUTREMENT, *" ".join(CHEZ_SOI.values()).split()]
    assert sorted(nommes) == sorted(modele.__name__ for modele in MODELES)
    assert {qui.partition("@")[0] for qui in TOUS} == set(Role), "les seize rôles"


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("modele", MODELES, ids=lambda m: m.__name__)
def test_la_porte_ouvre_ce_que_dit_le_tableau_et_rien_d_autre(registre, modele):
    attendu, lignes = attendus(modele), registre.lignes[modele]
    assert registre.habilitations.keys() == TOUS
    assert set(lignes) == set(modele._base_manager.values_list("pk", flat=True)), "chaque ligne est connue"
    assert {ICI, AILLEURS} & attendu.keys() <= set(lignes.values()) <= attendu.keys(), "il faut des lignes pour en juger"
    assert modele.__name__ not in AUTREMENT or set(lignes.values()) == attendu.keys()
    for qui, habilitation in registre.habilitations.items():
        assert vues(modele, habilitation) == {pk for pk, quoi in lignes.items() if qui in attendu[quoi]}, qui
    assert vues(modele, None) == set()


def test_un_role_hors_de_l_equipe_a_qui_l_on_donnerait_tous_les_droits_n_ouvre_aucun_dossier(registre, monkeypatch):
    dehors = {qui: h for qui, h in registre.habilitations.items() if h.role not in L_EQUIPE.split()}
    monkeypatch.setattr("cedre.comptes.models.DROITS", dict.fromkeys(Role, frozenset(Droit)))
    fermes = [
        modele for modele in MODELES if modele.__name__ in f"{CHEZ_SOI[L_EQUIPE]} NoteSante Exportation Importation".split()
    ]
    for modele in fermes:
        assert [qui for qui, habilitation in dehors.items() if vues(modele, habilitation)] == [], modele.__name__


def test_sans_lire_la_sante_on_ne_prend_pas_l_export_qui_la_contient(registre, monkeypatch):
    direction = registre.habilitations[f"direction@{ICI}"]
    monkeypatch.setitem(DROITS, Role.DIRECTION, DROITS[Role.DIRECTION] - {Droit.SANTE_LIRE})
    assert {registre.lignes[Exportation][pk] for pk in vues(Exportation, direction)} == {ICI}


MONTRES = [
    (dit.route, Droit(dit.droit), modele)
    for dit in gestes().values()
    for modele, _ in dit.montre
    if dit.droit in set(Droit) and not isinstance(modele.PARTAGE, Siens)  # ce que deux personnes se sont dit n'est qu'à elles
]


@pytest.mark.deux_moteurs
@pytest.mark.parametrize("route, droit, modele", MONTRES, ids=[f"{route} {modele.__name__}" for route, _, modele in MONTRES])
def test_qui_a_le_droit_d_une_page_peut_y_voir_une_ligne(registre, route, droit, modele):
    """Sans quoi un lien que son droit lui montre répond 404."""
    chez_soi = {qui: h for qui, h in registre.habilitations.items() if h.peut(droit) and h.organisation.nature == "structure"}
    siennes = {qui: vues(modele, h) for qui, h in chez_soi.items() if h.organisation.slug == ICI}
    if any(siennes.values()):
        assert [qui for qui, lignes in siennes.items() if not lignes] == []
