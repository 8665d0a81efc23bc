"""Ce que l'AI de l'exemple fait savoir : une alerte close avec sa suite, une qui attend une réponse, une qui s'écrit (OBS-4)."""

from datetime import date, timedelta

from cedre.core.dates import fin_de_mois
from cedre.core.indicateurs import tous
from cedre.core.refus import GesteImpossible
from cedre.demonstration.calendrier import ouvre_apres, ouvre_avant
from cedre.demonstration.maison import Maison
from cedre.observatoire.models import Alerte, Terme
from cedre.observatoire.plaidoyer import a_joindre

# Les jours se comptent en arrière. titre, domaine, précision, constat, ouverte, chiffres (code, coupe, valeur), paroles (texte,
# accord, retirée il y a), proposition, proposée, destinataires (à qui, sorte, moyen, envoyée, répondu, suite, réponse),
# retombées (il y a, texte), ce que l'on en retient, close
ALERTES = (
    (
        "Sans car le soir, pas d’atelier ni d’emploi de service",
        "mobilite",
        "le dernier car part à 18 h",
        "Les employeurs du bassin embauchent de 19 h à 22 h et le samedi. Les personnes sans voiture manquent les ateliers "
        "de fin de journée et refusent ces postes, non par choix : le dernier car part avant la fin du service.",
        420,
        (("presence_aux_actions", "", ""), ("sorties_dynamiques", "", "")),
        (
            ("On me propose des heures le soir, je dis non, et on croit que je ne veux pas travailler.", "oral", None),
            ("Je marche quarante minutes pour rentrer de l’atelier. L’hiver, je n’y vais plus.", "ecrit", None),
            ("", "oral", 200),
        ),
        "Un passage de car à 20 h et à 22 h, du lundi au samedi, à l’essai six mois. La structure cale ses horaires d’atelier "
        "dessus, et tient le compte de qui le prend.",
        410,
        (
            ("Mairie de Saint-Loup-d’Aubraine", "elu", "rencontre", 400, 365, "oui", "La commune prend sa part de l’essai."),
            (
                "Syndicat des transports",
                "institution",
                "courrier",
                400,
                330,
                "en_partie",
                "Un seul passage, à 20 h.",
            ),
            ("Groupement d’employeurs de Villesarde", "partenaire", "courriel", 398, 300, "sans_reponse", ""),
        ),
        (
            (270, "Le car de 20 h circule, à l’essai."),
            (120, "L’essai est prolongé : dix-sept passagers par soir."),
        ),
        "Aller voir la commune avec des paroles vaut mieux qu’un courrier. Le samedi reste à obtenir.",
        60,
    ),
    (
        "Sans logement stable, les autres progrès ne tiennent pas",
        "logement",
        "",
        "Les personnes hébergées chez un proche déménagent plusieurs fois dans l’année. Chaque déménagement fait "
        "perdre des heures, des démarches et parfois l’emploi ; l’évaluation conjointe le voit d’une fois sur l’autre.",
        95,
        (("domaines_en_progres", "domaine", "Logement"), ("sorties_dynamiques", "", "")),
        (("Trois adresses en un an. À chaque fois, il faut tout refaire, et on passe pour quelqu’un d’instable.", "oral", None),),
        "Quatre logements passerelles, près des lieux de travail, avec un bail glissant. La structure accompagne les "
        "trois premiers mois.",
        88,
        (
            ("Vice-présidence du département au logement", "elu", "courrier", 80, 45, "en_partie", "Deux logements à l’étude."),
            ("Bailleur social du bassin", "institution", "courriel", 80, None, "", ""),
        ),
        (),
        "",
        None,
    ),
    (
        "Les démarches en ligne écartent qui ne s’en sert pas",
        "numerique",
        "s’inscrire ne se fait plus qu’en ligne",
        "Des personnes arrivent sans inscription à jour, faute d’avoir pu la faire seules : le délai "
        "jusqu’à l’accueil s’allonge d’autant.",
        12,
        (("delai_tenu", "", ""),),
        (),
        "",
        None,
        (),
        (),
        "",
        None,
    ),
)


def alerter(maison: Maison) -> None:
    """Les alertes de l'AI, leurs chiffres mesurés comme ils l'étaient quand on les a ouvertes."""

    def le(il_y_a: int | None) -> date | None:
        return il_y_a if il_y_a is None else ouvre_avant(maison.fin - timedelta(days=il_y_a))

    for titre, domaine, precision, constat, ouverte, chiffres, *suite in ALERTES:
        paroles, proposition, proposee, destinataires, retombees, retenu, close = suite
        alerte = Alerte.objects.create(
            organisation=maison.organisation,
            titre=titre,
            domaine=Terme.objects.filter(liste="domaine", code=domaine).first(),
            precision=precision,
            constat=constat,
            ouverte_le=le(ouverte),
            proposition=proposition,
            proposee_le=le(proposee),
            retenu=retenu,
            close_le=le(close),
        )
        for code, coupe, valeur in chiffres:
            _joindre(alerte, code, coupe, valeur, au=fin_de_mois(alerte.ouverte_le))
        for texte, accord, retiree in paroles:
            accord_le = ouvre_apres(alerte.ouverte_le)
            alerte.paroles.create(texte=texte, accord=accord, accord_le=accord_le, retiree_le=le(retiree))
        for a_qui, sorte, moyen, envoyee, repondu, reponse, dit in destinataires:
            dite = {"suite": reponse, "reponse": dit, "repondu_le": le(repondu)}
            alerte.destinataires.create(a_qui=a_qui, sorte=sorte, moyen=moyen, le=le(envoyee), **dite)
        for il_y_a, texte in retombees:
            alerte.retombees.create(le=le(il_y_a), texte=texte)


def _joindre(alerte: Alerte, code: str, coupe: str, valeur: str, *, au: date) -> None:
    """Ce chiffre, s'il y avait alors de quoi le mesurer."""
    try:
        mesures = a_joindre(tous()[code], alerte.organisation, au=au, coupe=coupe)
    except GesteImpossible:
        return
    for chiffre in mesures:
        if chiffre.valeur == valeur:
            chiffre.alerte, chiffre.joint_le = alerte, alerte.ouverte_le
            chiffre.save()
