"""Ce que chaque page reçoit et demande : ses champs, leurs mots, leurs bornes, et ce qu'elle propose d'avance.

« pages.txt » dit, page par page (« ## route (modèle), rôle : état »), ce que reçoit la page, puis les champs de ses formulaires,
une étoile à ceux qu'elle exige, et ce qu'ils proposent. « formulaires.txt » dit une fois chaque champ : ses mots, comment il se
remplit, son aide. Une date s'y compte en jours à partir d'aujourd'hui, un numéro y est « n ».
"""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from numbers import Number
from pathlib import Path

import pytest
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cedre.core.formulaires import DateInput, HeureInput
from cedre.observatoire.models import Terme
from cedre.parcours import models
from cedre.parcours.forms.au_travail import EvaluationDuClientForm
from cedre.parcours.forms.droits import PurgeForm
from cedre.parcours.forms.espace import CodeDEspaceForm, ObjectifProposeForm, ReponseForm
from cedre.parcours.forms.importation import ColonnesForm
from cedre.tests.adresses import appeler, formulaires

ICI = Path(__file__).parent


def sections(nom: str, marque: str) -> dict[str, list[str]]:
    """Chaque titre du fichier, et ses lignes."""
    textes = (ICI / nom).read_text("utf-8").split(f"{marque} ")[1:]
    return {titre: suite for titre, *suite in (texte.strip().splitlines() for texte in textes)}


PAGES, FORMULAIRES = sections("pages.txt", "##"), sections("formulaires.txt", "##")
SORTES = {
    DateInput: "date",
    HeureInput: "heure",
    forms.Textarea: "texte",
    forms.RadioSelect: "boutons",
    forms.Select: "liste",
    forms.CheckboxInput: "case",
    forms.CheckboxSelectMultiple: "cases",
    forms.HiddenInput: "caché",
    forms.TextInput: "ligne",
    forms.NumberInput: "nombre",
    forms.EmailInput: "courriel",
    forms.FileInput: "fichier",
}
NUMEROTE = re.compile(r"^(personne|accompagnateur|commentaire|precision|niveau|observation|resultat|mets|action)([-_])[0-9]+$")
VARIENT = {"mois", "precedent", "suivant", "lundi", "avant", "apres", "type_choisi"}  # d’un jour, ou d’une base, à l’autre
TITRE = re.compile(r"(\w+)(?: \((\w+)\))?(?:, (\w+))?(?: : (.+))?")


def hier() -> date:
    return timezone.localdate() - timedelta(days=1)


def _engagement_suivant(monde) -> None:
    """L'engagement de l'essai en suit un autre, que la mise en situation et l'action prévue servent encore."""
    suivi = models.Engagement.objects.create(
        personne=monde.personne,
        type_engagement=monde.engagement.type_engagement,
        etat="clos",
        debut=timezone.localdate() - timedelta(days=60),
        clos_le=timezone.localdate() - timedelta(days=30),
    )
    models.MiseEnSituation.objects.update(engagement=suivi, objectif=suivi.objectifs.create(libelle="Passer le permis"))
    models.ActionAssociee.objects.update(engagement=suivi)


ETATS = {
    None: lambda monde: None,
    "clos": lambda monde: models.Bilan.objects.update(
        etat="clos", le=timezone.localdate(), clos_le=timezone.now(), suite="prolonger", suite_le=timezone.localdate()
    ),
    "tenu": lambda monde: models.Entretien.objects.update(etat="realise", issue="inscription", le=timezone.localdate()),
    "validée": lambda monde: models.Evaluation.objects.update(validee_le=timezone.now()),
    "rompu": lambda monde: models.Contrat.objects.update(
        rompu_le=timezone.localdate(), motif_rupture=Terme.objects.de("motif_rupture")[0]
    ),
    "projet": lambda monde: models.Engagement.objects.update(etat="projet"),
    "sans bilan": lambda monde: models.Bilan.objects.update(etat="annule", annule_le=timezone.localdate()),
    "sans référent": lambda monde: models.Personne.objects.update(referent=None),
    "sans demande": lambda monde: models.Contact.objects.all().delete(),
    "d’un suivant": lambda monde: _engagement_suivant(monde),
    "sans objectif": lambda monde: models.MiseEnSituation.objects.update(objectif=None, engagement=None),
    "passée": lambda monde: [m.objects.update(le=hier()) for m in (models.InformationCollective, models.Seance)],
    "travaillé ce mois": lambda monde: models.Heures.objects.update(le=timezone.localdate()),
    "suivie": lambda monde: models.SuiviAMinima.objects.create(
        personne=monde.personne, objectif="Permis", du=hier(), echeance=hier() + timedelta(days=31)
    ),
    "du dossier clos": lambda monde: models.Personne.objects.update(phase="sans_suite"),
}


