"""Ce que chaque colonne d'un import donne : dates possibles, termes du cadre commun, référent, ce qui n'est jamais lu (§4)."""

from collections import Counter
from datetime import date

import pytest
import time_machine

from cedre.core.cellules import Douteux, Invalide, choix
from cedre.core.colonnes import proposer
from cedre.core.tableau import Ligne, Tableau
from cedre.core.texte import normaliser
from cedre.observatoire.models import Terme
from cedre.parcours.importation.colonnes import (
    SEXES,
    USAGES,
    colonnes_d_identite,
    colonnes_de_personne,
    manque_au_dossier,
    nom_propre,
    raison_d_ecarter,
    terme_de,
    un_nom,
)
from cedre.parcours.importation.contrats import colonnes_de_contrat, manque_au_contrat
from cedre.parcours.importation.heures import COLONNES


@pytest.fixture
def colonnes(ici):
    """Les colonnes d'une personne, par leur nom, le 18 mars 2026."""
    with time_machine.travel("2026-03-18T10:00:00+01:00", tick=False):
        yield {c.nom: c for c in colonnes_de_personne(ici.hab["direction"])}


def accepte(colonne, cellule) -> bool:
    """Vrai si cette colonne lit cette cellule sans la refuser."""
    try:
        return colonne.lire(cellule) is not None
    except Invalide:
        return False


@pytest.mark.parametrize(
    ("nom", "dates"),
    [
        ("date_naissance", {"18/03/2012": True, "19/03/2012": False}),  # quatorze ans ce jour-là
        ("date_contact", {"18/03/2026": True, "19/03/2026": False, "01/01/1990": True, "31/12/1989": False}),
        ("date_inscription", {"18/03/2026": True, "19/03/2026": False, "01/01/1990": True, "31/12/1989": False}),
    ],
)
def test_une_date_se_lit_jusqu_a_sa_borne_comprise(colonnes, nom, dates):
    assert {dite: accepte(colonnes[nom], dite) for dite in dates} == dates


@pytest.mark.parametrize(
    ("liste", "ecrits"),
    [
        (
            "prescripteur",
            {
                "FT": "france_travail",
                "Pôle emploi": "france_travail",
                "MLJ": "mission_locale",
                "Cap emploi": "cap_emploi",
                "CD": "dept",
                "Assistante sociale": "dept",
                "CIAS": "ccas",
                "Aide sociale à l’enfance": "ase",
                "PIJ": "pij_bij",
                "Association": "orienteur",
                "Bouche à oreille": "spontanee",
                "NSP": None,
                "Inconnu": "non_connu",
            },
        ),
        (
            "niveau_formation",
            {
                "Bac +5": "10",
                "Licence": "20",
                "BTS": "30",
                "Bac": "40",
                "Bac pro": "41",
                "Niveau V": "50",
                "CAP": "51",
                "Sans diplôme": "70",
                "Brevet": "70",
                "Non scolarisée": "01",
            },
        ),
        (
            "duree_chomage",
            {
                "0": "moins_6",
                "5 mois": "moins_6",
                "6": "6_11",
                "11 mois": "6_11",
                "12": "12_23",
                "depuis 23 mois": "12_23",
                "1 an": "12_23",
                "24": "24_plus",
                "2 ans": "24_plus",
            },
        ),
        ("prestations", {"RSA socle": "rsa", "Chômage": "are", "Prime d’activité": "prime_activite"}),
    ],
)
def test_un_terme_se_reconnait_a_son_nom_d_usage(colonnes, liste, ecrits):
    def code(lu):
        lu = lu[0] if isinstance(lu, tuple | list) else lu
        return lu and lu.code

    assert {ecrit: code(colonnes[liste].lire(ecrit)) for ecrit in ecrits} == ecrits


