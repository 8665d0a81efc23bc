"""Tout ce qu'une structure tient sur une personne, pour le lui remettre : droit d'accès et portabilité (RGPD art. 15 et 20).

Le même contenu fait le PDF à lire et le JSON à réutiliser. Les dates sont en ISO 8601, les codes en toutes lettres,
ce qui n'est pas renseigné vaut null ou une chaîne vide ; un domaine « non évalué » vaut null.
"""

from datetime import datetime

from django.db.models import ForeignKey, Model
from django.utils import timezone

from cedre.comptes.droits import Droit
from cedre.comptes.models import Habilitation, Trace
from cedre.parcours.inventaire import modeles_du_dossier
from cedre.parcours.models import (
    CompetenceEvaluee,
    Contact,
    Cotation,
    Entretien,
    Evaluation,
    EvaluationProfessionnelle,
    Information,
    NoteSante,
    Personne,
    Suite,
)
from cedre.parcours.models.situation import DE_SANTE

FORMAT = "cedre-dossier/1"
LISEZ_MOI = (
    "Toutes les données que la structure tient sur vous. Une clé par sorte de fait ; les dates sont en ISO 8601 ; null ou une"
    " chaîne vide : non renseigné ; dans une évaluation, null : non évalué. « consultations » dit quel rôle a ouvert ou changé"
    " votre dossier, et quand."
)


# Ce que l'on remet mis en forme ; tout autre fait rattaché à la personne est remis champ par champ, sans liste à tenir.
MIS_EN_FORME = {Contact, Information, Entretien, Evaluation, Cotation, NoteSante, EvaluationProfessionnelle, CompetenceEvaluee}
MIS_EN_FORME |= {Suite}
JAMAIS_REMIS = {"id", "personne", "condensat", "version", "importe"}


def _texte(objet) -> str | None:
    return None if objet is None else str(objet)


def _a_son_heure(le: datetime | None) -> datetime | None:
    """À l'heure de la structure : imprimé, c'est le jour qu'on y a vécu."""
    return le and timezone.localtime(le)


def _identite(personne: Personne, *, sante: bool) -> dict:
    champs = ("nom", "prenom", "date_naissance", "telephone", "telephone_2", "courriel", "adresse", "code_postal", "commune")
    return {
        "dossier": personne.pk,
        "reference": personne.reference,
        **{c: getattr(personne, c) for c in champs},
        "sexe": personne.get_sexe_display(),
        "niveau_formation": _texte(personne.niveau_formation),
        "duree_chomage": _texte(personne.duree_chomage),
        "statut_entree": personne.get_statut_entree_display(),
        "prestations": [str(p) for p in personne.prestations.all()],
        "criteres": [str(c) for c in personne.criteres.all()],
        **({"rqth": personne.rqth} if sante else {}),
        "prescripteur": _texte(personne.prescripteur),
        "referent": _texte(personne.referent),
        "phase": personne.get_phase_display(),
        "phase_depuis": personne.phase_depuis,
        "dossier_ouvert_le": _a_son_heure(personne.cree_le),
        "dossier_modifie_le": _a_son_heure(personne.modifie_le),
        "anonymise_le": personne.anonymisee_le,
    }


def _contacts(personne: Personne) -> list[dict]:
    return [
        {
            "date": c.le,
            "canal": c.get_canal_display(),
            "prescripteur": _texte(c.prescripteur),
            "prescripteur_precision": c.prescripteur_precision,
            "demande": c.demande,
            "delai_annonce_jours": c.delai_annonce,
            "echeance_annoncee": c.echeance_annoncee,
            "recu_par": _texte(c.recu_par),
        }
        for c in personne.contacts.select_related("prescripteur", "recu_par")
    ]


def _informations(personne: Personne) -> list[dict]:
    return [
        {
            "date": i.le,
            "collective": i.collective and {"heure": i.collective.heure, "lieu": i.collective.lieu},
            "presence": i.get_presence_display(),
            "offre_presentee": i.offre_presentee,
            "statut_explique": i.statut_explique,
            "par": _texte(i.par),
        }
        for i in personne.informations.select_related("collective", "par")
    ]


def _entretiens(personne: Personne) -> list[dict]:
    return [
        {
            "date": e.le,
            "heure": e.heure,
            "lieu": e.lieu,
            "etat": e.get_etat_display(),
            "conduit_par": _texte(e.conduit_par),
            "sections": [
                {"titre": str(Entretien._meta.get_field(s).verbose_name), "texte": getattr(e, s)} for s in Entretien.SECTIONS
            ],
            "suite": e.get_issue_display(),
        }
        for e in personne.entretiens.select_related("conduit_par")
    ]