def en_jours(texte: str) -> str:
    """Un texte qui cite une date de l'essai, ou le numéro d'une ligne : les mêmes tous les jours."""
    texte = re.sub(r"(\d\d)/(\d\d)/(\d{4})", lambda d: dite(date(int(d[3]), int(d[2]), int(d[1]))), texte)
    return re.sub(r"(?<=/)[0-9]+(?=/)", "n", texte)


def dite(valeur) -> str:
    """Une valeur : une date en jours à partir d'aujourd'hui, une ligne par sa sorte, une liste par ce qu'elle en a ou non."""
    if valeur is None or isinstance(valeur, bool):
        return {None: "rien", True: "oui", False: "non"}[valeur]
    if isinstance(valeur, date):
        jours = (valeur - timezone.localdate()).days
        return f"J{jours:+}" if abs(jours) < 2000 else f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, str):
        return f"« {en_jours(valeur)} »"
    if isinstance(valeur, Number | time):
        return f"{valeur.normalize():f}" if isinstance(valeur, Decimal) else str(valeur)
    if isinstance(valeur, QuerySet | list | tuple | dict | set) or hasattr(valeur, "paginator"):
        return "[…]" if valeur else "[]"
    return type(valeur).__name__


def proposee(champ: forms.BoundField) -> str:
    """Ce qu'un champ propose d'avance, tel qu'on le lit à l'écran."""
    depart, field = champ.form.get_initial_for_field(champ.field, champ.name), champ.field
    if depart in (None, "", [], False):
        return ""
    if isinstance(field, forms.ModelChoiceField):
        lignes = depart if isinstance(depart, list) else [depart]
        noms = (field.label_from_instance(field.queryset.get(pk=getattr(une, "pk", une))) for une in lignes)
        return " = " + en_jours(", ".join(noms))
    if isinstance(field, forms.ChoiceField):
        return f" = {dict(field.choices)[depart]}"
    return " = n" if champ.name == "id" else f" = {dite(depart)}"


def saisie(champ: forms.BoundField) -> str:
    """Comment un champ se remplit : sa sorte, ses bornes, ses choix, ce qu'il dit à qui l'oublie."""
    field, widget = champ.field, champ.field.widget
    plus = getattr(field, "max_value", None) or widget.attrs.get("max")
    bornes = {"≤": getattr(field, "max_length", None), "de ": getattr(field, "min_value", None), "à ": plus}
    dits = [SORTES[type(widget)], *(f"{sigle}{borne}" for sigle, borne in bornes.items() if borne is not None)]
    dites_ailleurs = ("cols", "maxlength", "min", "max", "step")
    dits += [f"{nom}={valeur}" for nom, valeur in sorted(widget.attrs.items()) if nom not in dites_ailleurs]
    if isinstance(field, forms.ModelChoiceField):
        vide = {None: "sans vide", "- Choisir une option -": ""}.get(field.empty_label, f"vide : {field.empty_label}")
        dits += [vide] if vide else []
    elif isinstance(field, forms.ChoiceField):
        dits.append(" / ".join(str(mot) for _, mot in getattr(widget, "choices", field.choices)))
    etats = {"comparé à son départ": field.show_hidden_initial, "blancs gardés": not getattr(field, "strip", True)}
    dits += [etat for etat, vrai in etats.items() if vrai]
    d_ordinaire = {}
    for classe in reversed(type(field).__mro__):
        d_ordinaire |= getattr(classe, "default_error_messages", {})
    dits += [f"{cle} : {dit}" for cle, dit in field.error_messages.items() if dit != d_ordinaire.get(cle) and cle != "null"]
    return ", ".join(dits)


def nom_de(champ: forms.BoundField) -> str:
    return NUMEROTE.sub(r"\1\2n", champ.name)


