"""Ce que les structures de l'exemple ont déposé et dit d'elles-mêmes, et ce que la fédération a retenu (CER-3)."""

import hashlib
from datetime import date, time

from dateutil.relativedelta import relativedelta
from django.core.files.base import ContentFile

from cedre.certification.editions import editions
from cedre.certification.models import Appreciation, Certificat, Document, LectureRetenue, Revision, ValeurDeParametre
from cedre.core.pdf import compiler
from cedre.core.templatetags.cedre import jour
from cedre.demonstration.calendrier import ouvre_avant
from cedre.demonstration.maison import instant

RAPPORT = ("Les personnes accueillies, les heures, les bilans, les sorties.",)
PROCEDURE = (
    "Toute personne salariée a un objectif et une échéance.",
    "Chaque matin, Cèdre dit qui n’en a pas ; le lundi, la référente qualité regarde la liste avec l’équipe.",
)
TRANSMIS, UN_MOIS = "Rapport d’activité", relativedelta(months=1)
# point, valeur, mois depuis, ce qui le fait dire
APPRECIATIONS = (
    ("2.1a-3", "satisfait", 4, "Un bureau fermé pour les entretiens ; une salle d’attente sans guichet."),
    ("2.3d", "satisfait", 4, "Les quatorze pratiques de l’équipe sont écrites ; restent les achats."),
    ("2.4c", "satisfait", 4, "Deux communes et un groupement d’employeurs ont ouvert des postes après nos réunions."),
    ("2.3c", "satisfait", 4, "Deux conventions de plus avec des organismes de formation, une avec la mission locale."),
    ("2.5c", "satisfait", 4, "Le tableau des parcours par engagement a fait revoir l’atelier mobilité."),
    ("2.2c", "satisfait", 4, "Les bilans se tiennent, quelques-uns avec retard."),
    ("2.5b", "insuffisant", 14, "Le rapport d’il y a deux ans n’a pas été transmis."),
)


def deposer_les_preuves(maison) -> None:
    """Ce qui prouve, et une certification, pour l’AI ; pour les ETTI, leurs équivalents temps plein d'accompagnement."""
    chez, fin = maison.organisation, maison.fin
    if maison.profil.type_siae == "ETTI":
        connu = {"du": _il_y_a(fin, 18), "valeur": "1.5", "reference": "Convention de financement, article 4"}
        ValeurDeParametre.objects.create(organisation=chez, parametre="etp_accompagnement", **connu)
    if maison.profil.slug != "ai":
        return
    Certificat.objects.create(organisation=chez, le=_il_y_a(fin, 20))
    direction = maison.comptes["direction"][0]
    for intitule, points, du, au, depose_le, paragraphes in _pieces(fin):
        donnees = {"titre": intitule, "structure": chez.coordonnees, "le": depose_le, "paragraphes": paragraphes}
        octets = compiler("demonstration/typst/piece.typ", donnees)
        depot = instant(depose_le, time(11))
        revision = Revision(
            document=Document.objects.create(organisation=chez, intitule=intitule, points=points, cree_le=depot),
            nom=f"{intitule}.pdf",
            genre="application/pdf",
            condensat=hashlib.sha256(octets).hexdigest(),
            taille=len(octets),
            du=du,
            au=au,
            depose_le=depot,
            depose_par=direction,
        )
        if intitule == TRANSMIS:
            revision.transmise_le, revision.transmise_a = ouvre_avant(revision.au + UN_MOIS), str(chez.region)
        revision.fichier.save("piece.pdf", ContentFile(octets))
    Appreciation.objects.bulk_create(
        Appreciation(organisation=chez, point=point, valeur=valeur, le=_il_y_a(fin, mois), commentaire=texte, par=direction)
        for point, valeur, mois, texte in APPRECIATIONS
    )


def _pieces(fin: date) -> list[tuple]:
    """Chaque document : intitulé, points, période, jour du dépôt, ce qu'on y lit. Un rapport rend compte d'une année close."""
    ecrite_le, annee = _il_y_a(fin, 14), _il_y_a(fin, 3).year - 1
    trois_ans = ecrite_le + relativedelta(months=36, days=-1)
    rapport_le = ouvre_avant(date(annee + 1, 3, 31))
    return [
        ("Procédure de suivi a minima", ["2.1d"], ecrite_le, trois_ans, ecrite_le, PROCEDURE),
        ("Rapport d’activité", ["2.5a"], date(annee, 1, 1), date(annee, 12, 31), rapport_le, RAPPORT),
    ]


OUVERTES = ("suivi_ei_aci", "part_travail")  # ce que la fédération de l'exemple n'a pas encore tranché


def retenir_les_lectures(fin: date) -> None:
    """La fédération a adopté ce que Cèdre propose, il y a dix-huit mois, sauf deux questions qu'elle laisse ouvertes."""
    edition, du = next(e for e in editions() if e.chapitres), _il_y_a(fin, 18)
    LectureRetenue.objects.bulk_create(
        LectureRetenue(
            lignee=edition.lignee,
            edition=edition.code,
            question=lecture.code,
            **lecture.projet._asdict(),
            retenue_par=f"le bureau du {jour(du)}",
            du=du,
            saisie_le=instant(du, time(17)),
        )
        for lecture in edition.lectures.values()
        if lecture.projet and lecture.code not in OUVERTES
    )


def _il_y_a(fin: date, mois: int) -> date:
    return ouvre_avant(fin - relativedelta(months=mois))
