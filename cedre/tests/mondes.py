"""Tout un réseau d'essai : deux structures complètes, chacune dans sa région, la fédération, un ensemblier."""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from cedre.certification.models import Audit, Constat, LectureRetenue
from cedre.certification.operations.audits import clore
from cedre.certification.operations.editions import deposer_edition
from cedre.certification.tests.fictive import FICTIVE, prouver
from cedre.comptes.appartenance import Appartenance
from cedre.comptes.droits import Droit
from cedre.comptes.models import Deplacement, Habilitation, Invitation, Organisation, Trace
from cedre.comptes.operations import tracer
from cedre.comptes.registre import MotifDuPasse
from cedre.conftest import Monde, creer_ailleurs, creer_habilitations, creer_ici, embaucher
from cedre.core.intervalles import DE_TOUT_TEMPS
from cedre.core.periodes import annee, mois
from cedre.observatoire.cadres import livres
from cedre.observatoire.chaine import OuEnEst
from cedre.observatoire.models import (
    Alerte,
    AncienneAnnexe,
    AnnexeFinanciere,
    Campagne,
    HeuresDePermanents,
    ImageDuRapport,
    MesureFigee,
)
from cedre.observatoire.operations import images, rapports
from cedre.observatoire.operations.reunis import figer
from cedre.parcours.models import (
    Bilan,
    Cotation,
    Entretien,
    EvaluationProfessionnelle,
    Exportation,
    NoteSante,
    RefusDEvaluation,
    Remise,
    Suite,
    SuiviAMinima,
)
from cedre.parcours.remises import contenu
from cedre.structures.models import RedefinitionDAxe, Relecture, Seuils

ICI, AILLEURS = "ici", "ailleurs"
REGION, AUTRE_REGION, FEDERATION, ENSEMBLIER = "region-1", "region-2", "federation", "ensemblier"

# Un point gris, en PNG.
UN_PIXEL = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==")


class Reseau(dict[str, Monde]):
    """Chaque lieu par son nom, bâti, et les navigateurs de ses rôles ouverts."""

    def __init__(self):
        super().__init__((monde.nom, monde) for monde in batir_le_reseau())
        for monde in self.values():
            monde.connecter()

    def chez(self, role: str) -> Monde:
        """Le lieu où les essais tiennent ce rôle : ici, la première région, ou la fédération."""
        return next(self[lieu] for lieu in (ICI, REGION, FEDERATION) if role in self[lieu].hab)

    def de(self, role: str) -> Habilitation:
        """L'habilitation de ce rôle, dans ce lieu."""
        return self.chez(role).hab[role]


def batir_le_reseau() -> Iterator[Monde]:
    """Bâtit chaque lieu, et le rend dès qu'il est bâti : ce qui naît entre deux est à lui."""
    federation = _institution("federation", "Fédération", FEDERATION)
    deposer_edition(FICTIVE, par=federation.hab["responsable_qualite"])
    retenue = {"reponse": "accompagnateurs", "pourquoi": "C’est eux que l’on finance.", "retenue_par": "le bureau"}
    LectureRetenue.objects.create(lignee="cedre", edition="2004-10", question="etp", **retenue)
    _attendre_un_rapport(federation)
    yield federation
    regions = []
    for rang, slug in enumerate((REGION, AUTRE_REGION), start=1):
        regions.append(_institution("region", f"Région {rang}", slug))
        _attendre_un_rapport(regions[-1])
        yield regions[-1]
    ensemblier = _institution("ensemblier", "Ensemblier", ENSEMBLIER)
    yield ensemblier
    for creer in (creer_ici, creer_ailleurs):
        monde = embaucher(creer([region.organisation for region in regions]))
        prouver(monde)
        _completer(monde)
        yield monde


def _institution(nature: str, nom: str, slug: str) -> Monde:
    organisation = Organisation.objects.create(nature=nature, nom=nom, slug=slug)
    monde = Monde(slug, organisation, creer_habilitations(organisation, sorted(organisation.roles_possibles)))
    _inviter(monde, par=next(iter(monde.hab.values())))
    return monde