def _evaluation(evaluation: Evaluation, sante: dict[int, str]) -> dict:
    degres = {e.valeur: e.libelle for e in evaluation.grille.echelons.all()}
    return {
        "date": evaluation.le,
        "grille_version": evaluation.grille.version,
        "conduite_par": _texte(evaluation.conduite_par),
        "trajectoire": evaluation.get_trajectoire_display(),
        "statut_social": evaluation.get_statut_social_display(),
        "synthese": evaluation.synthese,
        "validee_le": _a_son_heure(evaluation.validee_le),
        "domaines": [
            {
                "domaine": c.domaine.libelle,
                "selon_la_personne": degres.get(c.valeur_personne),
                "selon_l_accompagnateur": degres.get(c.valeur_accompagnateur),
                "commentaire": c.commentaire,
                "precision_de_sante": sante.get(c.pk, ""),
            }
            for c in evaluation.cotations.all()
        ],
    }


def _evaluation_professionnelle(evaluation: EvaluationProfessionnelle) -> dict:
    return {
        "date": evaluation.le,
        "fiche_de_poste": str(evaluation.fiche_de_poste),
        "mode": evaluation.get_mode_display(),
        "lieu": evaluation.lieu,
        "evaluee_par": _texte(evaluation.evaluee_par),
        "conclusion": evaluation.get_conclusion_display(),
        "synthese": evaluation.synthese,
        "competences": [
            {
                "competence": c.libelle,
                "niveau": c.get_niveau_display() if c.niveau is not None else None,
                "observation": c.observation,
            }
            for c in evaluation.competences.all()
        ],
    }


def _suites(personne: Personne) -> list[dict]:
    return [
        {
            "date": s.le,
            "nature": s.get_nature_display(),
            "motif": _texte(s.motif),
            "partenaire": _texte(s.partenaire),
            "precision": s.precision,
            "par": _texte(s.par),
        }
        for s in personne.suites.select_related("motif", "partenaire", "par")
    ]


def _champ_a_champ(ligne: Model, tus: set[str]) -> dict:
    """Un fait tel que la base le garde : chaque champ sous son nom, les codes et les liens en toutes lettres."""
    fiche = {}
    for champ in ligne._meta.concrete_fields:
        if champ.name in tus:
            continue
        if champ.choices:
            fiche[champ.name] = getattr(ligne, f"get_{champ.name}_display")()
        elif isinstance(champ, ForeignKey):
            fiche[champ.name] = _texte(getattr(ligne, champ.name))
        elif champ.get_internal_type() == "JSONField":
            fiche[champ.name] = getattr(ligne, champ.name)
        else:
            valeur = champ.value_from_object(ligne)
            if isinstance(valeur, datetime):
                fiche[champ.name] = _a_son_heure(valeur).isoformat(timespec="minutes")
            else:
                fiche[champ.name] = valeur if valeur is None or isinstance(valeur, bool | int) else champ.value_to_string(ligne)
    return fiche | {champ.name: [str(lie) for lie in getattr(ligne, champ.name).all()] for champ in ligne._meta.many_to_many}


def _faits_de_l_insertion(personne: Personne, *, sante: bool) -> dict[str, list[dict]]:
    """Les faits de la mission insertion, par sorte : contrats, engagements, mises en situation, bilans, sorties…"""
    faits, tus = {}, JAMAIS_REMIS if sante else JAMAIS_REMIS | DE_SANTE
    for modele, chemin in modeles_du_dossier().items():
        if modele not in MIS_EN_FORME:
            liens = [c.name for c in modele._meta.concrete_fields if isinstance(c, ForeignKey)]
            plusieurs = [champ.name for champ in modele._meta.many_to_many]
            lignes = modele.objects.filter(**{chemin: personne}).select_related(*liens).prefetch_related(*plusieurs)
            faits[str(modele._meta.verbose_name_plural)] = [_champ_a_champ(ligne, tus) for ligne in lignes]
    return faits


def dossier_complet(personne: Personne, *, par: Habilitation) -> dict:
    """Le dossier entier, prêt pour JSON ; les précisions de santé n'y sont que si par peut les lire (RGPD art. 9)."""
    sante = dict(NoteSante.objects.pour(par).filter(cotation__evaluation__personne=personne).values_list("cotation_id", "texte"))
    evaluations = personne.evaluations.select_related("grille", "conduite_par").prefetch_related(
        "grille__echelons", "cotations__domaine"
    )
    professionnelles = personne.evaluations_professionnelles.select_related("fiche_de_poste", "evaluee_par")
    return {
        "format": FORMAT,
        "lisez_moi": LISEZ_MOI,
        "etabli_le": timezone.localdate(),
        "structure": personne.organisation.coordonnees,
        "personne": _identite(personne, sante=par.peut(Droit.SANTE_LIRE)),
        "premiers_contacts": _contacts(personne),
        "informations": _informations(personne),
        "entretiens": _entretiens(personne),
        "evaluations": [_evaluation(e, sante) for e in evaluations],
        "evaluations_professionnelles": [
            _evaluation_professionnelle(e) for e in professionnelles.prefetch_related("competences")
        ],
        "suites": _suites(personne),
        "insertion": _faits_de_l_insertion(personne, sante=par.peut(Droit.SANTE_LIRE)),
        "consultations": [
            {"le": timezone.localtime(t.le), "role": t.get_role_display(), "geste": t.get_geste_display(), "objet": t.objet}
            for t in Trace.objects.pour(par).filter(personne_id=personne.pk)
        ],
    }
