"""Django's settings, read from the environment and .env (docs/configuration.md lists every variable)."""

import os
from pathlib import Path
from typing import Any

import environ

from cycleproject import services
from cycleproject.configuration import read_settings, stop
from cycleproject.serving import logs

BASE_DIR = Path(__file__).resolve().parent.parent

# A variable that is set for the process wins over the file. An empty ENV_FILE reads no file at all: tests use that.
if env_file := os.environ.get("ENV_FILE", str(BASE_DIR / ".env")):
    if "ENV_FILE" in os.environ and not Path(env_file).is_file():
        stop("ENV_FILE names a file that is not there.")
    environ.Env.read_env(env_file)
GIVEN = read_settings()


# Secrets and where we are reached

DEBUG: bool = GIVEN["DEBUG"]
SECRET_KEY: str = GIVEN["SECRET_KEY"]
FIELD_KEYS: list[str] = GIVEN["FIELD_KEYS"]
ALLOWED_HOSTS: list[str] = GIVEN["ALLOWED_HOSTS"]
if {"localhost", "127.0.0.1"} & {*ALLOWED_HOSTS}:
    # The same machine, under the name that many browsers try first.
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "[::1]"]
TRUSTED_ORIGINS: list[str] = GIVEN["TRUSTED_ORIGINS"]
CSRF_TRUSTED_ORIGINS = TRUSTED_ORIGINS

# Plain http is for one's own network only, and browsers there refuse `__Host-` and Secure cookies: a single http origin
# therefore means that the whole installation is one of that kind.
SERVED_OVER_HTTPS = bool(TRUSTED_ORIGINS) and all(origin.startswith("https://") for origin in TRUSTED_ORIGINS)

HOST: str = GIVEN["HOST"]  # empty: on every address of this machine
PORT: int = GIVEN["PORT"]
TRUSTED_PROXIES: list[str] = GIVEN["TRUSTED_PROXIES"]  # whose X-Forwarded-For and -Proto to believe
DRAIN_SECONDS: int = GIVEN["DRAIN_SECONDS"]  # how long /readyz says 503 before a process that stops refuses all
METRICS_HOST: str = GIVEN["METRICS_HOST"]
METRICS_PORT: int = GIVEN["METRICS_PORT"]  # 0: none
BACKUP_DIR: str = GIVEN["BACKUP_DIR"]  # where copies are, for the metric of their age; empty: it is not shown

FRAME_RATE: int = GIVEN["FRAME_RATE"]  # frames a second per socket; a burst may be three times that
JOIN_RATE: int = GIVEN["JOIN_RATE"]  # starts and joins per address and ten minutes


# Applications

INSTALLED_APPS = [
    "accounts.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "accounts.apps.AccountsConfig",
    "sessions.apps.LiveSessionsConfig",
]
MIDDLEWARE = [
    "cycleproject.web.security.SecurityHeadersMiddleware",  # first, so that every answer passes it on its way out
    "cycleproject.web.security.RefuseProgramsOverHttp",
    "django.middleware.security.SecurityMiddleware",
    "cycleproject.web.staticfiles.StaticFilesMiddleware",
    "cycleproject.web.compression.CompressionMiddleware",
    "cycleproject.web.time_zones.time_zone_middleware",
    "cycleproject.web.lost_keys.LostKeysMiddleware",
    "cycleproject.web.pasted_links.forgive_what_stands_behind",
    "cycleproject.web.idempotency.know_browsers",
    "accounts.login.middleware.ProlongingSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.login.middleware.hide_guest_from_allauth",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.login.middleware.AccountLimitMiddleware",
    "accounts.login.middleware.GoneMeanwhileMiddleware",
]
ROOT_URLCONF = "cycleproject.urls"
ASGI_APPLICATION = "cycleproject.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.quick_exit",
                "accounts.context_processors.at_work",
                "accounts.context_processors.cannot_open",
                "accounts.context_processors.device_of_a_practice",
                "accounts.context_processors.section",
            ],
        },
    },
]


# What it stands on (see services.py)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE = services.database(GIVEN["DATABASE_URL"], BASE_DIR, GIVEN["DATABASE_POOL"])
DATABASES = {"default": DATABASE}
REDIS_URL: str = GIVEN["REDIS_URL"]
CHANNEL_LAYERS = {"default": services.channel_layer(REDIS_URL)}
CACHES = {"default": services.cache(REDIS_URL)}


