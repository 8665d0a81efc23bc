"""Ce qu'un document imprime : tout ce qu'on lui donne à dire s'y lit, chaque date est la sienne (INS-2, TRA-1, AME-4, MAN-1)."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import pytest
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from cedre.certification.tests.reunies import tenir
from cedre.core.cellules import MOIS
from cedre.observatoire.models import Terme
from cedre.parcours.models import Bilan, CompetenceEvaluee, Entretien, Moyen, ObjectifEvalue
from cedre.qualite.models import VersionDuManuel
from cedre.qualite.operations.manuel import figer
from cedre.tests.imprime import imprimer, lire
from cedre.tests.mondes import ICI

# Ce que les gabarits reçoivent et n'écrivent pas, et pourquoi ; tout le reste s'y lit.
NE_S_ECRIVENT_PAS = {
    ".format .lisez_moi .insertion.remises.contenu": "dans le fichier JSON, que le PDF annonce",
    ".sections.chiffres.adresse .sections.lignes.adresse": "des liens, pour l’écran",
    ".sections.blocs.genre .sections.blocs.svg .sections.blocs.alt .qr": "la sorte d’un bloc, un dessin et ce qui le remplace",
    ".sections.code .forme .genre": "ce qui choisit, à l’écran",
    ".sections.vide": "ce qui se dit quand il n’y a rien",
    ".natures.constats.nature": "le titre sous lequel le constat est rangé",
    " ".join(f".chapitres.specifications.mesures.{c}" for c in ("verdict", "definition", "question", "document", "raison")): (
        "à l’écran, point par point ; la mesure, elle, s’écrit"
    ),
    ".chapitres.rubriques.dessin .chapitres.rubriques.alt": "un dessin, et ce qui le remplace",
    ".images.dessin .chapitres.images.dessin": "une image",
    ".objectifs.domaine": "ce qui range l’objectif, à l’écran",
    ".points.decisions.faite_le": "la suite d’une décision se lit à l’écran",
}
TUS = {chemin for chemins in NE_S_ECRIVENT_PAS for chemin in chemins.split()}
L_AFFICHE = "qualite/typst/affiche.typ"  # elle reste au mur : ni date, ni adresse de la structure
TUS_DE = {L_AFFICHE: {".etabli_le"} | {f".structure.{c}" for c in ("adresse", "code_postal", "commune", "telephone", "courriel")}}
# Un dessin, un nombre, un objet, un oui ou un non.
NE_SE_REMPLISSENT_PAS = {"signature", "heure", "numero", "collective", "delai_annonce_jours", "rqth"}
UN_JOUR = re.compile(r"(?:.*_)?(?:le|du|au|date|echeance|echeance_annoncee|depuis|avant)")
DATE, HEURE = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d\d:\d\d(:\d\d.*)?")


def marquer(valeur, attendus: dict[str, set[str]], rang: Iterator[int], chemin: str = ""):
    """Les mêmes données, où nulle date ni nul texte ne ressemble à un autre, ni ne manque. attendus : ce qui doit s'en lire."""
    nom = chemin.rpartition(".")[2]
    if chemin in TUS or isinstance(valeur, str) and HEURE.fullmatch(valeur):
        return valeur
    if valeur in ("", None) and nom not in NE_SE_REMPLISSENT_PAS:
        valeur = "2026-01-01" if UN_JOUR.fullmatch(nom) else "dit"
    if isinstance(valeur, dict):
        return {cle: marquer(v, attendus, rang, f"{chemin}.{cle}") for cle, v in valeur.items()}
    if isinstance(valeur, list):
        return [marquer(v, attendus, rang, chemin) for v in valeur]
    if not isinstance(valeur, str):
        return valeur
    if DATE.match(valeur):
        jour = date(2031, 1, 2) + timedelta(days=next(rang))
        lisible = f"{jour.day}{'er' if jour.day == 1 else ''} {MOIS[jour.month - 1]} {jour.year}"
        attendus[f"{chemin} : {valeur}"] = {lisible, jour.isoformat()}
        return jour.isoformat() + valeur[10:]
    attendus[f"{chemin} : {valeur}"] = {marque := f"mot{next(rang)}fin"}
    return f"{valeur} {marque}"


