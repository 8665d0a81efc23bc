"""Les règles de la maison, lues dans le code : rien à tenir à jour ici quand une page, un modèle ou un droit s'ajoute."""

import ast
import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey, Model

from cedre.comptes.acces import avec_droit
from cedre.comptes.droits import DROITS, Droit, Role
from cedre.comptes.gestes import page_de
from cedre.comptes.management.commands.documenter import page_des_droits
from cedre.comptes.partage import SORTES, Partage, modeles
from cedre.core.adresses import adresses
from cedre.core.indicateurs import tous
from cedre.core.lecture import EcritureInterdite

RACINE = Path(__file__).parents[2]
MODELES = [m for app in apps.get_app_configs() if app.name.startswith("cedre.") for m in app.get_models()]
SOURCES = [p for p in (RACINE / "cedre").rglob("*.py") if "migrations" not in p.parts]
CODE = [p for p in SOURCES if "tests" not in p.parts and p.name != "conftest.py"]
GABARITS = list((RACINE / "cedre").rglob("templates/**/*.html"))


ADRESSES = list(adresses())
GESTES = {route: vue.geste for route, vue in ADRESSES if hasattr(vue, "geste")}
MONTRES = [modele for geste in GESTES.values() for modele, _ in geste.montre]


def relatif(chemin: Path) -> str:
    """Un chemin court pour les messages."""
    return str(chemin.relative_to(RACINE))


# ── Droits et partage ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("route, vue", ADRESSES, ids=[r for r, _ in ADRESSES])
def test_chaque_vue_dit_son_droit(route, vue):
    assert getattr(vue, "droit", None) in {*Droit, "connecte", "public", "espace"}, (
        "il manque @avec_droit, @connecte, @public ou @espace"
    )


def test_la_matrice_donne_une_reponse_pour_chaque_role():
    assert DROITS.keys() == set(Role)
    assert {d for droits in DROITS.values() for d in droits} == set(Droit), "un droit n'est donné à personne"


def test_le_tableau_des_droits_est_a_jour():
    page = (RACINE / "docs" / "droits.md").read_text(encoding="utf-8")
    assert page == page_des_droits(), "relancez « cedre documenter » et relisez docs/droits.md"


@pytest.mark.parametrize("modele", MODELES, ids=lambda m: m.__name__)
def test_chaque_modele_dit_comment_il_se_partage(modele):
    partage = vars(modele).get("PARTAGE")
    assert type(partage) in SORTES, "PARTAGE : une sorte de comptes/partage.py, avec le chemin vers l’organisation"
    assert type(modele.objects.none()).pour is Partage.pour, "objects : un Partage"
    assert bout_du_chemin(modele, partage.organisation) in ("", "Organisation")
    assert bout_du_chemin(modele, partage.personne) in ("", "Personne")
    cites = {c.name for c in modele._meta.concrete_fields if isinstance(c, ForeignKey) and c.related_model.__name__ == "Personne"}
    assert cites <= {partage.personne}, "une ligne qui cite une personne est à son dossier"


def bout_du_chemin(modele: type[Model], chemin: str) -> str:
    """Le nom du modèle où mène un chemin ; « id » mène à la ligne elle-même, rien ne mène nulle part."""
    for etape in chemin.split("__") if chemin else ():
        modele = modele._meta.get_field(etape).related_model or modele
    return modele.__name__ if chemin else ""


def test_une_seule_porte_mene_aux_lignes():
    assert set(modeles()) == set(MODELES)
    assert [relatif(p) for p in CODE if re.search(r"def (pour|visibles)\(", p.read_text(encoding="utf-8"))] == [
        "cedre/comptes/partage.py"
    ]


def test_chaque_geste_a_un_nom_et_une_icone_de_la_planche():
    planche = (RACINE / "cedre" / "core" / "static" / "core" / "icones.svg").read_text(encoding="utf-8")
    icones = {"", *re.findall(r'<symbol id="([^"]+)"', planche)}
    assert [route for route, geste in GESTES.items() if not geste.libelle or geste.icone not in icones] == []


def test_un_geste_qui_part_d_un_objet_a_son_numero_dans_l_adresse():
    assert [route for route, geste in GESTES.items() if geste.sur and "<int:pk>" not in route] == []


