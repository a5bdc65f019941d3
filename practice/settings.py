"""The site's settings: one file, read from the environment, safe by default.

Every secret may be given as NAME or, as a file to read, NAME_FILE. What each
variable means is listed in docs/operations.md.
"""

from __future__ import annotations

from datetime import time
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONCE, NONE, SELF

from practice.floors import *  # noqa: F403 - the lists that floors add to
from practice.modes import (
    DEVELOPMENT_KEY,
    Mode,
    evening_of,
    mode_of,
    production_faults,
    proxies_of,
    require_safe,
)
from practice.vendor_settings import *  # noqa: F403 - accounts of texts and mails
from practice.vendor_settings import ACCOUNT
from practice.vendors import NONE as NO_TEXTS
from practice.vendors import SIMULATED, backend_of, mail_backend_of, sends_mail
from practice.vendors import faults as vendor_faults

django_stubs_ext.monkeypatch()
env = environ.FileAwareEnv()

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

MODE = mode_of(env.str("WELLHOUSE_MODE", default=Mode.DEVELOPMENT))
IS_PRODUCTION = MODE is Mode.PRODUCTION
VAR = Path(env.str("WELLHOUSE_VAR", default=str(BASE_DIR / "var" / MODE.value)))
DEBUG = env.bool("WELLHOUSE_DEBUG", default=MODE is Mode.DEVELOPMENT)
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY)
# Fernet keys, newest first: the first encrypts, all of them decrypt.
DATA_KEYS = [key.strip() for key in env.list("WELLHOUSE_DATA_KEYS", default=[])]
# Keys that seal the trail, newest first: the first seals, all of them verify.
TRAIL_KEYS = [key.strip() for key in env.list("WELLHOUSE_TRAIL_KEYS", default=[])]
# Where the head of the trail's chain is anchored: best on another machine's disk.
TRAIL_ANCHORS = Path(env.str("WELLHOUSE_ANCHORS", default=str(VAR / "anchors.jsonl")))
TRAIL_ANCHOR_MAIL = env.list("WELLHOUSE_ANCHOR_MAIL", default=[])
VERIFY_NIGHTLY = env.bool("WELLHOUSE_VERIFY_NIGHTLY", default=MODE is not Mode.TEST)
# Where the evening's sheets wait for a bad day, and when an evening begins there.
SHEETS = Path(env.str("WELLHOUSE_SHEETS", default=str(VAR / "sheets")))
SHEETS_AT = evening_of(env.str("WELLHOUSE_SHEETS_AT", default="19:00"))
SHEET_ROUNDS = 600_000  # of PBKDF2, for each passphrase that is tried
BACKUPS = Path(env.str("WELLHOUSE_BACKUPS", default=str(VAR / "backups")))
BACKUPS_NIGHTLY = env.bool("WELLHOUSE_BACKUPS_NIGHTLY", default=IS_PRODUCTION)
BACKUPS_KEPT = env.int("WELLHOUSE_BACKUPS_KEPT", default=14)
SIMULATED_PHONE = env.bool("WELLHOUSE_SIMULATED_PHONE", default=not IS_PRODUCTION)
_hosts = env.list(
    "WELLHOUSE_HOSTS",
    default=[] if IS_PRODUCTION else ["localhost", "127.0.0.1", "[::1]"],
)
ALLOWED_HOSTS = [host.strip() for host in _hosts if host.strip()]
if not IS_PRODUCTION:
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
# Where the source code of what runs here is: the licence gives it to all users.
SOURCE_URL = env.str("WELLHOUSE_SOURCE_URL", default="")
# Where links in mails lead.
_port = env.str("PORT", default="") or "8000"  # what no port is, serve says
SITE_URL = env.str(
    "WELLHOUSE_URL",
    default=f"https://{ALLOWED_HOSTS[0] if ALLOWED_HOSTS else ''}"
    if IS_PRODUCTION
    else f"http://localhost:{_port}",
).rstrip("/")

INSTALLED_APPS = [
    "practice",
    "consent",
    "messaging",
    "scheduling",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_q",
    "phonenumber_field",
    "simple_history",
]
MIDDLEWARE = [
    "practice.web.RequestId",
    # What every answer carries comes before whatever may answer.
    "django.middleware.security.SecurityMiddleware",
    "practice.web.PrivateByDefault",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "practice.web.LoopbackOnly",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "practice.web.WholeCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "practice.web.VisitorLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "practice.sessions.IdleLogOff",
    "practice.gate.AccessGate",
    "practice.web.LookLog",
    "practice.here.PracticeTime",
]
ROOT_URLCONF = "practice.urls"
WSGI_APPLICATION = "practice.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "practice.context.site",
            ],
            "builtins": ["practice.templatetags.wellhouse"],
        },
    },
]

# Data -----------------------------------------------------------------------
DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{VAR / 'wellhouse.sqlite3'}"
    )
}
DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # The last: what REPLACE takes the place of, guards refuse to let go.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "PRAGMA recursive_triggers=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# One cache for all processes: rate limits in a cache per process are worthless.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        # Culling at the default of 300 rows would forget rate limits.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # For the queue, which would save its status twice a second.
    "none": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
Q_CLUSTER = {
    "name": "wellhouse",
    "orm": "default",
    "workers": 2,
    "queue_limit": 4,
    "bulk": 10,
    "timeout": 60,
    "retry": 300,
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": -1,
    "catch_up": False,
    "recycle": 500,
    "poll": 0.5,
    "label": "Queue",
    "cache": "none",
    "scheduler": False,
}

