"""Réglages de Cèdre : tout vient de l'environnement, et tout est sûr si l'on n'y met rien.

En production il suffit de quatre variables : CEDRE_SECRET, CEDRE_CLES, CEDRE_HOTE et DATABASE_URL. La liste complète est dans
docs/architecture.md. CEDRE_DEMO=1 ouvre le mode d'essai, que la présence de CEDRE_HOTE interdit.
"""

import os
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import bootstrap_wrapper
import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.csp import CSP

RACINE = Path(__file__).resolve().parent
os.umask(0o077)  # base, courriels, fichiers déposés : rien de ce que Cèdre écrit ne se lit d'un autre compte de la machine
DONNEES = Path(os.environ.get("CEDRE_DONNEES", RACINE.parent / "donnees")).resolve()
DONNEES.mkdir(mode=0o700, parents=True, exist_ok=True)
DEMO = os.environ.get("CEDRE_DEMO") == "1"
ESSAIS = "PYTEST_VERSION" in os.environ
HOTE = os.environ.get("CEDRE_HOTE", "")
CLES = os.environ.get("CEDRE_CLES", "")  # le fichier de clés du coffre (docs/secrets.md), à côté des données s'il n'est pas nommé
SITE = f"https://{HOTE}" if HOTE else "http://localhost:8000"  # l'adresse que donnent les lettres écrites sans requête

if DEMO and HOTE:
    raise ImproperlyConfigured("CEDRE_DEMO et CEDRE_HOTE ne vont pas ensemble : le mode d'essai donne accès à tous les comptes.")


def _secret() -> str:
    """Le secret de l'environnement, sinon celui gardé dans les données, créé au premier démarrage."""
    if secret := os.environ.get("CEDRE_SECRET"):
        return secret
    fichier = DONNEES / "secret"
    if not fichier.exists():
        fichier.touch(mode=0o600)
        fichier.write_text(get_random_secret_key() + get_random_secret_key())
    return fichier.read_text()


DEBUG = False
SECRET_KEY = "secret des essais, sans valeur ailleurs, assez long pour les contrôles" if ESSAIS else _secret()
ALLOWED_HOSTS = [HOTE] if HOTE else ["localhost", "127.0.0.1", "[::1]"]
ROOT_URLCONF = "cedre.urls"
WSGI_APPLICATION = "cedre.wsgi.application"

INSTALLED_APPS = [
    "cedre.core",
    "cedre.comptes",
    "cedre.partenariats",
    "cedre.observatoire",
    "cedre.structures",
    "cedre.parcours",
    "cedre.regulation",
    "cedre.qualite",
    "cedre.certification",
    "cedre.portail",
    "cedre.demonstration",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_ox",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "cedre.core.middleware.Requete",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "cedre.core.middleware.Porte",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "cedre.comptes.middleware.Acces",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["cedre.core.typographie.Chargeur"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "cedre.comptes.contexte.habilitation",
                "cedre.portail.contexte.cadre",
                "cedre.demonstration.contexte.demo",
            ],
            "builtins": ["cedre.core.templatetags.cedre", "cedre.comptes.templatetags.gestes"],
        },
    }
]
FORM_RENDERER = "cedre.core.formulaires.Rendu"

# ── Base de données : SQLite embarqué, ou le serveur de DATABASE_URL ──────────────────────────────────────────────
DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{DONNEES / 'cedre.sqlite3'}", conn_health_checks=True)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "cached_statements": 1000,  # chaque compte d'un indicateur ne se prépare qu'une fois, quelle que soit la date
        # synchronous=FULL : ce que Cèdre a dit enregistré survit à une coupure (docs/decisions/0004).
        # secure_delete=ON : ce qui est effacé est écrasé (docs/decisions/0015).
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
        " PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; PRAGMA secure_delete=ON;",
    }
else:
    DATABASES["default"]["ENGINE"] = "cedre.core.postgresql"  # docs/decisions/0032
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {
        "pool": False if ESSAIS else {"min_size": 1, "max_size": 8, "timeout": 10},
        "prepare_threshold": 5,
        "server_side_binding": True,
        # D'une structure, les faits sont en mémoire : en chercher mille par l'index vaut mieux que tout lire (0032).
        "options": "-c jit=off -c random_page_cost=1.1 -c cpu_tuple_cost=0.03",
    }

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # 300 par défaut : qui en remplirait davantage effacerait les compteurs d'essais de mot de passe.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "graphiques": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DONNEES / "graphiques",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}


def _a_chaque_matin(tache: str, heure: int, minute: int) -> dict[str, dict]:
    """La tâche, au matin de chaque fuseau (comptes.fuseaux.Fuseau) : à cette heure ; outre-mer, une heure plus tôt l'été."""
    prevues, nom = {}, tache.rpartition(".")[2]
    for fuseau in FUSEAUX:
        a_paris = datetime(2026, 1, 1, heure, minute, tzinfo=ZoneInfo(fuseau)).astimezone(ZoneInfo("Europe/Paris"))
        prevues[f"{nom} {fuseau}"] = {"task": tache, "args": [fuseau], "cron": f"{a_paris.minute} {a_paris.hour} * * *"}
    return prevues


