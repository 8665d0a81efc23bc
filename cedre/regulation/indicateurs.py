"""Les indicateurs de la régulation pédagogique : tenue, à son rythme, écrite, suivie (§ 2.3 a ; TRA-1).

Le rythme est celui que la structure avait réglé quand chacune s'est tenue : le changer ne change pas le passé.
"""

from django.db.models import Exists, OuterRef

from cedre.comptes.models import Organisation
from cedre.core.indicateurs import Exemple, Indicateur
from cedre.regulation.models import Decision, Regulation

SOURCE = "Référentiel d’octobre 2004, § 2.3 a (TRA-1)"


def _tenue(le: int, **champs) -> dict:
    return {"le": le, "etat": "tenue", "synthese": "Deux parcours à relancer", "diffusee_le": le, "redigee_le": le} | champs


def _decidee(*decisions: dict, le: int = -60) -> dict:
    points = [{"sujet": "Parcours", "decisions": [{"quoi": "Appeler le centre"} | decision for decision in decisions]}]
    return _tenue(le, points=points)


regulation_tenue = Indicateur(
    code="regulation_tenue",
    libelle="Régulation tenue",
    definition=(
        "La structure, quand elle a tenu une régulation, ce jour-là ou avant, depuis au plus le rythme qu’elle avait le jour de "
        "cette régulation, et sept jours de tolérance."
    ),
    unite="structure",
    limites="Une régulation tenue ne dit pas de combien de parcours on y a parlé.",
    source=SOURCE,
    population=lambda le: Organisation.objects.structures(),
    critere=lambda structures, le: structures.filter(
        Exists(Regulation.objects.tenues_recemment(le).filter(organisation=OuterRef("pk")))
    ),
    exemple=Exemple(
        sujets=(
            {"regulations": [_tenue(-21)]},
            {"regulations": [_tenue(-37, rythme=30)]},
            {"regulations": [_tenue(-22), _tenue(1)]},
            {"regulations": [_tenue(-36, rythme=30), _tenue(-29, rythme=7)]},
            {"regulations": [{"le": -3, "etat": "prevue"}]},
            {},
        ),
        total=6,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (1, 0)),
    ),
)

rythme_tenu = Indicateur(
    code="rythme_tenu",
    libelle="Rythme des régulations tenu",
    definition=(
        "Régulations tenues dans les douze derniers mois, hors la toute première, qui ont suivi la précédente en au plus le "
        "rythme que la structure avait le jour de la précédente, et sept jours de tolérance."
    ),
    unite="intervalles entre deux régulations",
    limites="Des réunions régulières ne disent pas si elles sont utiles.",
    source=SOURCE,
    population=lambda le: Regulation.objects.suivies_d_une_autre(le).des_structures(),
    critere=lambda regulations, le: regulations.au_rythme(),
    exemple=Exemple(
        sujets=(
            *(_tenue(-500), _tenue(-300), _tenue(-279), _tenue(-257), _tenue(-257)),
            *(_tenue(-100, rythme=30), _tenue(-93, rythme=7), _tenue(-64)),
            *({"le": -250, "etat": "prevue"}, _tenue(1)),
        ),
        total=7,
        atteint=3,
        lus=((0, 0), (1, 0), (1, 1), (1, 0), (1, 1), (1, 0), (1, 1), (1, 0), (0, 0), (0, 0)),
    ),
)