@pytest.mark.parametrize("liste", USAGES)
def test_chaque_nom_d_usage_est_celui_d_un_terme_et_d_un_seul(db, liste):
    termes = list(Terme.objects.de(liste))
    assert set(USAGES[liste]) <= {t.code for t in termes}
    usages = [usage for ecrits in USAGES[liste].values() for usage in ecrits.split()]
    assert len(usages) == len(set(usages))
    lire = terme_de(termes, liste, choix)
    lus = {usage: lire(usage.replace("_", " ")).code for ecrits in USAGES[liste].values() for usage in ecrits.split()}
    assert lus == {usage: code for code, ecrits in USAGES[liste].items() for usage in ecrits.split()}


@pytest.mark.parametrize(
    ("ecrit", "code", "precision"),
    [
        ("ML de Villebrune", "mission_locale", "ML de Villebrune"),
        ("Villebrune ML", "non_connu", "Villebrune ML"),  # deux lettres ne se reconnaissent qu'en tête
        ("Mme Roux, mission locale jeunes", "mission_locale", "Mme Roux, mission locale jeunes"),
        ("Association Mission locale", "mission_locale", "Association Mission locale"),  # le plus long l'emporte
        ("Mission locale", "mission_locale", ""),
    ],
)
def test_un_prescripteur_noye_dans_un_texte_garde_le_texte(colonnes, ecrit, code, precision):
    try:
        terme, dit = colonnes["prescripteur"].lire(ecrit)
    except Douteux as doute:
        terme, dit = doute.valeur
    assert (terme.code, dit) == (code, precision)


def test_une_personne_referente_se_dit_par_son_courriel_son_nom_entier_ou_son_nom_s_il_est_le_seul(ici, colonnes):
    cip = ici.hab["cip"].compte
    lire = colonnes["referent"].lire
    assert {lire(ecrit) for ecrit in (cip.email.upper(), "Mme Ici Cip", "cip ICI")} == {cip}
    for ecrit in ("Ici", "accueil@ici.example", "Accueil Ici"):  # toute l'équipe se nomme Ici ; l'accueil ne suit personne
        with pytest.raises(Douteux, match="laissée vide"):
            lire(ecrit)
    cip.nom = "Unique"
    cip.save()
    (referent,) = (c for c in colonnes_de_personne(ici.hab["direction"]) if c.nom == "referent")
    assert referent.lire("unique") == cip and referent.lire("-") is None


def test_le_sexe_se_lit_d_une_civilite_d_une_lettre_ou_d_un_chiffre():
    assert {
        ecrit: SEXES[ecrit] for ecrit in ("m", "mme", "mlle", "h", "f", "1", "2", "homme", "femme", "masculin", "feminin")
    } == {
        **dict.fromkeys(("m", "h", "1", "homme", "masculin"), "H"),
        **dict.fromkeys(("mme", "mlle", "f", "2", "femme", "feminin"), "F"),
    }


def test_un_nom_crie_ou_chuchote_reprend_ses_majuscules_et_perd_sa_civilite():
    assert [nom_propre(n) for n in ("DUPRÉ-ROUX", "d’arc", "McDonald")] == ["Dupré-Roux", "D’Arc", "McDonald"]
    assert [un_nom(n) for n in ("Mme DUPRÉ", "Monsieur Roux", "Martin")] == ["Dupré", "Roux", "Martin"]
    with pytest.raises(Invalide, match="n’est pas un nom"):
        un_nom("123")


@pytest.mark.parametrize("nom", ["adresse", "demande"])
def test_un_numero_de_securite_sociale_est_ote_d_un_texte_et_on_le_dit(colonnes, nom):
    with pytest.raises(Douteux, match="sécurité sociale") as doute:
        colonnes[nom].lire("3 rue A, 2 80 02 99 123 456 78, fond de cour")
    assert doute.value.valeur == "3 rue A, …, fond de cour"
    assert colonnes[nom].lire("3 rue A, 06 12 34 56 78") == "3 rue A, 06 12 34 56 78"