def _attendre_un_rapport(monde: Monde) -> None:
    """Une campagne qui court : le rapport que chaque structure a transmis, ou, en région, celui qu'elle écrit encore.

    Et les nombres réunis qu'on en a publiés.
    """
    jour, cadre = timezone.localdate(), [*livres()][-1 if monde.nom == FEDERATION else 0]
    derniere = annee(jour.replace(month=1, day=1) - timedelta(days=1))
    dite = {"cadre": cadre, "du": derniere.du, "au": derniere.au, "attendu_le": jour + timedelta(days=30)}
    campagne = Campagne.objects.create(organisation=monde.organisation, **dite)
    par = next(habilitation for habilitation in monde.hab.values() if habilitation.peut(Droit.RAPPORTS_RECEVOIR))
    figer(campagne, OuEnEst(1, 1, 1, Counter(acceptees=1)), mots=f"Mots {monde.nom}", motif="", par=par)


def _inviter(monde: Monde, *, par: Habilitation) -> None:
    """Une invitation en attente, et sa trace."""
    invitation = Invitation.objects.create(
        organisation=monde.organisation,
        role=par.role,
        courriel=f"invitee@{monde.nom}.example",
        condensat=f"invitation-{monde.nom}",
        par=par.compte,
    )
    tracer(par=par, geste=Trace.Geste.INVITER, objet=invitation, detail=monde.nom)


def _completer(monde: Monde) -> None:
    """Ce que la structure des autres essais n'a pas encore : un fait de chacune des sortes, et chaque état qui a sa page."""
    qui, marque, hier = monde.personne, monde.nom, timezone.localdate() - timedelta(days=1)
    _inviter(monde, par=monde.hab["direction"])
    Relecture.objects.create(fiche_de_poste=monde.fiche_de_poste, le=hier)
    monde.organisation.offres.get().usages.create(du=hier, decrite=False)
    Seuils.objects.create(organisation=monde.organisation, du=hier)
    RedefinitionDAxe.objects.create(axe=monde.organisation.axes.get(), le=hier)
    region = monde.organisation.region
    Appartenance.objects.create(organisation=monde.organisation, du=DE_TOUT_TEMPS, type_siae="AI", region=region)
    realise = Entretien.objects.create(personne=qui, le=hier, etat="realise", issue="inscription", synthese=f"Dit {marque}")
    Suite.objects.create(personne=qui, entretien=realise, nature="inscription", precision=f"Suite {marque}")
    suivi = {"du": hier - timedelta(days=60), "echeance": hier + timedelta(days=90)}
    SuiviAMinima.objects.create(personne=qui, objectif=f"Suivi {marque}", **suivi)
    domaine = monde.grille.domaines.get(regime="sante")
    cotation = Cotation.objects.create(evaluation=monde.evaluation, domaine=domaine, commentaire=f"Coté {marque}")
    NoteSante.objects.create(cotation=cotation, texte=f"Santé {marque}")
    RefusDEvaluation.objects.create(personne=qui, du=hier)
    professionnelle = EvaluationProfessionnelle.objects.create(
        personne=qui, fiche_de_poste=monde.fiche_de_poste, conclusion="prete", lieu=f"Chez {marque}", le=hier
    )
    professionnelle.competences.create(libelle=f"Tenir {marque}", niveau=2)
    pret = Exportation(organisation=monde.organisation, etat="pret", par=monde.hab["direction"].compte)
    pret.fichier.save(f"{marque}.xlsx", ContentFile(b"PK"))
    MesureFigee.objects.create(
        organisation=monde.organisation, le=date(2020, 1, 31), code="delai_annonce", version=1, total=1, atteint=0
    )
    _negocier(monde, hier)
    _alerter(monde, hier)
    _rendre_compte(monde)
    _corriger_le_passe(monde, hier)
    suite = {"suite": "prolonger", "suite_le": hier, "clos_le": timezone.now()}
    Bilan.objects.create(personne=qui, engagement=monde.engagement, le=hier, etat="clos", synthese=f"Retenu {marque}", **suite)
    signee = Remise(personne=qui, engagement=monde.engagement, contenu=contenu(monde.engagement), le=hier)
    signee.signature.save(f"signature-{marque}.pdf", ContentFile(b"%PDF-1.7"))
    mene = {"auditeur": monde.hab["direction"].compte, "audite": monde.qui, "edition": "2004-10", "champ": ["2.1a"]}
    mene |= {"demande_le": hier, "prevu_le": hier, "mene_le": hier}
    audit = Audit.objects.create(organisation=monde.organisation, **mene)
    Constat.objects.create(audit=audit, point="2.1a", nature="ecart", texte=f"Écart {marque}")
    clore(audit, synthese=f"Synthèse {marque}", par=monde.hab["direction"])