regulation_redigee = Indicateur(
    code="regulation_redigee",
    libelle="Comptes rendus de régulation diffusés",
    definition=(
        "Régulations des douze derniers mois, commencées ou closes, dont le compte rendu était diffusé ce jour-là et dit quelque "
        "chose : une synthèse, un échange ou une décision."
    ),
    unite="régulations",
    limites="Un compte rendu diffusé ne dit pas s’il a été lu.",
    source=SOURCE,
    population=lambda le: Regulation.objects.de_l_annee(le).des_structures(),
    critere=lambda regulations, le: regulations.diffusees(le),
    exemple=Exemple(
        sujets=(
            _tenue(-30),
            _tenue(-30, synthese="", points=[{"sujet": "Parcours", "echange": "Reprendre contact"}]),
            _tenue(-30, synthese="", points=[{"sujet": "Parcours"}]),
            _tenue(-1, diffusee_le=1),
            {"le": -1, "etat": "ouverte"},
            {"le": -1, "etat": "prevue"},
            _tenue(-370),
        ),
        total=5,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)

decision_suivie = Indicateur(
    code="decision_suivie",
    libelle="Décisions de régulation suivies",
    definition=(
        "Décisions prises en régulation dans les douze derniers mois, dont l’échéance est passée, et qui étaient faites ce "
        "jour-là, même en retard."
    ),
    unite="décisions échues",
    limites="Une décision faite tard compte autant qu’une décision faite à temps.",
    source=SOURCE,
    population=lambda le: Decision.objects.echues(le).des_structures(),
    critere=lambda decisions, le: decisions.faites(le),
    exemple=Exemple(
        sujets=(
            _decidee({"echeance": -30, "faite_le": -40}, {"echeance": -30, "faite_le": 0}),
            _decidee({"echeance": -1, "faite_le": 1}, {"echeance": -1}, {"echeance": 0}),
            _decidee({"echeance": -1}, le=-370),
        ),
        total=4,
        atteint=2,
        lus=((0, 0), (0, 0), (0, 0)),
    ),
)

compte_rendu_redige = Indicateur(
    code="compte_rendu_redige",
    libelle="Régulations tenues, compte rendu rédigé",
    definition=(
        "Régulations des douze derniers mois, commencées ou closes, dont le compte rendu était écrit ce jour-là, diffusé "
        "ou non : une synthèse, un échange ou une décision."
    ),
    unite="régulations",
    limites="Il ne dit pas si le compte rendu a été diffusé à l’équipe.",
    source=SOURCE,
    population=lambda le: Regulation.objects.de_l_annee(le).des_structures(),
    critere=lambda regulations, le: regulations.redigees(le),
    exemple=Exemple(
        sujets=(
            _tenue(-30),
            _tenue(-1, etat="ouverte", synthese="", diffusee_le=None, points=[{"sujet": "Parcours", "echange": "Relancer"}]),
            _tenue(-30, synthese="", points=[{"sujet": "Parcours"}]),
            _tenue(-1, redigee_le=1),
            {"le": -1, "etat": "ouverte"},
            {"le": -1, "etat": "prevue"},
            _tenue(-370),
        ),
        total=5,
        atteint=2,
        lus=((1, 1), (1, 1), (1, 0), (1, 0), (1, 0), (0, 0), (0, 0)),
    ),
)

decision_dite = Indicateur(
    code="decision_dite",
    libelle="Décisions de régulation dont on sait la suite",
    definition=(
        "Décisions prises en régulation dans les douze derniers mois, dont l’échéance est passée, et dont on avait dit ce "
        "jour-là ce qu’elles étaient devenues : faites, reportées ou abandonnées."
    ),
    unite="décisions échues",
    limites="Une décision abandonnée compte autant qu’une décision faite.",
    source=SOURCE,
    garde_depuis="regulation.0008_suite_et_redaction",
    population=lambda le: Decision.objects.echues(le).des_structures(),
    critere=lambda decisions, le: decisions.dites(le),
    exemple=Exemple(
        sujets=(
            _decidee({"echeance": -30, "faite_le": -40}, {"echeance": -30, "suite": "reportee", "suite_le": 0}),
            _decidee({"echeance": -1, "suite": "depassee", "suite_le": 1}, {"echeance": -1}, {"echeance": 0}),
            _decidee({"echeance": -1}, le=-370),
        ),
        total=4,
        atteint=2,
        lus=((0, 0), (0, 0), (0, 0)),
    ),
)