def test_chaque_indicateur_a_un_geste_qui_y_remedie_et_un_geste_ne_remedie_qu_a_ce_qui_existe():
    remedies = {code for geste in GESTES.values() for code in geste.remedie}
    a_corriger = {code for code, i in tous().items() if i.se_corrige or i.par_objet}
    assert remedies == a_corriger, "remedie=(code,) sur la vue qui corrige une ligne"


def test_une_ligne_n_a_qu_une_page_et_la_connait():
    assert [m.__name__ for m in set(MONTRES) if MONTRES.count(m) > 1] == [], "deux pages montrent la même ligne"
    sans = [m for m in MONTRES if getattr(m, "get_absolute_url", None) is not page_de]
    assert [m.__name__ for m in sans] == [], "get_absolute_url = page_de"


def test_une_page_consultee_n_ecrit_jamais(ici, rf):
    @avec_droit(Droit.DOSSIER_LIRE)
    def fautive(request):
        ici.personne.save()

    requete = rf.get("/")
    requete.user, requete.habilitation = ici.hab["cip"].compte, ici.hab["cip"]
    with pytest.raises(EcritureInterdite):
        fautive(requete)


INTERDITS_DANS_LES_VUES = re.compile(r"\.objects\.(all|get)\(|get_object_or_404\(\s*[A-Z]\w+\s*,")


def test_les_vues_n_ont_qu_une_porte_vers_les_lignes():
    fautes = [
        f"{relatif(p)}:{n}"
        for p in CODE
        if "views" in relatif(p)
        for n, ligne in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if INTERDITS_DANS_LES_VUES.search(ligne)
    ]
    assert fautes == []


def test_l_image_des_etages_montre_ceux_du_contrat():
    contrat = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]
    montres = re.findall(r'font-weight="bold"[^>]*>(\w+)<', (RACINE / "docs" / "etages.svg").read_text(encoding="utf-8"))
    assert montres == [app for etage in contrat["layers"] for app in etage.split(" | ")]


# ── Code ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_aucun_fichier_ne_depasse_quatre_cents_lignes():
    longs = [relatif(p) for p in [*SOURCES, *GABARITS] if len(p.read_text(encoding="utf-8").splitlines()) > 400]
    assert longs == []


def test_aucun_fourre_tout():
    assert [relatif(p) for p in SOURCES if p.stem in ("utils", "helpers", "services", "managers", "signals")] == []


def test_aucun_import_dans_une_fonction():
    fautes = [
        f"{relatif(p)}:{interne.lineno}"
        for p in CODE
        for fonction in ast.walk(ast.parse(p.read_text(encoding="utf-8")))
        if isinstance(fonction, ast.FunctionDef | ast.AsyncFunctionDef)
        for interne in ast.walk(fonction)
        if isinstance(interne, ast.Import | ast.ImportFrom)
    ]
    assert fautes == []


