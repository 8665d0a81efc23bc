"""Les récits : des histoires d'usage jouées dans le Chromium de Debian, contre un serveur vivant et sa base.

L'écran a 1280 points, ou 375 si le récit se joue « au_telephone ». Tout récit échoue si la page écrit une erreur dans la
console du navigateur.
"""

import json
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """Une base SQLite dans un fichier : en mémoire, tous les fils du serveur partageraient une seule transaction."""
    base = settings.DATABASES["default"]
    if base["ENGINE"].endswith("sqlite3"):
        base["TEST"] = {**base.get("TEST", {}), "NAME": str(tmp_path_factory.mktemp("base") / "recits.sqlite3")}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Le navigateur de la machine, jamais un navigateur téléchargé."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": OPTIONS}


BUREAU, TELEPHONE = 1280, 375  # points CSS
au_telephone = pytest.mark.parametrize("largeur", [TELEPHONE])
au_bureau_et_au_telephone = pytest.mark.parametrize("largeur", [BUREAU, TELEPHONE], ids=["bureau", "telephone"])


@pytest.fixture
def largeur() -> int:
    """La largeur de l'écran où le récit se joue."""
    return BUREAU


@pytest.fixture
def browser_context_args(browser_context_args, live_server, largeur):
    """Un navigateur français, chez lui sur le serveur d'essai : page.goto("/…") suffit."""
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": "fr-FR",
        "timezone_id": "Europe/Paris",
        "viewport": {"width": largeur, "height": 800},
    }


@pytest.fixture
def page(page):
    """La page du récit ; toute erreur de script ou de politique de sécurité (CSP) fait échouer l'essai.

    Quitter une page interrompt ses demandes : htmx l'écrit, ce n'est pas une erreur.
    """
    erreurs, sans_gravite = [], ("Failed to load", "htmx:sendAbort", "htmx:afterRequest")
    page.on("pageerror", lambda e: erreurs.append(str(e)))
    page.on("console", lambda m: erreurs.append(m.text) if m.type == "error" and not m.text.startswith(sans_gravite) else None)
    yield page
    assert not erreurs


@pytest.fixture
def entrer(context, live_server):
    """Fait entrer quelqu'un sans passer par la page de connexion : entrer(ici, "cip")."""

    def _entrer(monde, role: str) -> None:
        session = monde.client(role).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    return _entrer


# Le contraste, trois quarts du calcul d'axe, ne dépend que de ce que la feuille de style lit : la suite des éléments qui mènent
# à un texte, leurs classes et leurs attributs. Une suite déjà jugée à cette largeur ne l'est pas une seconde fois.
FAUTES = """
async connues => {
    const vues = new Set(connues)
    const lu = a => /^(class|style|fill|aria-|type$)/.test(a.name) ? a.name + a.value : a.name
    const dite = e => [e.tagName, ...Array.from(e.attributes, lu)]
    const suites = new Map([[document.documentElement, ""]]), neufs = new Map()
    for (const e of document.body.querySelectorAll("*")) suites.set(e, "")
    for (const e of suites.keys()) {
        suites.set(e, (suites.get(e.parentElement) ?? "") + ">" + dite(e))
        const parle = Array.from(e.childNodes).some(n => n.nodeType == 3 && n.data.trim()) || "value" in e
        if (parle && e.checkVisibility() && !vues.has(suites.get(e))) neufs.set(suites.get(e), e)
    }
    const rapports = [await axe.run({resultTypes: ["violations"], rules: {"color-contrast": {enabled: false}}})]
    if (neufs.size) rapports.push(await axe.run({include: [...neufs.values()]}, {runOnly: ["color-contrast"]}))
    const fautes = rapports.flatMap(r => r.violations).filter(v => ["serious", "critical"].includes(v.impact))
    return [fautes.map(v => ({regle: v.id, gravite: v.impact, ou: v.nodes.map(n => n.target)})), [...neufs.keys()]]
}
"""
_vues: dict[int, set[str]] = {}


def _fautes_graves(page) -> list[dict]:
    vues = _vues.setdefault(page.viewport_size["width"], set())
    page.evaluate(Axe().axe_script)
    fautes, neuves = page.evaluate(FAUTES, [*vues])
    vues.update(neuves)
    return fautes


@pytest.fixture
def verifier_page(page):
    """Vérifie ce que toute page doit : aucune faute d'accessibilité grave, et rien qui déborde, au bureau ni au téléphone.

    partout : la faute d'accessibilité se cherche aussi à l'autre largeur.
    """

    def _verifier(*, partout: bool = False) -> None:
        page.wait_for_load_state()
        ecran = page.viewport_size
        for points in (*{BUREAU, TELEPHONE} - {ecran["width"]}, ecran["width"]):
            page.set_viewport_size({**ecran, "width": points})
            tient = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert tient, f"{page.url} déborde à {points} points"
            fautes = _fautes_graves(page) if partout or points == ecran["width"] else []
            assert not fautes, f"{page.url} à {points} points : {json.dumps(fautes, ensure_ascii=False, indent=1)}"

    return _verifier
