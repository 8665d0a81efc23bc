"""Le manuel qualité d'une structure inventée : ses procédures, ses textes, deux versions publiées, qui les a lues."""

from dateutil.relativedelta import relativedelta

from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.demonstration.maison import Maison
from cedre.demonstration.textes_du_manuel import CHANGEMENTS, OBJETS, PROCEDURES, TEXTES, TEXTES_D_AVANT
from cedre.qualite.models import AccuseDeLecture, Procedure, RevisionDeProcedure, TexteDuManuel, VersionDuManuel
from cedre.qualite.operations.manuel import figer


def rediger_le_manuel(maison: Maison) -> None:
    """Écrit les procédures, publie une version il y a deux ans et une autre il y a deux mois, que trois personnes ont lue."""
    _procedures(maison)
    _ecrire(maison, TEXTES | TEXTES_D_AVANT)
    _publier(maison, mois=24, changements=CHANGEMENTS[0])
    _ecrire(maison, TEXTES)
    recente = _publier(maison, mois=2, changements=CHANGEMENTS[1])
    lecteurs = [(maison.comptes["qualite"][0], "ecran", 1), (maison.comptes["cip"][0], "ecran", 5)]
    lecteurs.append((maison.comptes["accueil"][0], "papier", 9))
    AccuseDeLecture.objects.bulk_create(
        AccuseDeLecture(manuel=recente, compte=compte, mode=mode, le=ouvre_apres(recente.publiee_le, jours))
        for compte, mode, jours in lecteurs
    )


def _procedures(maison: Maison) -> None:
    par = maison.comptes["qualite"][0]
    for titre, mission, phase, qui, but, etapes, outils, codes, chiffre, ecrite, relue in PROCEDURES:
        reglage, valeur = chiffre or ("", None)
        depuis, revue = (ouvre_avant(maison.fin - relativedelta(months=mois)) for mois in (ecrite, relue))
        procedure = Procedure.objects.create(
            organisation=maison.organisation,
            titre=titre,
            mission=mission,
            phase=phase,
            objet=OBJETS.get(titre, ""),
            qui=qui,
            but=but,
            etapes=[*etapes],
            outils=[*outils],
            codes=[*codes],
            reglage=reglage,
            valeur=valeur,
            depuis=depuis,
            prochaine_revision=revue + relativedelta(years=1),
        )
        RevisionDeProcedure.objects.bulk_create(
            [
                RevisionDeProcedure(procedure=procedure, le=le, changement=quoi, par=par, objet=procedure.objet, reglage=reglage)
                for le, quoi in ((depuis, "Écriture"), (revue, "Revue annuelle"))
            ]
        )


def _ecrire(maison: Maison, textes: dict[str, str]) -> None:
    TexteDuManuel.objects.filter(organisation=maison.organisation).delete()
    par = maison.comptes["qualite"][0]
    TexteDuManuel.objects.bulk_create(
        TexteDuManuel(organisation=maison.organisation, section=code, texte=texte, par=par)
        for code, texte in textes.items()
        if texte
    )


def _publier(maison: Maison, *, mois: int, changements: str) -> VersionDuManuel:
    publiee_le = ouvre_avant(maison.fin - relativedelta(months=mois))
    return figer(
        VersionDuManuel(
            organisation=maison.organisation,
            publiee_le=publiee_le,
            approuvee_le=ouvre_avant(publiee_le - relativedelta(days=6)),
            approuvee_par=str(maison.comptes["ca"][0]),
            au_titre_de=VersionDuManuel.Titre.CA,
            changements=changements,
        )
    )