def test_ce_qui_ne_sert_qu_aux_essais_ne_se_charge_pas_quand_le_site_tourne():
    groupes = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    d_essai = {re.match(r"[\w-]+", paquet)[0].replace("-", "_") for paquet in groupes["dev"]}
    fautes = [
        f"{relatif(p)} : {module}"
        for p in CODE
        for noeud in ast.walk(ast.parse(p.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.Import | ast.ImportFrom)
        for module in [getattr(noeud, "module", None), *(alias.name for alias in noeud.names)]
        if (module or "").split(".")[0] in d_essai
    ]
    assert fautes == []


UNE_ANNEE = re.compile(
    r"days=-?(36[456]|73[01]|109[56])|relativedelta\((years=-?1\b|months=-?(12|24|36)\b)"
    r"|(?<![\w-])-(36[4-6]|729|73[01]|109[4-6])\b"
)
UNE_DUREE_DE_LA_LOI = {"cedre/parcours/models/contrat.py"}  # le PASS IAE vaut 730 jours


def test_douze_mois_est_une_seule_chose():
    """Douze, vingt-quatre, trente-six mois sont des mois civils, et ne se comptent que dans core/dates.py : jamais 365 jours."""
    fautes = [
        f"{relatif(p)}:{n}"
        for p in CODE
        if relatif(p) not in {"cedre/core/dates.py", *UNE_DUREE_DE_LA_LOI} and "demonstration" not in p.parts
        for n, ligne in enumerate(p.read_text(encoding="utf-8").splitlines(), 1)
        if UNE_ANNEE.search(ligne)
    ]
    assert fautes == [], "douze_mois, des_mois, il_y_a ou UN_AN, de core/dates.py"


def test_ou_va_ce_qui_n_a_pas_de_jour_ne_se_decide_qu_en_un_lieu():
    """Les deux moteurs rangent l'absent à l'opposé : d_abord_sans et a_la_fin_sans, de core/dates.py, le placent."""
    assert [relatif(p) for p in CODE if "nulls_" in p.read_text(encoding="utf-8")] == ["cedre/core/dates.py"]


def test_un_refus_de_ce_qui_est_saisi_se_dit_a_cote_de_la_saisie():
    """refus_dit redirige, et perd ce qui est écrit : à un formulaire, refus_dans, qui le remontre."""
    fautes = [
        f"{relatif(p)}:{noeud.lineno}"
        for p in CODE
        for noeud in ast.walk(ast.parse(p.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.With) and "refus_dit" in ast.unparse(noeud.items[0]) and "form." in ast.unparse(noeud)
    ]
    assert fautes == []


def test_une_vue_ne_prend_rien_a_une_autre_vue():
    """Ce qui sert à deux vues descend d'un étage : dans l'app, ou dans core."""
    fautes = [
        f"{relatif(p)} : {noeud.module}"
        for p in CODE
        if "views" in relatif(p)
        for noeud in ast.walk(ast.parse(p.read_text(encoding="utf-8")))
        if isinstance(noeud, ast.ImportFrom) and re.match(r"cedre\.\w+\.views", noeud.module or "")
    ]
    assert fautes == []


def test_un_nom_de_classe_ne_sert_qu_a_une_chose():
    ou = defaultdict(set)
    for p in CODE:
        for classe in _publics(ast.parse(p.read_text(encoding="utf-8"))):
            if isinstance(classe, ast.ClassDef):
                ou[classe.name].add(relatif(p))
    doubles = {nom: sorted(fichiers) for nom, fichiers in ou.items() if len(fichiers) > 1 and nom != "Command"}
    assert doubles == {}


def test_aucun_accent_dans_les_noms():
    fautes = set()
    for p in SOURCES:
        for noeud in ast.walk(ast.parse(p.read_text(encoding="utf-8"))):
            nom = getattr(noeud, "name", None) or getattr(noeud, "id", None) or getattr(noeud, "arg", None)
            if isinstance(nom, str) and not nom.isascii():
                fautes.add(f"{relatif(p)}: {nom}")
    assert fautes == set()


def _publics(arbre: ast.Module):
    for noeud in arbre.body:
        if isinstance(noeud, ast.FunctionDef | ast.ClassDef) and not noeud.name.startswith("_"):
            yield noeud


@pytest.mark.parametrize("chemin", [p for p in CODE if p.stat().st_size], ids=relatif)
def test_ce_qui_est_public_dit_pourquoi(chemin):
    arbre = ast.parse(chemin.read_text(encoding="utf-8"))
    if chemin.name not in ("urls.py", "apps.py") and "commands" not in chemin.parts:
        assert ast.get_docstring(arbre), f"{relatif(chemin)} : une phrase en tête"
        muets = [n.name for n in _publics(arbre) if not ast.get_docstring(n)]
        assert muets == [], f"{relatif(chemin)} : {muets}"


def test_aucune_migration_ne_manque(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_chaque_nom_du_domaine_est_au_glossaire():
    glossaire = (RACINE / "docs" / "glossaire.md").read_text(encoding="utf-8").casefold()
    absents = [m.__name__ for m in MODELES if f"**{m._meta.verbose_name}**".casefold() not in glossaire]
    assert absents == []


def test_les_champs_du_domaine_se_nomment_sans_anglais():
    anglais = {"name", "date", "status", "created", "updated", "user", "owner", "type", "value", "phone", "address", "title"}
    fautes = [f"{m.__name__}.{f.name}" for m in MODELES for f in m._meta.local_fields if f.name in anglais]
    assert fautes == []


def _champs_de_texte(arbre: ast.Module):
    """Les champs de texte, de modèle ou de formulaire ; non le type que l'on donne à une expression."""
    appels = [noeud for noeud in ast.walk(arbre) if isinstance(noeud, ast.Call)]
    donnes = {id(valeur) for appel in appels for valeur in [*appel.args, *(cle.value for cle in appel.keywords)]}
    return [a for a in appels if getattr(a.func, "attr", "") in {"CharField", "RegexField", "TextField"} and id(a) not in donnes]


def test_tout_texte_a_un_maximum():
    """Au-delà, le refus se lit à côté du champ."""
    fautes = [
        f"{relatif(p)}:{appel.lineno}"
        for p in CODE
        for appel in _champs_de_texte(ast.parse(p.read_text(encoding="utf-8")))
        if "max_length" not in {cle.arg for cle in appel.keywords}
    ]
    assert fautes == []


# ── Gabarits ──────────────────────────────────────────────────────────────────────────────────────────────────────

DANS_UN_GABARIT = {
    "un style dans la page": re.compile(r'\sstyle="'),
    "un script dans la page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)"),
    "un gestionnaire dans la page": re.compile(r'\son[a-z]+="'),
    "une adresse extérieure": re.compile(r'(?:src|href)="https?://'),
    "une apostrophe droite": re.compile(r">[^<{]*\b[A-Za-zÀ-ÿ]'[a-zà-ÿ][^<{]*<"),
    "un nom de personne qui ne s’élide pas (|de)": re.compile(r"\bde \{\{ ?(?:\w+\.)*(?:personne|compte) ?\}\}"),
    "un |safe hors des formulaires": re.compile(r"(?<!help_text)\|safe"),
}


@pytest.mark.parametrize("faute", DANS_UN_GABARIT)
def test_les_gabarits_se_tiennent(faute):
    trouves = [relatif(g) for g in GABARITS if DANS_UN_GABARIT[faute].search(g.read_text(encoding="utf-8"))]
    assert trouves == [], faute


BALISE = re.compile(r"\{[%{].*?[%}]\}", re.DOTALL)
CHAINE = re.compile(r"""'[^']*'|"[^"]*\"""")
UN_DROIT = re.compile(r"\bdroits?\b|\.peut\b")


def test_aucun_gabarit_ne_nomme_un_droit():
    fautes = [
        f"{relatif(g)} : {balise}"
        for g in GABARITS
        for balise in BALISE.findall(g.read_text(encoding="utf-8"))
        if UN_DROIT.search(CHAINE.sub("", balise))
    ]
    assert fautes == [], "{% geste %}, {% vers %} ou habilitation|ouvre:route : la vue dit son droit"


def test_chaque_gabarit_sert():
    textes = "".join(p.read_text(encoding="utf-8") for p in [*CODE, *GABARITS])
    inutiles = []
    for g in GABARITS:
        nom = str(g.relative_to(next(p for p in g.parents if p.name == "templates")))
        surcharge = nom.split("/")[0] in ("account", "mfa", "usersessions", "allauth", "django")
        if not surcharge and f'"{nom}"' not in textes and f"'{nom}'" not in textes:
            inutiles.append(relatif(g))
    assert inutiles == []


def test_un_gabarit_ne_nomme_aucun_etage_au_dessus_du_sien():
    contrat = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]
    hauteur = {app: -rang for rang, etage in enumerate(contrat["layers"]) for app in etage.split(" | ")}
    fautes = []
    for g in GABARITS:
        app = g.relative_to(RACINE / "cedre").parts[0]
        texte = g.read_text(encoding="utf-8")
        nommes = set(re.findall(r"""\{% (?:include|extends) ["'](\w+)/""", texte))
        if app == "core":  # il ne connaît aucune page ; une page peut mener à une autre, plus haut
            nommes |= set(re.findall(r"""\{% url ["'](\w+):""", texte))
        fautes += [f"{relatif(g)} : {nom}" for nom in nommes if hauteur.get(nom, hauteur[app]) > hauteur[app]]
    assert fautes == []