@pytest.mark.parametrize(
    ("titre", "mot"),
    [
        *((titre, "sécurité sociale") for titre in ("NIR", "N° SS", "Num SS", "Sécurité sociale", "n° sécu")),
        *((titre, "santé") for titre in ("Santé", "Médecin traitant", "RQTH", "Handicap", "AAH", "MDPH", "BOETH", "Psychologue")),
        *((titre, "justice") for titre in ("Justice", "Casier", "Suivi judiciaire", "TIG", "Incarcération", "Peine")),
        *((titre, "sensible") for titre in ("Religion", "Origine ethnique", "Syndicat", "Opinions")),
        *((titre, "") for titre in ("Origine", "Assurance", "Position", "Peintre", "Prisonnette", "Nom", "Observations")),
    ],
)
def test_une_colonne_sensible_s_ecarte_a_son_titre_et_les_autres_se_lisent(titre, mot):
    raison = raison_d_ecarter(Tableau([titre], 1, [Ligne(2, ["x"])]), 0)
    assert (mot in raison) if mot else raison == ""


@pytest.mark.parametrize(("nombre", "ecartee"), [(1, False), (2, True)])  # de six valeurs, un tiers
def test_une_colonne_pleine_de_numeros_de_securite_sociale_s_ecarte_a_son_contenu(nombre, ecartee):
    valeurs = [f"28002991234{n:02}78" for n in range(nombre)] + [f"A-{n}" for n in range(6 - nombre)]
    tableau = Tableau(["Code"], 1, [Ligne(n, [v]) for n, v in enumerate(valeurs, 2)])
    assert bool(raison_d_ecarter(tableau, 0)) == ecartee


def test_deux_colonnes_n_ont_pas_le_meme_nom_d_usage_et_chaque_libelle_mene_a_la_sienne(ici):
    par = ici.hab["direction"]
    for attendues in (colonnes_de_personne(par), colonnes_de_contrat(par), COLONNES):
        usages = [usage for c in attendues for usage in {normaliser(ecrit) for ecrit in (c.libelle, *c.alias)}]
        assert [u for u, n in Counter(usages).items() if n > 1] == []
        assert proposer([c.libelle for c in attendues], attendues) == {n: c.nom for n, c in enumerate(attendues)}


@pytest.mark.parametrize("titres", [["Pass du", "PASS"], ["PASS", "Pass du"], ["Pass du"]])
def test_pass_du_est_le_premier_jour_du_pass_et_pass_son_numero(ici, titres):
    attendu = {"PASS": "pass_numero", "Pass du": "pass_debut"}
    trouvees = proposer(titres, colonnes_de_contrat(ici.hab["direction"]))
    assert trouvees == {rang: attendu[titre] for rang, titre in enumerate(titres)}


def test_d_une_personne_il_faut_le_nom_et_le_prenom_et_d_un_contrat_qui_sa_nature_et_son_debut():
    obligatoires = {c.nom for c in colonnes_d_identite() if c.obligatoire}
    assert obligatoires == {"nom", "prenom"}
    for champs in ({"nom", "prenom"}, {"nom_prenom"}, {"prenom_nom"}):
        assert manque_au_dossier(champs) == "" == manque_au_contrat(champs | {"nature", "debut"})
        assert manque_au_contrat(champs | {"nature"}) and manque_au_contrat(champs | {"debut"})
    for champs in ({"nom"}, {"prenom", "reference"}, set()):
        assert manque_au_dossier(champs)
    assert manque_au_contrat({"reference", "nature", "debut"}) == ""
    assert manque_au_contrat({"prenom", "nature", "debut"})


@pytest.mark.parametrize("type_siae", ["AI", "ACI"])
def test_les_natures_de_contrat_sont_celles_que_l_ecran_propose_a_cette_structure(ici, type_siae):
    par = ici.hab["direction"]
    par.organisation.type_siae = type_siae
    (nature,) = (c for c in colonnes_de_contrat(par) if c.nom == "nature")
    assert accepte(nature, "CDDU") == (type_siae == "AI")
    assert nature.lire("CDD d’insertion").code == "cddi"


@time_machine.travel("2026-03-18T10:00:00+01:00", tick=False)
def test_les_dates_d_un_contrat_peuvent_etre_a_venir(ici):
    colonnes = {c.nom: c for c in colonnes_de_contrat(ici.hab["direction"])}
    for nom in ("debut", "fin_prevue", "pass_fin"):
        assert colonnes[nom].lire("30/06/2027") == date(2027, 6, 30)
