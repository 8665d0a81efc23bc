"""Chaque formulaire des comptes, champ par champ : comment il se nomme, s'il est à remplir, ce qui l'aide (RES-1)."""

import pytest

from cedre.comptes import forms as siens
from cedre.comptes.droits import Role
from cedre.comptes.forms import FicheForm, FiltreOrganisationsForm, FiltreTracesForm, InvitationForm, OrganisationForm
from cedre.comptes.fuseaux import Fuseau
from cedre.comptes.models import Organisation, Trace

NOM = {
    "prenom": ("Prénom *", "texte", {"autocomplete": "given-name"}, 80),
    "nom": ("Nom *", "texte", {"autocomplete": "family-name"}, 80),
}
NEUF, ADRESSE = {"autocomplete": "new-password"}, {"autocomplete": "email", "placeholder": "Adresse électronique"}
FICHE = {
    "nom": ("Nom *", "texte", {}, 160),
    "siret": ("SIRET", "texte", {"inputmode": "numeric"}, 20),
    "adresse": ("Adresse", "texte", {}, 200),
    "code_postal": ("Code postal", "texte", {}, 5),
    "commune": ("Commune", "texte", {}, 100),
    "fuseau": ("Heure", "liste", {}, None),
    "telephone": ("Téléphone", "texte", {"inputmode": "tel"}, 20),
    "courriel": ("Courriel", "email", {}, 254),
}
DATES = {
    "adhesion_le": "Adhésion",
    "charte_le": "Signature de la charte",
    "convention_tripartite_le": "Convention tripartite",
    "experimentation_le": "Participation à l’expérimentation, depuis le",
    "fin_formation_action_le": "Fin de la formation-action",
}
ATTENDUS = {
    "ConnexionForm": {
        "login": ("Courriel *", "email", ADRESSE, 320),
        "password": ("Mot de passe *", "secret", {"autocomplete": "current-password", "placeholder": "Mot de passe"}, None),
    },
    "OubliForm": {"email": ("Courriel *", "email", ADRESSE, 320)},
    "DemandeDeCodeForm": {"email": ("Adresse électronique *", "email", ADRESSE, 320)},
    "CodeRecuForm": {"code": ("Code reçu *", "texte", {"autocomplete": "one-time-code", "placeholder": "Code"}, None)},
    "NomForm": NOM,
    "OuvertureForm": NOM
    | {
        "mot_de_passe": ("Mot de passe *", "secret", NEUF, 200),
        "confirmation": ("Le même, pour confirmer *", "secret", NEUF, 200),
    },
    "InvitationForm": {
        "courriel": ("Courriel de la personne *", "email", {"autocomplete": "off"}, 320),
        "role": ("Rôle *", "boutons", {}, None),
    },
    "FicheForm": FICHE,
    "OrganisationForm": {
        "nature": ("Nature *", "liste", {}, None),
        "type_siae": ("Type de structure", "liste", {}, None),
        **FICHE,
        "region": ("Association régionale", "liste", {}, None),
        "ensemblier": ("Ensemblier", "liste", {}, None),
    }
    | {nom: (libelle, "date", {}, None) for nom, libelle in DATES.items()},
    "FiltreOrganisationsForm": {
        "q": ("Nom ou commune", "search", {}, 80),
        "nature": ("Nature", "liste", {}, None),
        "type_siae": ("Type", "liste", {}, None),
        "region": ("Région", "liste", {}, None),
    },
    "FiltreTracesForm": {
        "compte": ("Qui", "liste", {}, None),
        "geste": ("Geste", "liste", {}, None),
        "du": ("Du", "date", {}, None),
        "au": ("Au", "date", {}, None),
        "dossier": ("Dossier n°", "texte", {"inputmode": "numeric"}, None),
    },
}
EN_MOTS = {"select": "liste", "radio": "boutons", "password": "secret", "text": "texte"}


def lire(champ) -> tuple:
    """Son nom, étoilé s'il est à remplir, ce que l'on y voit, ses attributs, sa longueur."""
    sorte, attributs = champ.widget.input_type, dict(champ.widget.attrs)
    longueur = attributs.pop("maxlength", None)
    return f"{champ.label}{' *' * champ.required}", EN_MOTS.get(sorte, sorte), attributs, longueur and int(longueur)


@pytest.mark.parametrize("nom", ATTENDUS)
def test_chaque_champ_se_nomme_se_tape_et_se_borne_comme_attendu(ici, nom):
    reste = {"InvitationForm": {"roles": frozenset()}}
    reste |= dict.fromkeys(("OrganisationForm", "FiltreOrganisationsForm", "FiltreTracesForm"), {"habilitation": ici.hab["ca"]})
    form = getattr(siens, nom)(**reste.get(nom, {}))
    assert {champ: lire(form.fields[champ]) for champ in form.fields} == ATTENDUS[nom]
    assert [*form.fields] == [*ATTENDUS[nom]], "dans l’ordre où on les remplit"


