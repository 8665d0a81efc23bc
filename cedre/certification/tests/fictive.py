"""Une édition d'essai, que chaque essai change à sa guise ; et de quoi prouver, dans une structure d'essai."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from cedre.certification.models import (
    Appreciation,
    Audit,
    Certificat,
    Constat,
    Document,
    ReunionEvaluation,
    Revision,
    ValeurDeParametre,
)

FICTIVE = """
format: cedre-referentiel/1
lignee: fictive
code: essai
titre: Édition d’essai
texte: complet
en_vigueur: {du: 2020-01-01}
source: cet essai
echelle: conformite
parametres:
  moitie: {libelle: Nombre, unite: personnes, valeurs: [{du: 2020-01-01, valeur: 2, reference: § 1}]}
lectures:
  douteuse: {question: "Faut-il ?", reference: § 1}
chapitres:
  - code: "1"
    titre: Un
    but: Essayer
    objectifs: []
    moyens: []
    specifications:
      - code: 1a
        paragraphe: § 1 a
        texte: Une exigence
        dispositions: [{types: [AI, ETTI, EI, ACI], regle: exhaustif}]
        points:
          - {code: 1a, nature: exigence, preuves: [{indicateur: delai_annonce}]}
          - {code: 1a-1, nature: latitude, texte: Au choix}
"""

LATITUDE = "          - {code: 1a-1, nature: latitude, texte: Au choix}\n"
SUITE = f"""{LATITUDE}
      - code: 1b
        paragraphe: § 1 b
        texte: Une deuxième exigence
        dispositions: [{{types: [AI, ETTI, EI, ACI], regle: exhaustif}}]
        points:
          - {{code: 1b, nature: exigence, preuves: [{{constat: "Où reçoit-on ?"}}]}}
          - {{code: 1b-1, nature: exigence, texte: Par écrit, preuves: [{{document: Livret}}]}}
  - code: "2"
    titre: Deux
    but: Recommencer
    objectifs: [Tenir, Durer]
    moyens: [Un cahier]
    specifications:
      - code: 2a
        paragraphe: § 2 a
        texte: Une dernière exigence
        dispositions: [{{types: [AI, ETTI, EI, ACI], regle: exhaustif}}]
        points:
          - {{code: 2a, nature: exigence, preuves: [{{constat: "Y revient-on ?"}}]}}
"""
PLUSIEURS = {LATITUDE: SUITE}  # ce qui donne à l'édition d'essai deux chapitres et trois spécifications


def prouver(monde) -> None:
    """Donne à cette structure un fait de chaque sorte de la certification."""
    chez, hier = monde.organisation, timezone.localdate() - timedelta(days=1)
    document = Document.objects.create(organisation=chez, intitule=f"Document {monde.nom}", points=["2.4a"])
    revision = Revision(
        document=document, nom=f"{monde.nom}.pdf", genre="application/pdf", taille=8, du=hier, condensat=monde.nom
    )
    revision.fichier.save("preuve.pdf", ContentFile(b"%PDF-1.7"))
    Appreciation.objects.create(organisation=chez, point="2.1a-3", valeur="satisfait", le=hier, commentaire=f"Dit {monde.nom}")
    ValeurDeParametre.objects.create(organisation=chez, parametre="etp_accompagnement", du=hier, valeur=2, reference=monde.nom)
    Certificat.objects.create(organisation=chez, le=hier)
    ReunionEvaluation.objects.create(organisation=chez, prevue_le=hier, du=hier, au=hier, autres_presents=f"Présent {monde.nom}")
    audit = Audit.objects.create(
        organisation=chez,
        auditeur=monde.hab["direction"].compte,
        audite=monde.qui,
        edition="2004-10",
        champ=["2.1a", "2.1b"],
        demande_le=hier - timedelta(days=20),
        prevu_le=hier,
        mene_le=hier,
    )
    Constat.objects.create(audit=audit, point="2.1a", nature="force", texte=f"Vu {monde.nom}")
