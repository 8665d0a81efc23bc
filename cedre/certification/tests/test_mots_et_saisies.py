"""Les mots de chaque liste, la façon de saisir chaque champ, ce que la base refuse, ce que propose le menu (CER-1, AME-4)."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone

from cedre.certification.correspondance import Effet, SorteDeLien
from cedre.certification.forms import audits, editions, preuves, reunions
from cedre.certification.models import Appreciation, Audit, Constat, EditionDeposee, ReunionEvaluation, Revision
from cedre.certification.verdicts import Verdict
from cedre.comptes.gestes import Rubrique, a_lire, menu
from cedre.core.indicateurs import tous

JOUR = timezone.localdate()
HIER = JOUR - timedelta(days=1)


@pytest.mark.parametrize(
    "liste, mots",
    [
        (Verdict, ["Insuffisant", "Indéterminable", "À constater", "Engagé", "Satisfait", "Sans objet"]),
        (
            SorteDeLien,
            ["Identique", "Reformulée", "Élargie", "Restreinte", "Scindée", "Fusionnée", "Supprimée", "Nouvelle"],
        ),
        (Effet, ["Gardé", "À revoir", "Perdu"]),
        (Audit.Nature, ["Audit interne", "Audit croisé"]),
        (Audit.Etat, ["Demandé", "Décliné", "Prévu", "En cours", "Clos"]),
        (Constat.Nature, ["Force", "Piste de progrès", "Écart"]),
        (EditionDeposee.Etat, ["Brouillon", "Validée"]),
        (Appreciation.Valeur, ["Satisfait", "Insuffisant", "Sans objet"]),
        (ReunionEvaluation.Nature, ["Réunion d’évaluation", "Revue annuelle"]),
        (ReunionEvaluation.Etat, ["Prévue", "Tenue", "Close"]),
    ],
    ids=lambda une: getattr(une, "__qualname__", ""),
)
def test_chaque_mot_d_une_liste_se_lit(liste, mots):
    assert liste.labels == mots


def test_chaque_champ_se_saisit_comme_il_convient():
    formulaires = (
        *(audits.AuditInterneForm, audits.AuditCroiseForm, audits.AuditeurForm, audits.CommencerForm, audits.ConstatForm),
        *(audits.CloreAuditForm, editions.FichierForm, editions.ValidationForm, editions.CertificatForm, editions.RetraitForm),
        *(preuves.RevisionForm, preuves.DocumentForm, preuves.ParametreForm, reunions.ReunionForm, reunions.TenirForm),
    )
    saisies = {f.__name__: {nom: type(champ.widget).__name__ for nom, champ in f.base_fields.items()} for f in formulaires}
    revision = {"du": "DateInput", "au": "DateInput", "perime_le": "DateInput", "fichier": "FileInput"}
    assert saisies == {
        "AuditInterneForm": {
            "auditeur": "Select",
            "audite": "Select",
            "prevu_le": "DateInput",
            "chapitres": "CheckboxSelectMultiple",
        },
        "AuditCroiseForm": {
            "structure_auditrice": "Select",
            "audite": "Select",
            "prevu_le": "DateInput",
            "chapitres": "CheckboxSelectMultiple",
        },
        "AuditeurForm": {"auditeur": "Select"},
        "CommencerForm": {"le": "DateInput"},
        "ConstatForm": {"nature": "RadioSelect", "point": "TextInput", "texte": "Textarea"},
        "CloreAuditForm": {"synthese": "Textarea"},
        "FichierForm": {"fichier": "FileInput"},
        "ValidationForm": {"le": "DateInput", "noms": "Textarea"},
        "CertificatForm": {"organisation": "Select", "le": "DateInput"},
        "RetraitForm": {"motif": "TextInput"},
        "RevisionForm": revision,
        "DocumentForm": revision | {"intitule": "TextInput", "points": "CheckboxSelectMultiple"},
        "ParametreForm": {"du": "DateInput", "valeur": "NumberInput", "reference": "TextInput"},
        "ReunionForm": {"nature": "RadioSelect", "prevue_le": "DateInput", "du": "DateInput", "au": "DateInput"},
        "TenirForm": {
            "version": "HiddenInput",
            "le": "DateInput",
            "presents": "CheckboxSelectMultiple",
            "autres_presents": "TextInput",
            "compte_rendu": "Textarea",
            "conclusions": "Textarea",
        },
    }
    point = preuves.AutoevaluationForm(points=[type("Point", (), {"code": "1a"})], dites={}).fields
    assert [type(champ.widget).__name__ for champ in point.values()] == ["Select", "Textarea"]
    acceptes = [f.base_fields["fichier"].widget.attrs["accept"] for f in (editions.FichierForm, preuves.RevisionForm)]
    assert acceptes == [".yaml,.yml", ".pdf,.png,.jpg,.jpeg"]


@pytest.mark.deux_moteurs
@pytest.mark.parametrize(
    "ligne, refus",
    [
        (
            Audit(auditeur_id=1, audite_id=1, demande_le=JOUR),
            "Personne ne s’audite soi-même : choisissez quelqu’un d’autre.",
        ),
        (
            Audit(nature="croise", demande_le=JOUR),
            "Un audit croisé est mené par une autre structure ; un audit interne, par la sienne.",
        ),
        (
            Audit(auditeur_id=1, audite_id=2, demande_le=JOUR, mene_le=HIER),
            "Un audit se demande, se mène, puis se clôt, par quelqu’un que l’on nomme.",
        ),
        (Constat(texte=""), "Un constat dit ce que l’on a vu."),
        (EditionDeposee(etat="validee", validee_le=JOUR), "Dites qui a validé cette édition, et quand."),
        (EditionDeposee(etat="validee", validee_par="Odile Abel"), "Dites qui a validé cette édition, et quand."),
        (Revision(du=JOUR, au=HIER), "Le dernier jour vient après le premier."),
        (ReunionEvaluation(du=JOUR, au=HIER), "La période finit avant de commencer."),
        (ReunionEvaluation(du=HIER, au=JOUR, tenue_le=JOUR), "Une réunion tenue a son compte rendu."),
        (
            ReunionEvaluation(du=HIER, au=JOUR, tenue_le=JOUR, compte_rendu="Dit.", close_le=HIER),
            "Une réunion se clôt après s’être tenue.",
        ),
        (ReunionEvaluation(du=HIER, au=JOUR, close_le=JOUR), "Une réunion se clôt après s’être tenue."),
    ],
)
def test_ce_que_la_base_refuse_se_dit_en_une_phrase(db, ligne, refus):
    with pytest.raises(ValidationError) as dit:
        ligne.validate_constraints()
    assert dit.value.messages == [refus]


@pytest.mark.parametrize(
    "ligne",
    [
        Audit(demande_le=JOUR),
        Audit(auditeur_id=1, audite_id=2, demande_le=JOUR, mene_le=JOUR),
        Audit(auditeur_id=1, audite_id=2, demande_le=JOUR, mene_le=JOUR, clos_le=JOUR, verdicts={"chapitres": []}),
        Audit(nature="croise", structure_auditrice_id=2, organisation_id=1, demande_le=JOUR),
        EditionDeposee(etat="validee", validee_le=JOUR, validee_par="Odile Abel"),
        Revision(du=JOUR, au=JOUR),
        ReunionEvaluation(du=JOUR, au=JOUR, tenue_le=JOUR, compte_rendu="Dit.", close_le=JOUR),
    ],
)
def test_le_meme_jour_tout_peut_se_faire(db, ligne):
    ligne.validate_constraints()


def test_le_menu_de_la_qualite_et_ce_que_l_on_a_a_lire(ici, reseau):
    def qualite(hab):
        return [dit.libelle for rubrique, dits in menu(hab) if rubrique is Rubrique.QUALITE for dit in dits]

    des_siennes = ("Conformité", "Audits", "Réunions et revues")
    assert [dit for dit in qualite(ici.hab["qualite"]) if dit in des_siennes] == list(des_siennes)
    assert [dit for dit in qualite(reseau[0].hab["responsable_qualite"]) if dit in ("Référentiel", "Certifications")] == [
        "Référentiel"
    ]
    lues = {
        dit.libelle: dit.a_lire
        for hab in (ici.hab["ca"], reseau[0].hab["responsable_qualite"])
        for dit in a_lire(hab)
        if dit.route.startswith("certification:")
    }
    assert lues == {
        "Conformité": "Où en est la structure face au référentiel, et ce qu’elle a décidé.",
        "Réunions et revues": "Ce que l’équipe a regardé ensemble, et décidé.",
        "Référentiel": "Ses éditions, leurs différences, leur validation.",
        "Certifications": "Les structures certifiées, et jusqu’à quand.",
    }


def test_chaque_indicateur_dit_ce_qu_il_compte_et_d_ou_il_vient():
    dits = {code: tous()[code] for code in ("revue_annuelle", "audit_interne_mene")}
    assert {code: (une.libelle, une.definition, une.unite, une.source) for code, une in dits.items()} == {
        "revue_annuelle": (
            "Revue annuelle tenue",
            "La structure, quand elle a tenu une revue annuelle dans les douze mois, ce jour-là compris.",
            "structure",
            "Manuel qualité, revue annuelle (AME-4)",
        ),
        "audit_interne_mene": (
            "Audit interne ou croisé mené",
            "Structures dont un audit, interne ou croisé, s’est clos dans les douze mois qui finissent ce jour-là.",
            "structure",
            "Guide CEDRE, amélioration continue (AME-4)",
        ),
    }


def genre(gabarit: str, **contexte) -> str:
    """La couleur et l'icône sous lesquelles se dit un état."""
    return re.search(r'class="etat etat-(\w+)"', render_to_string(f"certification/{gabarit}.html", contexte))[1]


def test_un_verdict_un_audit_et_un_constat_ont_chacun_leur_couleur():
    assert {str(verdict): genre("_verdict", verdict=verdict) for verdict in Verdict} == {
        "insuffisant": "alerte",
        "indeterminable": "attention",
        "a_constater": "info",
        "engage": "info",
        "satisfait": "bien",
        "sans_objet": "neutre",
    }
    etats = ({"clos_le": JOUR}, {"declinee_le": JOUR}, {"mene_le": JOUR}, {}, {"auditeur_id": 1})
    assert [genre("_etat_audit", audit=Audit(**etat)) for etat in etats] == ["bien", "alerte", "info", "attention", "neutre"]
    constats = [genre("_constat", constat=Constat(nature=nature)) for nature in Constat.Nature]
    assert constats == ["bien", "info", "alerte"]
