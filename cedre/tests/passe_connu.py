"""Ce que l'essai du passé sait : les gestes qui corrigent, et ce qui est encore fautif, qui ne peut que s'en aller."""

# Les adresses dont le geste est une correction ou une annulation : il peut changer le passé, en disant pourquoi.
CORRIGENT: frozenset[str] = frozenset(
    {
        "actions/<int:pk>/",  # l’engagement que servait une action faite
        "actions/<int:pk>/retirer",
        "annexes/<int:pk>/",
        "annexes/nouvelle",  # proposée du premier janvier, donc souvent notée après son jour
        "contrats/<int:pk>/corriger",
        "contrats/<int:pk>/renouveler",  # proposé au lendemain de l'ancien, donc souvent noté après son jour
        "contrats/<int:pk>/retirer",
        "conventions/<int:pk>/",
        "entretiens-annuels/<int:pk>/modifier",
        "heures-de-l-equipe/",  # les heures d’un mois fini, dites ou corrigées
        "mises-en-situation/<int:pk>/modifier",  # vider une fin notée à tort
        "nouvelles/<int:pk>/",
        "offres/<int:pk>/",  # la nature d’une réponse, qui range des actions déjà faites
        "pass-iae/<int:pk>/",
        "pass-iae/<int:pk>/retirer",
        "plan-de-formation/<int:pk>/",
        "principes/evaluations/<int:pk>/",
        "sorties/<int:pk>/annuler",
        "sorties/<int:pk>/corriger",
        "suivis/<int:pk>/retirer",
        "suspensions/<int:pk>/",
    }
)

# Par cause : (route, « présent » ou « passé ») → les indicateurs dont le passé change.
CONNUS: dict[str, dict[tuple[str, str], str]] = {}
