"""Les audits de la structure d'exemple : un interne, clos il y a cinq mois ; un croisé, en cours (AME-4, CER-6)."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from cedre.certification.editions import edition_de
from cedre.certification.grille_d_audit import edition_d_audit, relever
from cedre.certification.models import Audit, Constat
from cedre.comptes.models import Organisation
from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.demonstration.maison import Maison
from cedre.qualite.models import ActionAmelioration

CHAPITRES_INTERNES, CHAPITRES_CROISES = ("2.2", "2.3"), ("2.1", "2.4", "2.6")
SYNTHESE = (
    "Une équipe qui connaît ses parcours et qui se parle : la régulation est le point fort de la maison. Ce qui reste à gagner "
    "tient surtout à ce que l’on note : des comptes rendus remis en mains propres sans que l’on dise quand, des heures "
    "proposées sans que l’on ait écrit ce qu’elles servent."
)
# point, nature, texte, action (quoi, effet attendu, qui, jours depuis qu'elle est faite)
CONSTATS_INTERNES = (
    ("2.3a", "force", "L’ordre du jour est prêt la veille ; tout le monde parle, y compris l’accueil.", None),
    ("2.3c", "force", "Chaque partenaire a un nom, un téléphone et une convention à jour ; l’équipe s’en sert.", None),
    (
        "2.2b",
        "progres",
        "Les clients réguliers savent pourquoi la personne est là ; les particuliers, presque jamais. "
        "Une phrase au téléphone suffirait.",
        None,
    ),
    (
        "2.3a-3",
        "progres",
        "Relire les décisions de la dernière fois avant d’en prendre d’autres : cinq minutes suffisent.",
        None,
    ),
    (
        "2.2c-2",
        "ecart",
        "Le compte rendu de bilan est remis, mais on ne sait pas toujours dire quand, ni comment.",
        ("Noter chaque remise le jour même, à l’écran", "Chaque compte rendu de bilan a sa date de remise", "qualite", 70),
    ),
    (
        "2.3b",
        "ecart",
        "Des mises à disposition répondent au client avant de servir un engagement : l’objectif s’écrit après, ou pas.",
        ("Choisir l’objectif en proposant la mission", "Toutes les missions servent un objectif", "mad", None),
    ),
)
CONSTATS_CROISES = (
    ("2.1a", "force", "La plaquette est claire, et l’information collective laisse la place aux questions."),
    (
        "2.4b-2",
        "progres",
        "Les fiches de poste gagneraient à dire les gestes que l’on apprend : nous le faisons, et les clients s’en servent.",
    ),
)


def mener_les_audits(chez: Maison, ailleurs: Maison) -> None:
    """Un audit interne clos et ses suites ; un audit croisé par l'autre structure, en cours."""
    _interne(chez)
    _croise(chez, ailleurs)


def _prevu(chez: Maison, chapitres: tuple[str, ...], le: date, **champs) -> Audit:
    organisation = Organisation.objects.prefetch_related("certificats").get(pk=chez.organisation.pk)
    edition = edition_de(organisation, le).edition
    champ = [s.code for c in edition.chapitres if c.code in chapitres for s in c.specifications]
    return Audit(
        organisation=chez.organisation,
        edition=edition.code,
        champ=champ,
        prevu_le=le,
        mene_le=le,
        demande_le=ouvre_avant(le - timedelta(days=40)),
        **champs,
    )


def _interne(chez: Maison) -> None:
    le = ouvre_avant(chez.fin - relativedelta(months=5, days=6))
    audit = _prevu(chez, CHAPITRES_INTERNES, le, auditeur=chez.comptes["accueil"][0], audite=chez.comptes["cip"][0])
    vus = {point.partition("-")[0] for point, *_ in CONSTATS_INTERNES}
    audit.sans_constat = [code for code in audit.champ if code not in vus]
    audit.clos_le, audit.synthese = ouvre_apres(le, 5), SYNTHESE
    audit.verdicts = relever(audit, edition_d_audit(audit), le)
    audit.save()
    for point, nature, texte, suite in CONSTATS_INTERNES:
        action = _action(chez, audit, point, suite) if suite else None
        Constat.objects.create(audit=audit, point=point, nature=nature, texte=texte, action=action)


def _action(chez: Maison, audit: Audit, point: str, suite: tuple) -> ActionAmelioration:
    quoi, effet, qui, faite = suite
    faite_le = ouvre_avant(chez.fin - timedelta(days=faite)) if faite else None
    return ActionAmelioration.objects.create(
        organisation=chez.organisation,
        origine=ActionAmelioration.Origine.AUDIT,
        point=point,
        reference=f"{audit}, {point}",
        quoi=quoi,
        effet_attendu=effet,
        qui=chez.comptes[qui][0],
        decidee_le=ouvre_apres(audit.clos_le, 7),
        echeance=ouvre_apres(chez.fin, -60 if faite else 20),
        faite_le=faite_le,
        fait="L’équipe s’y tient ; la référente regarde chaque mois." if faite else "",
    )


def _croise(chez: Maison, ailleurs: Maison) -> None:
    audit = _prevu(
        chez,
        CHAPITRES_CROISES,
        ouvre_avant(chez.fin - timedelta(days=2)),
        nature=Audit.Nature.CROISE,
        structure_auditrice=ailleurs.organisation,
        auditeur=ailleurs.comptes["qualite"][0],
        audite=chez.comptes["qualite"][0],
        sans_constat=["2.4a"],
    )
    audit.save()
    Constat.objects.bulk_create(
        Constat(audit=audit, point=point, nature=nature, texte=texte) for point, nature, texte in CONSTATS_CROISES
    )
