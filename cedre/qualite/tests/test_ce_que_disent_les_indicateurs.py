"""Ce que dit chaque indicateur de la qualité, de la structure et du partenariat : nom, unité, source, définition (OBS-1)."""

from cedre.core.indicateurs import tous

DITS = {
    "acteurs_locaux_rencontres": """
        Acteurs locaux rencontrés ; structure ; Référentiel d’octobre 2004, § 2.4 c (PRO-3) ; La structure a rencontré des
        acteurs socio-économiques de son territoire (réunion, groupe de travail, signature d’une convention) au moins une fois
        dans les douze mois qui finissent ce jour-là.
    """,
    "action_d_amelioration_conclue": """
        Actions d’amélioration dont l’effet est vérifié ; actions d’amélioration ; Référentiel d’octobre 2004, § 2.6 (AME-3) ;
        Actions d’amélioration dont l’échéance est passée au cours des douze mois, et dont l’effet a été vérifié, qu’il soit
        celui que l’on attendait ou non.
    """,
    "actions_d_amelioration_faites": """
        Actions d’amélioration faites ; actions d’amélioration ; Référentiel d’octobre 2004, § 2.6 (AME-3) ; Actions
        d’amélioration décidées dans la période, et celles qui étaient faites le jour où l’on regarde.
    """,
    "actions_d_amelioration_verifiees": """
        Actions d’amélioration dont l’effet a été vérifié ; actions d’amélioration ; Référentiel d’octobre 2004, § 2.6 (AME-3)
        ; Actions d’amélioration décidées dans la période, et celles dont l’effet était vérifié le jour où l’on regarde, qu’il
        soit celui que l’on attendait ou non.
    """,
    "conventions_en_vigueur": """
        Conventions en vigueur ; partenaires liés par une convention ; Référentiel d’octobre 2004, § 2.3 c (TRA-3) ;
        Partenaires avec qui une convention a été signée, dont une vaut ce jour-là : dernier jour compris, et tant que l’on
        n’y met pas fin quand elle se reconduit d’elle-même, ou n’a pas de dernier jour. Finie, celle que l’on avait décidé de ne
        pas renouveler ne compte plus.
    """,
    "enquete_menee": """
        Enquête menée dans l’année ; structure ; Référentiel d’octobre 2004, § 2.6 (AME-2) ; Structures dont une enquête a
        reçu au moins 5 réponses au cours des douze mois. Une réponse compte dès que la semaine où elle est arrivée est finie.
    """,
    "entretien_annuel_tenu": """
        Entretiens annuels tenus ; membres de l’équipe ; Manuel qualité, évaluation de l’équipe (AME-4) ; Membres de l’équipe
        de la structure ce jour-là, chacun compté une fois quel que soit le nombre de ses rôles, qui ont eu un entretien
        annuel dans les douze mois, ce jour-là compris. Qui n’en était pas encore un an plus tôt ne se compte que s’il a déjà
        eu le sien. Un compte désactivé ne se compte plus à partir de ce jour ; à aucune date si l’on ne sait quand.
    """,
    "fiches_de_poste_a_jour": """
        Fiches de poste à jour ; fiches de poste ; Référentiel d’octobre 2004, § 2.4 b (PRO-2) ; Fiches de poste en usage ce
        jour-là, écrites ou relues dans les vingt-quatre derniers mois. Enregistrer une fiche, même sans rien y changer, c’est
        l’avoir relue.
    """,
    "formation_realisee": """
        Plan de formation réalisé ; actions de formation échues ; Référentiel d’octobre 2004, § 2.4 b (PRO-2) ; Actions du
        plan de formation dont la fin prévue est dans la période, à défaut les vingt-quatre mois qui finissent le jour où l’on
        regarde, et qui avaient eu lieu ce jour-là. Une action abandonnée, avec son motif, ne se compte plus à partir de ce
        jour.
    """,
    "grille_en_vigueur": """
        Grille commune en vigueur ; structure ; Référentiel d’octobre 2004, § 2.1 b (ACC-4) ; La structure, quand une grille
        commune d’évaluation y est publiée, ce jour-là au plus tard.
    """,
    "manuel_publie": """
        Manuel qualité publié ; structure ; Référentiel d’octobre 2004, § 2.3 d (MAN-1) ; Structures dont une version du
        manuel qualité est publiée ce jour-là, depuis moins de 36 mois.
    """,
    "offre_decrite": """
        Offre d’insertion définie ; structure ; Référentiel d’octobre 2004, § 2.4 b (PRO-2) ; La structure, quand elle propose
        ce jour-là au moins une réponse dont il est dit à quoi elle sert : une description, un thème ou un type d’engagement.
    """,
    "principes_evalues": """
        Principes d’action évalués ; principes d’action ; Référentiel d’octobre 2004, § 2.5 c (OBS-5) ; Principes d’action
        énoncés et non retirés ce jour-là, évalués depuis moins de vingt-quatre mois, ce jour-là compris.
    """,
    "priorites_definies": """
        Priorités définies ; structure ; Référentiel d’octobre 2004, § 2.4 a (PRO-1) ; La structure a, ce jour-là, au moins un
        axe de développement en vigueur, dernier jour compris, défini ou redéfini depuis moins de trente-six mois.
    """,
    "procedures_a_jour": """
        Procédures à jour ; procédures en vigueur ; Référentiel d’octobre 2004, § 2.3 d (TRA-4) ; Procédures en vigueur ce
        jour-là qui ont été écrites ou relues dans les 24 mois qui précèdent.
    """,
    "reclamation_traitee": """
        Réclamations traitées dans le délai ; réclamations et dysfonctionnements ; Référentiel d’octobre 2004, § 2.6 (AME-1) ;
        Réclamations et dysfonctionnements dont le délai de 30 jours est passé dans la période : reçus de 31 jours avant son
        premier jour à 31 jours avant son dernier, ou celui où l’on regarde s’il vient avant. Satisfait : la réponse a été
        donnée dans les 30 jours ; quand personne n’attendait de réponse, la clôture motivée en tient lieu.
    """,
    "reclamations_closes": """
        Réclamations closes ; réclamations et dysfonctionnements ; Référentiel d’octobre 2004, § 2.6 (AME-1) ; Réclamations et
        dysfonctionnements reçus dans la période, et ceux qui étaient clos le jour où l’on regarde, ce jour-là compris.
    """,
    "reponses_aux_enquetes": """
        Réponses aux enquêtes ; réponses ; Référentiel d’octobre 2004, § 2.6 (AME-2) ; Réponses reçues par les enquêtes closes
        dans la période, de celles qui en ont eu au moins 5.
    """,
}


def test_un_indicateur_dit_son_nom_son_unite_sa_source_et_ce_qu_il_compte():
    indicateurs = {code: tous()[code] for code in DITS}
    dits = {code: f"{i.libelle} ; {i.unite} ; {i.source} ; {i.definition}" for code, i in indicateurs.items()}
    assert dits == {code: " ".join(dit.split()) for code, dit in DITS.items()}