FUSEAUX = (
    "Europe/Paris",
    *("America/Guadeloupe", "America/Martinique", "America/Cayenne", "Indian/Reunion", "America/Miquelon", "Indian/Mayotte"),
    *("Pacific/Wallis", "Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier", "Pacific/Noumea"),
)
# À l'heure de Paris ; une machine éteinte fait ces tâches à son réveil.
CHAQUE_JOUR = {
    "figer_le_mois": {"task": "cedre.observatoire.operations.figer_le_mois", "cron": "57 1 * * *"},
    "oublier_les_espaces": {"task": "cedre.portail.operations.oublier_les_espaces", "cron": "7 3 * * *"},
    "ranger": {"task": "cedre.core.menage.ranger", "cron": "17 3 * * *"},
    "oublier_les_exports": {"task": "cedre.parcours.operations.exportation.oublier", "cron": "37 3 * * *"},
    "oublier_les_faits": {"task": "cedre.parcours.operations.droits.oublier_les_faits", "cron": "42 3 * * *"},
    "oublier_les_imports": {"task": "cedre.parcours.operations.importation.oublier", "cron": "27 3 * * *"},
    "compter_les_reponses": {"task": "cedre.qualite.operations.enquetes.compter_les_reponses", "cron": "47 3 * * *"},
    **_a_chaque_matin("cedre.qualite.operations.sans_nom.livrer_les_messages", 5, 50),
    **_a_chaque_matin("cedre.portail.operations.le_jour", 6, 30),
}
TASKS = {
    "default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}
    if ESSAIS
    else {"BACKEND": "django_ox.backend.OxBackend", "OPTIONS": {"SCHEDULES": CHAQUE_JOUR}}
}

# ── Comptes : django-allauth (docs/decisions/0003) ────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "comptes.Compte"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"] if ESSAIS else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "prenom", "nom")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portail:accueil"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "cedre.comptes.adaptateur.Adaptateur"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {
    "login": "cedre.comptes.forms.ConnexionForm",
    "reset_password": "cedre.comptes.forms.OubliForm",
    "request_login_code": "cedre.comptes.forms.DemandeDeCodeForm",
    "confirm_login_code": "cedre.comptes.forms.CodeRecuForm",
}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Cèdre · "
# Qui est bloqué par les essais d'un autre entre par un code reçu, qui ne vaut qu'une fois, ou par sa clé d'accès.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/5m/ip,5/15m/key",
    "request_login_code": "4/15m/ip,12/15m/key",  # d'une seule adresse, on ne peut pas en priver quelqu'un
    "invitation": "60/5m/ip",
    "lien_client": "60/5m/ip",
    "espace_refuse": "10/15m/ip,300/15m/key",  # la clé est la même pour tous : 300 codes refusés en tout
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HOTE else 0  # sans quoi tous les postes auraient l'adresse du mandataire
MFA_ADAPTER = "cedre.comptes.adaptateur.SecondFacteur"
SECOND_FACTEUR = not (DEMO or ESSAIS)  # l'exiger des rôles dont un droit le veut (comptes/second_facteur.py)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # l'invitation est partie à cette adresse : elle est déjà vérifiée
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Cèdre"
MFA_TOTP_TOLERANCE = 1  # un code recopié au moment où il change, ou d’un téléphone qui retarde un peu, entre
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HOTE

# ── Langue, heure ─────────────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]
TIME_ZONE = "Europe/Paris"

# ── Fichiers ──────────────────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/statique/"
STATIC_ROOT = DONNEES / "statiques"
STATICFILES_DIRS = [("bootstrap/css", Path(bootstrap_wrapper.__file__).parent.parent / "bootstrap" / "css")]
MEDIA_ROOT = DONNEES / "fichiers"
STORAGES = {
    "default": {"BACKEND": "cedre.core.depot.Depot"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ESSAIS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = ESSAIS
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024  # hors des fichiers : le plus long formulaire, tous ses textes remplis
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
ENVOI_MAX = 21 * 1024 * 1024  # au-delà, rien n'est lu ; un fichier de 20 Mo passe avec son enveloppe

# ── Courriel : CEDRE_SMTP=smtp://compte:secret@serveur:587 ; sans lui, les courriels sont gardés dans les données ──
_SMTP = urlsplit(os.environ.get("CEDRE_SMTP", ""))
COURRIEL_SORTANT = bool(_SMTP.hostname)
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": _SMTP.hostname,
            "port": _SMTP.port or 587,
            "username": unquote(_SMTP.username or ""),
            "password": unquote(_SMTP.password or ""),
            "use_tls": True,
            "timeout": 20,
        },
    }
    if _SMTP.hostname
    else {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": DONNEES / "courriels"},
    }
}
# Sans CEDRE_SMTP, garder les courriels dans les données est voulu : on n'en perd aucun, et le site marche.
SILENCED_SYSTEM_CHECKS = ["mail.E001"]
DEFAULT_FROM_EMAIL = os.environ.get("CEDRE_EXPEDITEUR", f"Cèdre <cedre@{HOTE or 'localhost.localdomain'}>")

# ── Sécurité ──────────────────────────────────────────────────────────────────────────────────────────────────────
HTTPS = bool(HOTE)
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^sante$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_ENGINE = "cedre.core.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cedre.core.views.jeton_perime"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}

# ── Journaux : une ligne JSON par événement, sans donnée personnelle ni lien (core/journal.py) ────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "cedre.core.journal.EnJson"}},
    "filters": {"sans_heure": {"()": "cedre.core.journal.SansHeure"}},
    "handlers": {
        "sortie": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["sans_heure"], "stream": sys.stderr}
    },
    "root": {"handlers": ["sortie"], "level": os.environ.get("CEDRE_JOURNAL", "WARNING")},
    "loggers": {
        "django": {"handlers": ["sortie"], "level": "WARNING", "propagate": False},
        "django.server": {"handlers": ["sortie"], "level": "WARNING", "propagate": False},
        "cedre": {"handlers": ["sortie"], "level": os.environ.get("CEDRE_JOURNAL", "INFO"), "propagate": False},
    },
}
