"""Les indicateurs des réunions d'évaluation et des audits (AME-4)."""

from django.db.models import Exists, OuterRef

from cedre.certification.models import Audit, ReunionEvaluation
from cedre.comptes.models import Organisation
from cedre.core.dates import UN_AN, UN_JOUR
from cedre.core.indicateurs import Exemple, Indicateur, Jour


def _revue(tenue_le: Jour | None, **champs) -> dict:
    dite = {"nature": "revue", "prevue_le": 0, "tenue_le": tenue_le, "du": -400, "au": -30, "compte_rendu": "On a tout relu."}
    return {"reunions": [dite | champs]}


revue_annuelle = Indicateur(
    code="revue_annuelle",
    libelle="Revue annuelle tenue",
    definition="La structure, quand elle a tenu une revue annuelle dans les douze mois, ce jour-là compris.",
    unite="structure",
    limites="Qu’une revue se soit tenue ne dit ni qui y était, ni ce que l’on en a fait.",
    source="Manuel qualité, revue annuelle (AME-4)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(
        Exists(ReunionEvaluation.objects.revues_de_l_annee(le).filter(organisation=OuterRef("pk")))
    ),
    exemple=Exemple(
        sujets=(
            _revue(0),
            _revue(UN_JOUR - UN_AN),
            _revue(-UN_AN),
            _revue(1),
            _revue(None, compte_rendu=""),
            _revue(-10, nature="reunion"),
            {},
        ),
        total=7,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0)),
    ),
)


def _audit(clos_le: Jour | None) -> dict:
    dit = {"auditeur": "qualite", "audite": "cip", "edition": "2004-10", "prevu_le": -500, "demande_le": -500, "mene_le": -400}
    return dit if clos_le is None else dit | {"clos_le": clos_le, "verdicts": {"chapitres": {}}}


audit_interne_mene = Indicateur(
    code="audit_interne_mene",
    libelle="Audit interne ou croisé mené",
    definition="Structures dont un audit, interne ou croisé, s’est clos dans les douze mois qui finissent ce jour-là.",
    unite="structure",
    limites="Un audit clos ne dit pas ce qu’il a trouvé, ni si l’on y a remédié.",
    source="Guide CEDRE, amélioration continue (AME-4)",
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(Exists(Audit.objects.de_l_annee(le).filter(organisation=OuterRef("pk")))),
    exemple=Exemple(
        sujets=(
            {"audits": [_audit(0)]},
            {"audits": [_audit(UN_JOUR - UN_AN)]},
            {"audits": [_audit(-UN_AN)]},
            {"audits": [_audit(1)]},
            {"audits": [_audit(None)]},
            {"audits": []},
        ),
        total=6,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0)),
    ),
)