def perdus(gabarit: str, donnees: dict) -> list[str]:
    """Ce que ce document reçoit et qui ne s'y lit pas."""
    attendus = {}
    texte = lire(gabarit, marquer(donnees, attendus, count()))
    tus = [chemin for chemin, dits in attendus.items() if not any(dit in texte for dit in dits)]
    return [chemin for chemin in tus if chemin.partition(" ")[0] not in TUS_DE.get(gabarit, ())]


@pytest.fixture
def imprimes(monkeypatch) -> list[tuple[str, dict]]:
    """Ce que l'on donne à imprimer, sans rien composer."""
    donnes = []

    def noter(gabarit: str, donnees: dict, **reste) -> bytes:
        donnes.append((gabarit, json.loads(json.dumps(donnees, cls=DjangoJSONEncoder))))
        return b"%PDF-"

    monkeypatch.setattr("cedre.structures.documents.compiler", noter)
    return donnes


def _remplir(monde, bilan: Bilan) -> None:
    """Donne un élément à chaque liste qu'un document imprime et que le réseau d'essai laisse vide."""
    qui, hier = monde.personne, timezone.localdate() - timedelta(days=1)
    CompetenceEvaluee.objects.update(niveau=CompetenceEvaluee.Niveau.SEULE)
    Entretien.objects.update(**dict.fromkeys(Entretien.SECTIONS, "Dit"))
    monde.regulation.presents.add(monde.qui)
    Moyen.objects.create(engagement=monde.engagement, qui=Moyen.Qui.CLIENT, libelle="Prêter un atelier", echeance=hier)
    ObjectifEvalue.objects.create(bilan=bilan, objectif=monde.objectif, resultat=ObjectifEvalue.Resultat.values[0])
    qui.actions.update(etat="faite", le=hier, au=hier, heures=3, certificat="Caces")
    qui.prestations.set(Terme.objects.de("prestation")[:1])
    tenir(monde.organisation.reunions.first(), monde).decisions.add(monde.action)


def les_documents(monde) -> dict[str, Model]:
    """Un document au moins par gabarit, hors le manuel : la route qui l'imprime, et ce dont il est."""
    chez, qui, rapports = monde.organisation, monde.personne, monde.organisation.rapports
    return {
        "regulation:pdf": monde.regulation,
        "parcours:engagement_pdf": monde.engagement,
        "parcours:bilan_pdf": qui.bilans.exclude(clos_le=None).first(),
        "parcours:remise_pdf": qui.remises.first(),
        "parcours:fiche_de_liaison": monde.mise_en_situation,
        "parcours:liaison_pdf": qui.liaisons.first(),
        "parcours:attestation": qui,
        "parcours:dossier_pdf": qui,
        "certification:reunion_pdf": chez.reunions.first(),
        "certification:audit_rapport": chez.audits.exclude(clos_le=None).first(),
        "qualite:affiche_enquete": monde.enquete,
        "portail:rapport_pdf": rapports.exclude(publie_le=None).first(),
        "portail:alerte_pdf": chez.alertes.exclude(proposee_le=None).first(),
    }


def demander_chacun(monde) -> dict[str, str]:
    """Fait imprimer chaque document de cette structure ; rend, par route, le nom du fichier."""
    client, noms = monde.client("direction"), {}
    _remplir(monde, les_documents(monde)["parcours:bilan_pdf"])
    figer(VersionDuManuel(organisation=monde.organisation, approuvee_par="Ada Brun", au_titre_de="ca", changements="Tout"))
    for route, ligne in les_documents(monde).items():
        adresse = reverse(route, args=[ligne.pk])
        reponses = [client.get(adresse), client.post(adresse)]
        (noms[route],) = {r["Content-Disposition"].split('"')[1] for r in reponses if r.get("Content-Type") == "application/pdf"}
    return noms


def test_tout_ce_qu_un_document_recoit_s_y_lit(partout, imprimes):
    demander_chacun(partout[ICI])
    gabarits = {chemin.relative_to(settings.RACINE).as_posix() for chemin in settings.RACINE.glob("*/typst/*.typ")}
    assert {g for g in gabarits if not g.startswith(("core/", "demonstration/"))} == {gabarit for gabarit, _ in imprimes}
    assert {gabarit: dits for gabarit, donnees in imprimes if (dits := perdus(gabarit, donnees))} == {}