def _negocier(monde: Monde, hier: date) -> None:
    """Une annexe financière qu'un avenant a changée hier, dont est le contrat ; les heures d'une sorte de permanents."""
    negocie = {"heures_etp": 1505, "etp": 4, "taux_dynamiques": 60}
    chez, dite = {"organisation": monde.organisation}, {"type_siae": "AI", "du": date(2020, 1, 1), "au": date(2099, 12, 31)}
    annexe = AnnexeFinanciere.objects.create(numero=f"Annexe {monde.nom}", **chez, **dite, **negocie)
    AncienneAnnexe.objects.create(annexe=annexe, au=hier, **negocie | {"etp": 3})
    monde.personne.contrats.update(annexe=annexe)
    le_mois = mois(hier)
    HeuresDePermanents.objects.create(**chez, sorte="direction", du=le_mois.du, au=le_mois.au, heures=7)


def _alerter(monde: Monde, hier: date) -> None:
    """Une alerte qui s'écrit encore, une qui attend une réponse."""
    marque, cause = monde.nom, {"organisation": monde.organisation, "precision": f"Cause {monde.nom}"}
    dit = {"titre": f"Alerte {marque}", "constat": f"Constat {marque}", "ouverte_le": hier}
    alerte = Alerte.objects.create(**cause, **dit)
    compte = {"code": "delai_annonce", "version": 1, "libelle": f"Compté {marque}", "definition": "Dite", "unite": "contacts"}
    alerte.chiffres.create(du=hier, au=hier, total=31, atteint=7, **compte)
    alerte.paroles.create(texte=f"Parole {marque}", accord_le=hier, accord="oral")
    partie = Alerte.objects.create(**cause, **dit, proposition=f"Proposer {marque}", proposee_le=hier)
    partie.chiffres.create(du=hier, au=hier, total=31, atteint=7, coupe="sexe", valeur="Femme", **compte)
    partie.paroles.create(texte=f"Dite {marque}", accord_le=hier, accord="ecrit")
    partie.destinataires.create(a_qui=f"Mairie {marque}", sorte="elu", le=hier)
    partie.destinataires.create(
        a_qui=f"Agence {marque}", sorte="institution", le=hier, repondu_le=hier, suite="oui", reponse=f"Répond {marque}"
    )
    partie.retombees.create(le=hier, texte=f"Suivi {marque}")


def _rendre_compte(monde: Monde) -> None:
    """De l'année close, un rapport qui s'écrit, un publié, un transmis."""
    par, derniere = monde.hab["direction"], annee(timezone.localdate().replace(month=1, day=1) - timedelta(days=1))
    brouillon, publie, transmis = (
        rapports.commencer(monde.organisation, cadre, derniere, par=par) for cadre in livres().values()
    )
    rapports.ecrire(brouillon, mots=f"Mots {monde.nom}", commentaires={"accueil": f"Commenté {monde.nom}"}, lus={}, par=par)
    for rapport in (brouillon, publie, transmis):
        fichier = ContentFile(UN_PIXEL, name="pixel.png")
        images.joindre(ImageDuRapport(rapport=rapport, legende=f"Vu {monde.nom}", fichier=fichier), par=par)
    rapports.publier(publie, par=par)
    rapports.transmettre(rapports.publier(transmis, par=par), par=par)


def _corriger_le_passe(monde: Monde, depuis: date) -> None:
    """La trace d'une correction, et la mesure qu'elle a déplacée."""
    dite = {"organisation": monde.organisation, "compte": monde.hab["direction"].compte, "personne_id": monde.personne.pk}
    trace = Trace.objects.create(geste="modifier", objet="contact", depuis=depuis, motif=MotifDuPasse.DATE, **dite)
    mesures = {"total_avant": 9, "atteint_avant": 8, "total_apres": 9, "atteint_apres": 9}
    Deplacement.objects.create(trace=trace, code="delai_annonce", mois=depuis, **mesures)