# Who people are

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["accounts.login.hashers.PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
BREACHED_PASSWORDS: str = GIVEN["BREACHED_PASSWORDS"]  # a file of their digests; empty: only Django's list is asked
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.login.guessable_passwords.GuessablePasswordValidator"},
    {"NAME": "accounts.login.breached_passwords.BreachedPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.login.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "accounts.login.forms.SignUpForm",
    "reset_password": "accounts.login.forms.AskForNewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "accounts.person.names.display_name"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CHANGE_EMAIL = True  # one address at a time; the old one holds until the new one is confirmed
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = False  # no mail that nobody asked for
# An address that was only typed keeps nobody else from it.
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SERVED_OVER_HTTPS else "http"
# What is counted per address on the net grows with how many people may share one.
HOUSEHOLDS = max(1, JOIN_RATE // 60)
ACCOUNT_RATE_LIMITS = {
    "signup": f"{20 * HOUSEHOLDS}/m/ip",
    "login": f"{30 * HOUSEHOLDS}/m/ip",
    # The key is e-mail and address on the net together (see the adapter), so that nobody can lock somebody else out.
    "login_failed": f"{10 * HOUSEHOLDS}/m/ip,5/300s/key",
    # Messages are limited where they are sent (see the adapter), silently and by both e-mail and address on the net.
    "confirm_email": "",
    "reset_password": f"{20 * HOUSEHOLDS}/m/ip",
    "reset_password_from_key": f"{20 * HOUSEHOLDS}/m/ip",
}
PASSWORD_RESET_TIMEOUT = 24 * 3600
MFA_ADAPTER = "accounts.login.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.login.second_step.SecondStepForm",
    "reauthenticate": "accounts.login.second_step.SecondStepAgainForm",
    "activate_totp": "accounts.login.second_step.TurnOnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Cycle"
MFA_TOTP_TOLERANCE = 1  # phones whose clock is half a minute off
MFA_RATE_LIMITS = {"webauthn_login": f"{30 * HOUSEHOLDS}/m/ip"}


# Cookies and transport; the headers of every answer are in web/security.py

COOKIE_PREFIX = "__Host-" if SERVED_OVER_HTTPS else ""
SESSION_ENGINE = "accounts.session_store"  # a used login lasts two weeks from its last use (SESSION_COOKIE_AGE)
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = SERVED_OVER_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = SERVED_OVER_HTTPS
CSRF_COOKIE_HTTPONLY = True  # scripts read the token from the page
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.login.csrf_failure.answer"
BROWSER_COOKIE_NAME = f"{COOKIE_PREFIX}browser"  # no login: see cycleproject/web/idempotency.py
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own

SECURE_SSL_REDIRECT = SERVED_OVER_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from inside, past the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SERVED_OVER_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVED_OVER_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Preloading HSTS is a promise for a whole domain: its owner makes it, not a program on one of its hosts.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024


# Static files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
# From the source tree while developing and testing, else from what `collectstatic` has named by content.
STATIC_FROM_SOURCE: bool = DEBUG if GIVEN["STATIC_FROM_SOURCE"] is None else GIVEN["STATIC_FROM_SOURCE"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nobody uploads files
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if STATIC_FROM_SOURCE
        else "cycleproject.web.staticfiles.JoinedManifestStorage",
    },
}
WHITENOISE_USE_FINDERS = STATIC_FROM_SOURCE
WHITENOISE_AUTOREFRESH = STATIC_FROM_SOURCE
WHITENOISE_MAX_AGE = 0 if STATIC_FROM_SOURCE else 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False


# Mail

EMAIL: dict[str, Any] = environ.Env.email_url_config(GIVEN["EMAIL_URL"])
EMAIL_BACKEND = "cycleproject.web.mail.MailBackend"  # beside the answer, by:
MAIL_TRANSPORT: str = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST: str = EMAIL.get("EMAIL_HOST") or "localhost"
EMAIL_PORT: int = EMAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER: str = EMAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD: str = EMAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS: bool = EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = EMAIL.get("EMAIL_USE_SSL", False)
# The URL's own slash is lost on the way: filemail:///directory is a directory of this machine, not of this checkout.
EMAIL_FILE_PATH = str(Path("/", EMAIL["EMAIL_FILE_PATH"]) if EMAIL.get("EMAIL_FILE_PATH") else BASE_DIR / "mail")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = GIVEN["EMAIL_FROM"]  # no name, no word of what this is


# Language and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # of somebody whose browser has named none
FORMAT_MODULE_PATH = ["cycleproject.formats"]


# Application programming interface

REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "sessions.contract.problems.answer_problem",
    "DEFAULT_RENDERER_CLASSES": ["sessions.contract.strict_json.PaddedJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["sessions.contract.strict_json.StrictJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],  # each operation says who it knows: see accounts/api/operation.py
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "sessions.contract.openapi.Schema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Cycle",
    "DESCRIPTION": "Everything that a person can do on the pages, for programs. In words: docs/api.md.",
    "VERSION": "1",
    "LICENSE": {"name": "MIT"},
    "OAS_VERSION": "3.1.1",
    "DEFAULT_GENERATOR_CLASS": "sessions.contract.openapi.Generator",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [],
    "SERVE_INCLUDE_SCHEMA": False,
}


# Cycle's own

CONTACT: str = GIVEN["CONTACT"]  # a mailto: or https: address of whoever runs this, or empty
PUSH_KEY: str = GIVEN["PUSH_KEY"]  # by which push services know us; empty: web push is not offered
QUICK_EXIT_URL: str = GIVEN["QUICK_EXIT_URL"]
HELP_COUNTRY: str = GIVEN["HELP_COUNTRY"]
HELP_CHECKED: str = GIVEN["HELP_CHECKED"]  # the day somebody last called these numbers up


# Logs: to stderr, without anything that a person wrote (see serving/logs.py)

LOG_FORMAT: str = GIVEN["LOG_FORMAT"]
LOGGING = logs.configuration(LOG_FORMAT)
