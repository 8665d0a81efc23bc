"""Qui peut quoi : la matrice entière tient dans ce fichier (docs/droits.md en est l'image).

Un droit se donne à un rôle, jamais à une personne. Ajouter un rôle : une ligne de Role, une ligne de DROITS.
"""

from django.db.models import TextChoices


class Role(TextChoices):
    """Les rôles du domaine (domaine.md §1)."""

    ACCUEIL = "accueil", "Accueil"
    CIP = "cip", "Accompagnateur·rice socioprofessionnel·le (CIP)"
    MAD = "mad", "Mise à disposition, encadrement technique"
    QUALITE = "qualite", "Référent·e qualité"
    DIRECTION = "direction", "Direction"
    CA = "ca", "Administrateur·rice (CA)"
    SALARIE = "salarie", "Salarié·e en parcours"
    CLIENT = "client", "Client"
    PARTENAIRE = "partenaire", "Partenaire"
    REFERENT_REGIONAL = "referent_regional", "Référent·e qualité régional·e"
    CA_REGIONAL = "ca_regional", "CA régional"
    RESPONSABLE_QUALITE = "responsable_qualite", "Responsable qualité de la fédération"
    COMITE = "comite", "Comité de certification"
    BUREAU = "bureau", "Bureau de la fédération"
    GROUPE_QUALITE = "groupe_qualite", "Groupe Qualité"
    AUDITEUR = "auditeur", "Auditeur·rice qualité"


# L'équipe d'une structure : les seuls rôles à qui un dossier personnel puisse s'ouvrir.
EQUIPE = frozenset({Role.ACCUEIL, Role.CIP, Role.MAD, Role.QUALITE, Role.DIRECTION})
ROLES_DE_STRUCTURE = EQUIPE | {Role.CA, Role.SALARIE, Role.CLIENT, Role.PARTENAIRE}
ROLES_DE_REGION = frozenset({Role.REFERENT_REGIONAL, Role.CA_REGIONAL})
ROLES_DE_FEDERATION = frozenset({Role.RESPONSABLE_QUALITE, Role.COMITE, Role.BUREAU, Role.GROUPE_QUALITE, Role.AUDITEUR})


class Droit(TextChoices):
    """Ce que l'on peut faire, dit comme un geste."""

    DOSSIER_LIRE = "dossier_lire", "Lire les dossiers des personnes"
    CONTACT_ENREGISTRER = "contact_enregistrer", "Enregistrer un premier contact"
    DOSSIER_MODIFIER = "dossier_modifier", "Rectifier un dossier, désigner la personne référente"
    INFORMATION_TENIR = "information_tenir", "Tenir les informations collectives"
    ENTRETIEN_CONDUIRE = "entretien_conduire", "Conduire les entretiens d’accueil et les évaluations conjointes"
    SANTE_LIRE = "sante_lire", "Lire et écrire les précisions de santé, la RQTH"
    CAPACITES_EVALUER = "capacites_evaluer", "Évaluer les capacités professionnelles"
    FICHIER_EXPORTER = "fichier_exporter", "Exporter des listes de personnes"
    FICHIER_IMPORTER = "fichier_importer", "Importer des personnes"
    DROITS_EXERCER = "droits_exercer", "Répondre aux droits des personnes : accès, effacement, purge"
    PARCOURS_LIRE = "parcours_lire", "Lire les engagements et les bilans"
    PARCOURS_CONDUIRE = "parcours_conduire", "Conduire les engagements, les bilans et les sorties"
    SUIVI_TENIR = "suivi_tenir", "Fixer et contrôler les objectifs du suivi a minima"
    CONTRATS_TENIR = "contrats_tenir", "Tenir les contrats de travail et les PASS IAE"
    TRAVAIL_TENIR = "travail_tenir", "Tenir les clients et leurs besoins, les mises en situation de travail, les heures"
    ACTIONS_TENIR = "actions_tenir", "Tenir les actions associées et leurs séances"
    REGULATION_TENIR = "regulation_tenir", "Préparer et tenir les régulations pédagogiques"
    EQUIPE_SUIVRE = "equipe_suivre", "Voir ce qui manque aux personnes de toute l’équipe, changer de référent·e en nombre"
    OFFRE_MODIFIER = "offre_modifier", "Tenir l’offre d’insertion, les grilles d’évaluation et les fiches de poste"
    PARTENAIRES_TENIR = "partenaires_tenir", "Tenir l’annuaire des partenaires et les conventions"
    QUALITE_LIRE = "qualite_lire", "Lire le manuel et les procédures, signaler une réclamation ou un dysfonctionnement"
    QUALITE_TENIR = "qualite_tenir", "Tenir le projet, le manuel, les réclamations, les enquêtes et les actions d’amélioration"
    ENTRETIENS_ANNUELS_LIRE = "entretiens_annuels_lire", "Lire tous les entretiens annuels de l’équipe, en reprendre les mots"
    CONFORMITE_LIRE = "conformite_lire", "Lire où en est la structure face au référentiel"
    FIGURES_LIRE = "figures_lire", "Lire les chiffres de la structure"
    TRACES_LIRE = "traces_lire", "Lire les traces de l’organisation"
    EQUIPE_GERER = "equipe_gerer", "Inviter et retirer des comptes"
    REGLAGES_MODIFIER = "reglages_modifier", "Modifier les réglages et la fiche de l’organisation"
    RESEAU_SUIVRE = "reseau_suivre", "Suivre les organisations de son territoire"
    RESEAU_TENIR = "reseau_tenir", "Créer et modifier les organisations du réseau"
    EDITIONS_TENIR = "editions_tenir", "Déposer les éditions du référentiel, noter leur validation et les certifications"
    NOMENCLATURES_TENIR = "nomenclatures_tenir", "Tenir les listes de codes du cadre commun"

    @property
    def exige_second_facteur(self) -> bool:
        """Vrai de ce qui ouvre la santé, ou administre : un mot de passe volé n'y suffit pas (comptes/second_facteur.py)."""
        return self in _AVEC_SECOND_FACTEUR