def test_ce_qui_aide_a_remplir_une_fiche_se_lit_sous_son_champ(ici):
    aides = {
        "siret": "14 chiffres ; les espaces sont acceptés.",
        "fuseau": "Un jour, une échéance, un compte se lisent à cette heure.",
    }
    assert {nom: champ.help_text for nom, champ in FicheForm().fields.items() if champ.help_text} == aides
    form = OrganisationForm(habilitation=ici.hab["direction"])
    assert {nom: champ.help_text for nom, champ in form.fields.items() if champ.help_text} == aides | {
        "type_siae": "Pour une structure seulement.",
        "region": "Pour une structure ou un ensemblier.",
        "ensemblier": "Pour une structure qui en fait partie.",
        "experimentation_le": "La première expérimentation, de mars 1998 à juin 2004.",
    }
    assert "au minimum 12 caractères" in siens.OuvertureForm().fields["mot_de_passe"].help_text


def test_une_liste_commence_par_ce_qui_ne_filtre_rien(ici):
    qui = {"habilitation": ici.hab["direction"]}
    reseau, traces = FiltreOrganisationsForm(**qui).fields, FiltreTracesForm(**qui).fields
    assert reseau["nature"].choices == [("", "Toutes"), *Organisation.Nature.choices]
    assert reseau["type_siae"].choices == [("", "Tous"), *Organisation.TypeSiae.choices]
    assert traces["geste"].choices == [("", "Tous"), *Trace.Geste.choices]
    assert (reseau["region"].empty_label, traces["compte"].empty_label) == ("Toutes", "Tout le monde")
    roles = InvitationForm(roles=frozenset({Role.DIRECTION, Role.CIP})).fields["role"].choices
    assert roles == [("cip", Role.CIP.label), ("direction", "Direction")]
    assert FicheForm().fields["fuseau"].choices == [("", "Celle de son code postal"), *Fuseau.choices]


def test_l_heure_d_une_organisation_neuve_est_celle_de_son_code_postal_celle_d_une_autre_reste_la_sienne(ici):
    assert FicheForm().initial["fuseau"] == "" and FicheForm(instance=ici.organisation).initial["fuseau"] == "Europe/Paris"
    for dite, lue in (("", "Indian/Reunion"), ("America/Cayenne", "America/Cayenne")):
        form = FicheForm({"nom": "Neuve", "code_postal": "97410", "fuseau": dite})
        assert form.is_valid() and form.cleaned_data["fuseau"] == lue
    form = FicheForm({"nom": "Neuve", "code_postal": "9741012"})
    assert not form.is_valid() and form.cleaned_data["fuseau"] == "Europe/Paris", "un code postal illisible n’en dit pas"


@pytest.mark.parametrize("numero, lu", [("0", None), ("1", 1), (str(2**63 - 1), 2**63 - 1), (str(2**63), None)])
def test_un_numero_de_dossier_tient_dans_la_base(ici, numero, lu):
    form = FiltreTracesForm({"dossier": numero}, habilitation=ici.hab["direction"])
    assert form.is_valid() is (lu is not None) and form.cleaned_data.get("dossier") == lu


STRUCTURE = {"nature": "structure", "type_siae": "AI", "nom": "Neuve"}


@pytest.mark.parametrize(
    "saisie, fautes",
    [
        (STRUCTURE, {}),
        (STRUCTURE | {"siret": "1"}, {"siret": "Ce SIRET n’est pas valide : 14 chiffres, dont une clé de contrôle."}),
        (STRUCTURE | {"type_siae": ""}, {"type_siae": "Dites si la structure est une AI, une ETTI, une EI ou un ACI."}),
        (STRUCTURE | {"nature": "region"}, {"type_siae": "Une organisation de nature « Association régionale » n’en a pas."}),
    ],
)
def test_une_faute_de_fiche_se_dit_mot_pour_mot(ici, saisie, fautes):
    form = OrganisationForm(saisie, habilitation=ici.hab["direction"])
    lues = {champ: [str(dit) for dit in dits] for champ, dits in form.errors.items()}
    assert lues == {champ: [dit] for champ, dit in fautes.items()}


def test_un_mot_de_passe_confirme_autrement_se_dit_sous_la_confirmation(db):
    saisie = {"prenom": "Ana", "nom": "Neuve", "mot_de_passe": "un mot de passe assez long"}
    for confirmation, fautes in (
        ("un autre", {"confirmation": ["Les deux mots de passe ne sont pas les mêmes."]}),
        ("un mot de passe assez long", {}),
        ("", {"confirmation": ["Ce champ est obligatoire."]}),
    ):
        assert siens.OuvertureForm(saisie | {"confirmation": confirmation}).errors == fautes
