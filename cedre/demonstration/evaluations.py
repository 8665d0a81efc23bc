"""Les évaluations d'une personne : conjointe sur la grille, professionnelle sur une fiche de poste (ACC-4, ACC-5)."""

from datetime import date, time

from cedre.demonstration import phrases
from cedre.demonstration.maison import instant
from cedre.parcours.models import CompetenceEvaluee, Cotation, Evaluation, EvaluationProfessionnelle, NoteSante, Trajectoire
from cedre.structures.models import Domaine


def evaluer(vie, le: date) -> None:
    """Une évaluation conjointe ; d'une fois à l'autre, les difficultés se lèvent, parfois reviennent."""
    alea = vie.alea
    grille, domaines = vie.maison.grille_au(le)
    moyenne = sum(vie.niveaux.values()) / len(vie.niveaux)
    trajectoire = Trajectoire.PRECAIRE if moyenne > 1.35 else Trajectoire.INSTABLE if moyenne > 0.85 else Trajectoire.STABLE
    brouillon = (vie.fin - le).days < 10 and alea.random() < 0.5
    evaluation = Evaluation(
        personne=vie.personne,
        grille=grille,
        le=le,
        conduite_par=vie.referent_au(le),
        trajectoire="" if brouillon else trajectoire,
        statut_social="" if brouillon else vie.a_part.choice(("", trajectoire, trajectoire, Trajectoire.INSTABLE)),
        synthese="" if brouillon else vie.voix.dit(phrases.RETENU),
        validee_le=None if brouillon else instant(le, time(17)),
    )
    vie.lot.ajouter(evaluation)
    for domaine in domaines:
        _coter(vie, evaluation, domaine)
    for code, niveau in vie.niveaux.items():
        ecart = alea.choices((-1, 0, 1), (36, 57, 7))[0]
        vie.niveaux[code] = min(3, max(0, niveau + ecart))
    vie.dernier = max(vie.dernier, le)


def _coter(vie, evaluation: Evaluation, domaine: Domaine) -> None:
    """Ce qu'en disent l'une et l'autre ; parfois on n'en a pas parlé."""
    code = domaine.theme.code
    subie = code in Domaine.SANS_COMMENTAIRE
    alea, vue = (vie.a_part, vie.discriminee) if subie else (vie.alea, vie.niveaux.get(code, 0))
    dite = min(3, max(0, vue + alea.choices((-1, 0, 1), (27, 60, 13))[0]))
    evite = alea.random()
    cotation = Cotation(
        evaluation=evaluation,
        domaine=domaine,
        valeur_personne=None if evite < 0.07 else dite,
        valeur_accompagnateur=None if evite < 0.04 else vue,
        commentaire=vie.voix.dit(phrases.COMMENTAIRES[code])
        if vue and code in phrases.COMMENTAIRES and alea.random() < 0.3
        else "",
    )
    vie.lot.ajouter(cotation)
    if domaine.regime == Domaine.Regime.SANTE and vue > 0 and alea.random() < 0.3:
        vie.lot.ajouter(NoteSante(cotation=cotation, texte=vie.voix.dit(phrases.SANTE)))


def essayer(vie, le: date) -> None:
    """Une évaluation des capacités sur une fiche de poste."""
    alea = vie.alea
    fiche, competences = alea.choice(vie.maison.fiches)
    force = alea.triangular(0, 3, 1.6)
    mode = alea.choices(EvaluationProfessionnelle.Mode.values, (55, 25, 20))[0]
    evaluation = EvaluationProfessionnelle(
        personne=vie.personne,
        fiche_de_poste=fiche,
        mode=mode,
        le=le,
        lieu="Atelier de la structure" if mode == "atelier" else alea.choice(("Chez un client, 3 h", "École du bourg", "Mairie")),
        evaluee_par=alea.choice(vie.maison.comptes["mad"]),
        conclusion="prete" if force > 1.7 else "a_preparer" if force > 0.8 else "autre_poste",
        synthese=vie.voix.dit(phrases.BILANS, 2),
    )
    vie.lot.ajouter(evaluation)
    for competence in competences:
        niveau = min(3, max(0, round(force + alea.uniform(-0.9, 0.9))))
        vie.lot.ajouter(
            CompetenceEvaluee(
                evaluation=evaluation,
                competence=competence,
                libelle=competence.libelle,
                niveau=niveau if alea.random() < 0.94 else None,
                observation=alea.choice(phrases.OBSERVATIONS) if alea.random() < 0.2 else "",
            )
        )
    vie.dernier = max(vie.dernier, le)