def definitions(form: forms.BaseForm) -> list[str]:
    """Ses champs, chacun dit : ses mots, comment il se remplit, son aide."""
    aides = (f" — {en_jours(champ.help_text)}" if champ.help_text else "" for champ in form)
    dits = (
        f"{nom_de(champ)} « {en_jours(str(champ.label))} » {saisie(champ)}{aide}" for champ, aide in zip(form, aides, strict=True)
    )
    return [*dict.fromkeys(dits)]


def demande(form: forms.BaseForm) -> str:
    """Ce qu'il demande ici : ses champs dans l'ordre, ce qui est exigé, ce qui est proposé."""
    libre = "" if form.use_required_attribute else " (le navigateur n’exige rien)"
    champs = (f"{nom_de(champ)}{'*' * champ.field.required}{' (figé)' * champ.field.disabled}{proposee(champ)}" for champ in form)
    return f"{type(form).__name__}{libre} : {', '.join(dict.fromkeys(champs))}"


def recu(contexte: dict) -> str:
    """Ce que reçoit une page : chaque nom et, si elle tient en un mot, sa valeur."""
    tues = {nom: type(valeur).__name__ for nom, valeur in contexte.items() if nom in VARIENT}
    tues |= {"mets": "n"} if isinstance(contexte.get("mets"), int) else {}  # son numéro
    return ", ".join(f"{nom} {tues.get(nom) or dite(valeur)}" for nom, valeur in sorted(contexte.items()))


def lue(monde, titre: str) -> tuple[list[str], list[forms.BaseForm]]:
    """Ce que reçoit et demande la page de ce titre ; et ses formulaires."""
    route, modele, role, etat = TITRE.fullmatch(titre).groups()
    ETATS[etat](monde)
    args = [getattr(models, modele).objects.first().pk] if modele else []
    args += {"evaluation_pro_nouvelle": [monde.fiche_de_poste.pk], "prendre_en_charge": ["sans_contact"]}.get(route, [])
    reponse = appeler(reverse(f"parcours:{route}", args=args), monde.hab[role or "direction"])
    assert reponse.code == 200
    feuille = reponse.contexte.get("feuille")
    trouves = formulaires([[reponse.contexte]]) + ([*feuille.lignes, feuille.ajout] if feuille else [])
    return [recu(reponse.contexte), *dict.fromkeys(map(demande, trouves))], trouves


def sont_dits(trouves: list[forms.BaseForm]) -> None:
    """Chaque champ est mot pour mot ce que le fichier en dit."""
    for form in trouves:
        assert [dit for dit in definitions(form) if dit not in FORMULAIRES[type(form).__name__]] == []


@pytest.mark.parametrize("titre", PAGES)
def test_chaque_page_recoit_et_demande_ce_qu_il_faut(embauchee, monkeypatch, titre):
    monkeypatch.setattr("cedre.parcours.operations.entretiens.date_proposee", lambda echeance: echeance)
    monkeypatch.setattr("cedre.parcours.views.bilans.date_proposee", lambda echeance: echeance)
    dit, trouves = lue(embauchee, titre)
    assert dit == PAGES[titre]
    sont_dits(trouves)


def test_les_formulaires_d_ailleurs_demandent_ce_qu_il_faut(embauchee):
    chez_le_client = models.EvaluationAuTravail(mise_en_situation=embauchee.mise_en_situation)
    importation = models.Importation.objects.get()
    importation.colonnes = [
        {"entete": "NOM", "champ": "nom", "exemples": ["Durand"], "ecartee": False},
        {"entete": "Santé", "champ": "", "exemples": [], "ecartee": True},
    ]
    trouves = [
        EvaluationDuClientForm(instance=chez_le_client),
        CodeDEspaceForm(),
        ReponseForm(),
        ObjectifProposeForm(),
        PurgeForm(initial={"dossiers": "1,2"}),
        ColonnesForm(importation=importation, habilitation=embauchee.hab["direction"]),
    ]
    assert [demande(form) for form in trouves] == [
        "EvaluationDuClientForm : signature*, le* = J+0, points_forts, a_travailler, objectif_avance, niveau_n",
        "CodeDEspaceForm : code*",
        "ReponseForm : nature*, texte",
        "ObjectifProposeForm : texte*",
        "PurgeForm : dossiers* = « 1,2 », sort* = Rendre anonyme, nombre*",
        "ColonnesForm : colonne_0 = Nom",
    ]
    sont_dits(trouves)
