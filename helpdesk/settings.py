"""All settings, from the environment (``.env`` is read if it is there). A wrong value stops the start.

Every setting is explained in ``.env.example`` and docs/operations.md.
"""

import os
import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from helpdesk import development, embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
TESTING = env.bool("HELPDESK_TEST", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data")))

# -- servers and secrets: configured, or (in development) brought along

if DEBUG:
    for _name, _value in development.environment(None if TESTING else DATA_DIR).items():
        os.environ.setdefault(_name, _value)
    os.environ.update(embedded.connect("test" if TESTING else "run", DATA_DIR))


def required(name: str) -> str:
    """A setting without which nothing starts."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example for what it is and how to make one.")
    return value


SECRET_KEY = required("SECRET_KEY")
DATABASES = {
    "default": env.db_url_config(required("DATABASE_URL")),
    "vault": env.db_url_config(required("VAULT_DATABASE_URL")),
}
for _alias in DATABASES.values():
    _alias["HOST"] = _alias.get("OPTIONS", {}).pop("host", _alias["HOST"])  # a socket's folder
    _alias["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    _alias["CONN_HEALTH_CHECKS"] = True
    _alias["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("DISABLE_SERVER_SIDE_CURSORS", default=False)
DATABASE_ROUTERS = ["helpdesk.routers.VaultRouter"]
REDIS_URL = required("REDIS_URL")

# -- the privacy kernel

FIRST_PARTY_APPS = ["privacy", "contacts", "tickets", "helpdesk"]
PRIVACY_KEK_PROVIDER = env.str("PRIVACY_KEK_PROVIDER", default="privacy.vault.kek.ListedKeks")
PRIVACY_KEKS = env.str("PRIVACY_KEKS", default="")
PRIVACY_KEKS_FILE = env.str("PRIVACY_KEKS_FILE", default="")
PRIVACY_INDEX_KEY = required("PRIVACY_INDEX_KEY")
PRIVACY_SEAL_KEY = required("PRIVACY_SEAL_KEY")
PRIVACY_EXPORT_KEY = required("PRIVACY_EXPORT_KEY")
AUDIT_ANCHOR_FILE = env.str("AUDIT_ANCHOR_FILE", default=str(DATA_DIR / "audit-anchor"))
AUDIT_MONTHS = env.int("AUDIT_MONTHS", default=36)
ACCESS_MONTHS = env.int("ACCESS_MONTHS", default=24)
ACCESS_ALARM_PEOPLE = env.int("ACCESS_ALARM_PEOPLE", default=200)
PHONE_REGION = env.str("PHONE_REGION", default="DE")
ERASURE_SECOND_PERSON = env.bool("ERASURE_SECOND_PERSON", default=True)
ERASURE_DELAY_DAYS = env.int("ERASURE_DELAY_DAYS", default=0)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
REGION = env.str("REGION", default="EU")
COMPANY_NAME = env.str("COMPANY_NAME", default="Helpdesk")

# -- applications

INSTALLED_APPS = [
    "helpdesk.apps.HelpdeskConfig",
    "tickets.apps.TicketsConfig",
    "contacts.apps.ContactsConfig",
    "privacy.apps.PrivacyConfig",
    "privacy.vault.apps.VaultConfig",
    "helpdesk.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "simple_history",
    "guardian",
    "axes",
    "csp",
    "lucide",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "helpdesk.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "privacy.web.standing.StandingMiddleware",
    "helpdesk.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    *(["helpdesk.middleware.MissingMiddleware"] if DEBUG else []),
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
FORM_RENDERER = "helpdesk.rendering.FormRenderer"
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
                "django.template.context_processors.i18n",
                "helpdesk.navigation.frame",
            ],
            "builtins": ["helpdesk.templatetags.ui"],
        },
    }
]

# -- people, sign-in, sessions

AUTH_USER_MODEL = "privacy.User"
ANONYMOUS_USER_NAME = None  # of guardian: there is no such user here
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # privacy.access asks guardian's tables itself
    "security.W019",  # pages of ours stand in frames of ours: mails, and signing in again
]
GUARDIAN_MONKEY_PATCH_USER = GUARDIAN_MONKEY_PATCH_GROUP = False
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "privacy.web.backends.AccountBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "full_name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "privacy.passwords.GuessablePasswordValidator"},
    {"NAME": "privacy.passwords.StolenPasswordValidator"},
]
BREACHED_PASSWORDS_FILE = env.str("BREACHED_PASSWORDS_FILE", default="")
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "desk:home"
LOGOUT_REDIRECT_URL = "sign_in"
SESSION_ENGINE = "privacy.sessions"
SESSION_HOURS = env.int("SESSION_HOURS", default=12)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=120)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600

SSO_ISSUER = env.str("SSO_ISSUER", default="")
SSO_NAME = env.str("SSO_NAME", default="")
SSO_ONLY = bool(SSO_ISSUER) and env.bool("SSO_ONLY", default=False)
SSO_TRUSTS_ADDRESSES = env.bool("SSO_TRUSTS_ADDRESSES", default=False)
SSO_IS_SECOND_FACTOR = env.bool("SSO_IS_SECOND_FACTOR", default=False)
OIDC_RP_SCOPES = "openid email"
OIDC_RP_SIGN_ALGO = env.str("SSO_ALGORITHM", default="RS256")
OIDC_USE_PKCE = True
OIDC_TIMEOUT = 10
OIDC_AUTHENTICATION_CALLBACK_URL = "company_return"
_of_sso = required if SSO_ISSUER else lambda _name: ""
OIDC_RP_CLIENT_ID, OIDC_RP_CLIENT_SECRET = _of_sso("SSO_CLIENT_ID"), _of_sso("SSO_CLIENT_SECRET")
OIDC_OP_AUTHORIZATION_ENDPOINT = _of_sso("SSO_AUTHORIZATION_URL")
OIDC_OP_TOKEN_ENDPOINT, OIDC_OP_USER_ENDPOINT = _of_sso("SSO_TOKEN_URL"), _of_sso("SSO_USERINFO_URL")
OIDC_OP_JWKS_ENDPOINT = _of_sso("SSO_KEYS_URL")
if SSO_ISSUER:
    AUTHENTICATION_BACKENDS.append("helpdesk.single_sign_on.CompanySignIn")
REAUTHENTICATION_MINUTES = env.int("REAUTHENTICATION_MINUTES", default=15)
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "helpdesk.views.frame.csrf_failure"

AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_USERNAME_CALLABLE = "helpdesk.lockout.account"
AXES_CLIENT_IP_CALLABLE = "helpdesk.lockout.network"
AXES_LOCKOUT_CALLABLE = "helpdesk.lockout.answer"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("SIGN_IN_TRIES", default=8)
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

# -- language and time

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "helpdesk" / "locale"]
FORMAT_MODULE_PATH = "helpdesk.formats"
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Berlin")
USE_TZ = True

# -- files

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(DATA_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "helpdesk" / "static"]
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(DATA_DIR / "media"))
WHITENOISE_USE_FINDERS = DEBUG
S3_BUCKET = env.str("S3_BUCKET", default="")
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "helpdesk.object_storage.StreamingS3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "access_key": required("S3_ACCESS_KEY"),
            "secret_key": required("S3_SECRET_KEY"),
            "region_name": env.str("S3_REGION", default=None),
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
FILE_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
BIN_DAYS = env.int("BIN_DAYS", default=60)
EXPORT_HOURS = env.int("EXPORT_HOURS", default=24)
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_MB", default=20) * 1024 * 1024
ATTACHMENT_MAX_COUNT = env.int("ATTACHMENT_MAX_COUNT", default=10)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# -- cache and background jobs

CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = embedded.celery_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TASK_DEFAULT_QUEUE = env.str("CELERY_QUEUE", default="helpdesk")

# -- mail

SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="helpdesk@localhost")
EMAIL_TIMEOUT = 30
MAIL_ALLOW_PRIVATE_HOSTS = env.bool("MAIL_ALLOW_PRIVATE_HOSTS", default=DEBUG)
TWITTER_API_URL = env.str("TWITTER_API_URL", default="https://api.x.com")
DEMO_SMTP_PORT = env.int("DEMO_SMTP_PORT", default=2525)
DEMO_IMAP_PORT = env.int("DEMO_IMAP_PORT", default=1143)
DEMO_WEB_PORT = env.int("DEMO_WEB_PORT", default=8025)
if DEBUG and "EMAIL_HOST" not in os.environ:
    EMAIL_PORT = DEMO_SMTP_PORT

# -- transport and browser

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_REFERRER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# -- logs: events and ids, never what people wrote

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "helpdesk.logs.RedactingFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "stream": sys.stderr}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": LOG_LEVEL},
        "django.server": {"handlers": [], "propagate": True},
        "axes": {"level": "ERROR"},
        "celery": {"level": LOG_LEVEL},
    },
}
DEFAULT_EXCEPTION_REPORTER = "helpdesk.logs.QuietReporter"
ADMINS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