_D = Droit
_AVEC_SECOND_FACTEUR = frozenset(
    {
        _D.SANTE_LIRE,
        _D.DROITS_EXERCER,
        _D.EQUIPE_GERER,
        _D.REGLAGES_MODIFIER,
        _D.RESEAU_TENIR,
        _D.EDITIONS_TENIR,
        _D.NOMENCLATURES_TENIR,
    }
)

DROITS: dict[Role, frozenset[Droit]] = {
    Role.ACCUEIL: frozenset(
        {_D.DOSSIER_LIRE, _D.CONTACT_ENREGISTRER, _D.DOSSIER_MODIFIER, _D.INFORMATION_TENIR, _D.QUALITE_LIRE, _D.FICHIER_EXPORTER}
    ),
    Role.CIP: frozenset(
        {
            _D.DOSSIER_LIRE,
            _D.CONTACT_ENREGISTRER,
            _D.DOSSIER_MODIFIER,
            _D.INFORMATION_TENIR,
            _D.ENTRETIEN_CONDUIRE,
            _D.SANTE_LIRE,
            _D.CAPACITES_EVALUER,
            _D.PARCOURS_LIRE,
            _D.PARCOURS_CONDUIRE,
            _D.SUIVI_TENIR,
            _D.CONTRATS_TENIR,
            _D.TRAVAIL_TENIR,
            _D.ACTIONS_TENIR,
            _D.REGULATION_TENIR,
            _D.FICHIER_EXPORTER,
            _D.PARTENAIRES_TENIR,
            _D.QUALITE_LIRE,
            _D.CONFORMITE_LIRE,
            _D.FIGURES_LIRE,
        }
    ),
    Role.MAD: frozenset(
        {
            _D.DOSSIER_LIRE,
            _D.CAPACITES_EVALUER,
            _D.PARCOURS_LIRE,
            _D.SUIVI_TENIR,
            _D.CONTRATS_TENIR,
            _D.TRAVAIL_TENIR,
            _D.ACTIONS_TENIR,
            _D.REGULATION_TENIR,
            _D.QUALITE_LIRE,
            _D.OFFRE_MODIFIER,
        }
    ),
    Role.QUALITE: frozenset(
        {
            _D.DOSSIER_LIRE,
            _D.PARCOURS_LIRE,
            _D.REGULATION_TENIR,
            _D.EQUIPE_SUIVRE,
            _D.FICHIER_EXPORTER,
            _D.FICHIER_IMPORTER,
            _D.OFFRE_MODIFIER,
            _D.PARTENAIRES_TENIR,
            _D.QUALITE_LIRE,
            _D.QUALITE_TENIR,
            _D.CONFORMITE_LIRE,
            _D.FIGURES_LIRE,
        }
    ),
    Role.DIRECTION: frozenset(
        {
            _D.DOSSIER_LIRE,
            _D.CONTACT_ENREGISTRER,
            _D.DOSSIER_MODIFIER,
            _D.INFORMATION_TENIR,
            _D.ENTRETIEN_CONDUIRE,
            _D.SANTE_LIRE,
            _D.CAPACITES_EVALUER,
            _D.PARCOURS_LIRE,
            _D.PARCOURS_CONDUIRE,
            _D.SUIVI_TENIR,
            _D.CONTRATS_TENIR,
            _D.TRAVAIL_TENIR,
            _D.ACTIONS_TENIR,
            _D.REGULATION_TENIR,
            _D.EQUIPE_SUIVRE,
            _D.FICHIER_EXPORTER,
            _D.FICHIER_IMPORTER,
            _D.DROITS_EXERCER,
            _D.OFFRE_MODIFIER,
            _D.PARTENAIRES_TENIR,
            _D.QUALITE_LIRE,
            _D.QUALITE_TENIR,
            _D.ENTRETIENS_ANNUELS_LIRE,
            _D.CONFORMITE_LIRE,
            _D.FIGURES_LIRE,
            _D.TRACES_LIRE,
            _D.EQUIPE_GERER,
            _D.REGLAGES_MODIFIER,
        }
    ),
    Role.CA: frozenset({_D.QUALITE_LIRE, _D.CONFORMITE_LIRE, _D.FIGURES_LIRE}),
    Role.SALARIE: frozenset(),
    Role.CLIENT: frozenset(),
    Role.PARTENAIRE: frozenset(),
    Role.REFERENT_REGIONAL: frozenset({_D.RESEAU_SUIVRE, _D.EQUIPE_GERER, _D.TRACES_LIRE}),
    Role.CA_REGIONAL: frozenset({_D.RESEAU_SUIVRE}),
    Role.RESPONSABLE_QUALITE: frozenset(
        {_D.RESEAU_SUIVRE, _D.RESEAU_TENIR, _D.EDITIONS_TENIR, _D.NOMENCLATURES_TENIR, _D.EQUIPE_GERER, _D.TRACES_LIRE}
    ),
    Role.COMITE: frozenset(),
    Role.BUREAU: frozenset({_D.RESEAU_SUIVRE}),
    Role.GROUPE_QUALITE: frozenset({_D.RESEAU_SUIVRE}),
    Role.AUDITEUR: frozenset(),
}