# People and sign-in ---------------------------------------------------------
AUTH_USER_MODEL = "practice.StaffMember"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "practice.passwords.NotOurWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
REQUIRE_SECOND_FACTOR = env.bool(
    "WELLHOUSE_REQUIRE_SECOND_FACTOR", default=MODE is not Mode.DEMO
)
if IS_PRODUCTION:
    REQUIRE_SECOND_FACTOR = True
ACCOUNT_ADAPTER = "practice.signing_in.StaffAccounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = proxies_of(env.str("WELLHOUSE_PROXIES", default="0"))
# allauth's own writes while it looks at a link; Django's covers the address too.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"
)
MFA_ADAPTER = "practice.signing_in.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TRUST_ENABLED = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "activate_totp": "practice.forms.entrance.EnrolAuthenticatorApp",
    "add_webauthn": "practice.forms.passkeys.EnrolPasskey",
    "authenticate": "practice.forms.entrance.SecondFactorForm",
    "reauthenticate": "practice.forms.entrance.SecondFactorAgainForm",
    "authenticate_webauthn": "practice.forms.passkeys.SecondFactorByPasskey",
    "login_webauthn": "practice.forms.passkeys.SignInByPasskey",
    "reauthenticate_webauthn": "practice.forms.passkeys.AgainByPasskey",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = True  # noted by practice.sessions, twice a minute
PASSWORD_RESET_TIMEOUT = 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600  # the longest a sign-in lasts, idle or not

# Browser --------------------------------------------------------------------
_cookie = "__Host-" if IS_PRODUCTION else "wellhouse-"
SESSION_COOKIE_NAME = f"{_cookie}session"
CSRF_COOKIE_NAME = f"{_cookie}csrf"
TOASTS_COOKIE_NAME = f"{_cookie}toasts"
MESSAGE_STORAGE = "practice.toasts.OfOneSignIn"
WORKSTATION_COOKIE_NAME = f"{_cookie}workstation"  # practice/workstations.py
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
CSRF_FAILURE_VIEW = "practice.views.errors.stale_form"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in ("camera", "geolocation", "microphone", "payment", "usb", "midi")
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# A file is taken by the views that say so, in memory only.
FILE_UPLOAD_HANDLERS = ["practice.uploads.Bounded"]

# Words, time, static files, mail --------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGE_COOKIE_NAME = "wellhouse-language"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["practice.formats"]
USE_TZ = True
TIME_ZONE = "UTC"
PHONENUMBER_DEFAULT_REGION = "US"
PHONENUMBER_DB_FORMAT = "E164"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("WELLHOUSE_STATIC", default=str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
_manifest = "practice.static_files.HashedFiles"
_plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _manifest if IS_PRODUCTION else _plain},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = MODE is not Mode.PRODUCTION
EMAIL_CONFIG = env.email_url(
    "EMAIL_URL", default="smtp://localhost:25" if IS_PRODUCTION else "filemail://"
)
vars().update(EMAIL_CONFIG)
# A vendor's own interface in place of SMTP; practice/vendor_settings.py has its keys.
if MAIL_VENDOR := env.str("MAIL_VENDOR", default="").strip().lower():
    EMAIL_CONFIG["EMAIL_BACKEND"] = mail_backend_of(MAIL_VENDOR)
    vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10  # seconds
EMAIL_FILE_PATH = str(VAR / "mail")
DEFAULT_FROM_EMAIL = env.str("WELLHOUSE_FROM", default="Wellhouse <desk@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Texts ----------------------------------------------------------------------
_usual = SIMULATED if SIMULATED_PHONE else "console"
SMS_BACKEND = backend_of(
    env.str("SMS_BACKEND", default=NO_TEXTS if IS_PRODUCTION else _usual)
)
# What the vendor calls, and what its signatures are over.
PUBLIC_BASE_URL = env.str("PUBLIC_BASE_URL", default="").strip().rstrip("/") or SITE_URL
VENDOR_FAULTS = vendor_faults(
    MODE, ACCOUNT, backend=SMS_BACKEND, public=PUBLIC_BASE_URL
)
TEXT_PRICE = env.float("TEXT_PRICE", default=0.012)  # dollars a segment: an estimate
# A group message to more people needs a second person; so many go first, alone.
CAMPAIGN_APPROVAL_ABOVE = env.int("CAMPAIGN_APPROVAL_ABOVE", default=50)
CAMPAIGN_FIRST_BATCH = env.int("CAMPAIGN_FIRST_BATCH", default=10)

# Defaults a manager may change on the practice's own page.
QUIET_FROM, QUIET_UNTIL = time(20), time(9)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "practice.logs.PrivateFormatter"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["out"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["out"], "level": "INFO", "propagate": False},
        "urllib3": {"level": "WARNING"},  # below, it tells addresses with numbers
        "django-q": {"handlers": ["out"], "level": "WARNING", "propagate": False},
        # Refusals are in the request's own line; only faults have more to tell.
        "django.request": {"level": "ERROR"},
        "gunicorn.error": {"handlers": ["out"], "level": "INFO", "propagate": False},
    },
}

# Whether it may start ---------------------------------------------------------
_database = DATABASES["default"]
_is_file = _database["ENGINE"] == "django.db.backends.sqlite3"
require_safe(
    MODE,
    VENDOR_FAULTS
    + production_faults(
        debug=DEBUG,
        secret_key=SECRET_KEY,
        hosts=ALLOWED_HOSTS,
        data_keys=DATA_KEYS,
        trail_keys=TRAIL_KEYS,
        simulated_phone=SIMULATED_PHONE,
        site_url=SITE_URL,
        sends_mail=sends_mail(EMAIL_CONFIG["EMAIL_BACKEND"]),
        database_folder=Path(_database["NAME"]).parent if _is_file else None,
    ),
    ALLOWED_HOSTS,
)