@pytest.mark.parametrize(
    "adresse, code_postal, commune, dite",
    [
        ("1 rue Basse", "38000", "Grenoble", "1 rue basse, 38000 grenoble"),
        ("1 rue Basse", "", "", "1 rue basse"),
        ("", "", "Grenoble", "grenoble"),
        ("", "", "", ""),
    ],
)
def test_de_l_adresse_d_une_structure_on_n_imprime_que_ce_qui_est_su(adresse, code_postal, commune, dite):
    structure = {"adresse": adresse, "code_postal": code_postal, "commune": commune}
    source = '#import "/core/typst/base.typ": *\n[#dire(adresse-de(donnees.structure))]'
    assert imprimer(source, {"structure": structure}) == f"[{dite}]"


def test_chaque_document_porte_son_jour_et_son_nom(partout, imprimes):
    """Ce qui est d'un jour passé le reste ; ce qui se tire aujourd'hui se dit d'aujourd'hui."""
    monde, jour = partout[ICI], timezone.localdate()
    passe = jour - timedelta(days=4)
    monde.personne.liaisons.update(le=passe)
    monde.personne.remises.update(le=passe)
    mene = passe - timedelta(days=3)
    monde.organisation.audits.exclude(clos_le=None).update(clos_le=passe, mene_le=mene, prevu_le=mene, demande_le=mene)
    lignes = les_documents(monde)
    bilan, regulation = lignes["parcours:bilan_pdf"], monde.regulation
    noms = demander_chacun(monde)
    portes = {gabarit.rpartition("/")[2]: set() for gabarit, _ in imprimes}
    for gabarit, donnees in imprimes:
        portes[gabarit.rpartition("/")[2]].add(donnees.get("etabli_le") or donnees["le"])
    du_bilan, du_jour, d_alors = bilan.le.isoformat(), jour.isoformat(), passe.isoformat()
    remise = lignes["parcours:remise_pdf"]
    remis = {"engagement.typ": set(), "bilan.typ": set(), f"{remise.contenu['genre']}.typ": {d_alors}}
    assert portes == {
        "manuel.typ": {du_jour},
        "compte_rendu.typ": {du_jour},
        "engagement.typ": {du_jour} | remis["engagement.typ"],
        "bilan.typ": {du_bilan} | remis["bilan.typ"],
        "liaison.typ": {du_jour},
        "demande.typ": {d_alors},
        "attestation.typ": {du_jour},
        "dossier.typ": {du_jour},
        "reunion.typ": {du_jour},
        "rapport_audit.typ": {d_alors},
        "affiche.typ": {du_jour},
        "alerte.typ": {du_jour},
        "rapport.typ": {du_jour},
    }
    reunion = monde.organisation.reunions.first()
    assert noms == {
        "regulation:pdf": f"regulation-{regulation.le:%Y-%m-%d}.pdf",
        "parcours:engagement_pdf": f"engagement-{monde.engagement.pk}.pdf",
        "parcours:bilan_pdf": f"bilan-{bilan.pk}.pdf",
        "parcours:remise_pdf": f"remise-{remise.pk}.pdf",
        "parcours:fiche_de_liaison": f"fiche-de-liaison-{monde.mise_en_situation.pk}.pdf",
        "parcours:liaison_pdf": f"fiche-de-liaison-{lignes['parcours:liaison_pdf'].pk}.pdf",
        "parcours:attestation": f"attestation-{monde.personne.pk}.pdf",
        "parcours:dossier_pdf": f"dossier-{monde.personne.pk}.pdf",
        "certification:reunion_pdf": f"{reunion.nature}-{reunion.le:%Y-%m-%d}.pdf",
        "certification:audit_rapport": f"audit-{mene:%Y-%m-%d}.pdf",
        "qualite:affiche_enquete": f"affiche-enquete-{monde.enquete.pk}.pdf",
        "portail:rapport_pdf": f"{lignes['portail:rapport_pdf'].nom_de_fichier}-rapport.pdf",
        "portail:alerte_pdf": f"alerte-{lignes['portail:alerte_pdf'].pk}.pdf",
    }
