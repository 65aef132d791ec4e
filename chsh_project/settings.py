"""
Every setting of the project, read from the environment and typed.

No environment: development on loopback (DEBUG on, random key).
.local/stack.env, written by `make run`: DEBUG off, plain http on the LAN.
HTTPS=1: everything that `manage.py check --deploy` asks for.  HTTPS=lan: secure cookies alone.
"""

import os
import secrets
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from chsh_project import cells, logs
from chsh_project.stack import server_urls, web_urls
from game.database.backend.impatient import ImpatientConnection

BASE_DIR = Path(__file__).resolve().parent.parent
# Pages, /health, exports and backups show it.
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
STACK_ENV = BASE_DIR / ".local" / "stack.env"

env = environ.Env()
if "DATABASE_URL" not in env.ENVIRON and STACK_ENV.is_file():
    env.read_env(STACK_ENV)

# -- Safety ---------------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default="DATABASE_URL" not in env.ENVIRON)
# The web server of `make run` ends TLS by itself, with a certificate of which browsers warn.
LAN_TLS = env.str("HTTPS", default="") == "lan"
HTTPS = not LAN_TLS and env.bool("HTTPS", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=secrets.token_urlsafe(50) if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is empty: set it in the environment, or set DEBUG=1 for development.")
try:
    PUBLIC_URL = web_urls.public_url(env.ENVIRON)
    # Sites whose pages may show the projector inside themselves, as slides do.
    EMBED_ORIGINS = web_urls.origins("EMBED_ORIGINS", env.list("EMBED_ORIGINS", default=[]))
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from None
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
# Redirect target of plain http.  Only PUBLIC_URL knows the port of https; without it the host stays the same.
SECURE_SSL_HOST = PUBLIC_URL.partition("https://")[2] or None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS or LAN_TLS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "metrics.api.endpoints.csrf_failure"
SESSION_COOKIE_AGE = 14 * 24 * 3600
# The letters with which codes of this installation begin, and the addresses of all installations behind one front door.
try:
    CELL = cells.read_name(env.str("CELL", default=""))
    CELLS = cells.read_addresses(env.str("CELLS", default=""))
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from None
# Two installations on one host, at different ports, share its cookies: each has names of its own, as cells do.
COOKIE_KEY = env.str("COOKIE_KEY", default=CELL.lower())
_OWN = f"_{COOKIE_KEY}" if COOKIE_KEY else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, PLAYER_COOKIE_NAME = f"sessionid{_OWN}", f"csrftoken{_OWN}", f"player{_OWN}"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        # Old Safari does not count wss: as 'self', so chsh_project.security adds this host's sockets to each response.
        "connect-src": [SELF],
    }
}

# -- What the project is made of ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Before staticfiles: its collectstatic does nothing while no file changes.
    "game",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "channels",
    "django_celery_beat",
    "django_prometheus",
    "django_structlog",
    "axes",
    "csp",
    "dashboard",
    "metrics",
]
MIDDLEWARE = [
    "metrics.health.probes.probes",
    "servestatic.middleware.ServeStaticMiddleware",
    "chsh_project.threads.into_a_thread",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "chsh_project.security.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "chsh_project.security.WithoutNulMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
if DEBUG:
    # daphne serves sockets in `manage.py runserver`; neither package is in the image.
    INSTALLED_APPS = ["daphne", *INSTALLED_APPS, "debug_toolbar"]
    # The toolbar stores its panels in the process, needs no inline script, and is served on loopback only.
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware"),
        "debug_toolbar.middleware.DebugToolbarMiddleware",
    )
    INTERNAL_IPS = ["127.0.0.1", "::1"]

ROOT_URLCONF = "chsh_project.urls"
ASGI_APPLICATION = "chsh_project.asgi.application"
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
            ],
            "builtins": ["chsh_project.assets.modules", "chsh_project.assets.pictures"],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = ["chsh_project.passwords.PatientHasher"]
# An institution that signs instructors on (OpenID Connect); none without an issuer.
OIDC_ISSUER = env.str("OIDC_ISSUER", default="")
OIDC_NAME = env.str("OIDC_NAME", default="")
OIDC_RP_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_RP_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_RP_SCOPES = env.str("OIDC_SCOPES", default="openid profile email")
OIDC_RP_SIGN_ALGO = env.str("OIDC_ALGORITHM", default="RS256")
# Values that a person's claims must have to come in: claim=value.
OIDC_REQUIRED = env.list("OIDC_REQUIRED", default=[])
# Whether a person without an account gets one, and the groups of rights that it has then.
OIDC_NEW_ACCOUNTS = env.bool("OIDC_NEW_ACCOUNTS", default=False)
OIDC_GROUPS = env.list("OIDC_GROUPS", default=[])
OIDC_USE_PKCE = True
OIDC_TIMEOUT = 5
OIDC_AUTHENTICATION_CALLBACK_URL = "sign_on_end"
if OIDC_ISSUER:
    try:
        web_urls.check_issuer(OIDC_ISSUER)
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from None
    if not OIDC_RP_CLIENT_ID or not OIDC_RP_CLIENT_SECRET:
        raise ImproperlyConfigured("OIDC_ISSUER is set: set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, too.")
    if wrong := [line for line in OIDC_REQUIRED if not line.partition("=")[2]]:
        raise ImproperlyConfigured(f"OIDC_REQUIRED={wrong[0]!r}: write claim=value.")
    AUTHENTICATION_BACKENDS.append("dashboard.account.sign_on.Backend")
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "my_games"
LOGOUT_REDIRECT_URL = "enter_code"
# A classroom shares one address, so the pair of username and address is locked, never an address alone.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_WHITELIST_CALLABLE = "dashboard.pages.login.is_known"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_LOCKOUT_CALLABLE = "dashboard.pages.games.locked_out"
AXES_VERBOSE = False


# A network may swallow connections without an end: a server that takes no bytes for so long is given up.  Options in
# the address win.
LOST_CONNECTIONS: dict[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


# -- PostgreSQL and Valkey ------------------------------------------------------------------------------------------
def _database(name: str, default: str = "") -> dict[str, Any]:
    try:
        server_urls.check_database(name, env.str(name, default=default))
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from None
    url = env.db(name, default=default)
    return url | {
        "ENGINE": "game.database.backend",
        # The pool owns the connections; Django must not hold persistent ones beside it.
        "CONN_MAX_AGE": 0,
        # In transaction mode a pooler gives each transaction another connection, and a cursor lives in one only.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {
            **LOST_CONNECTIONS,
            **url.get("OPTIONS", {}),
            "pool": {
                "min_size": env.int("DATABASE_POOL_MIN", default=2),
                "max_size": env.int("DATABASE_POOL_MAX", default=12),
                "timeout": env.float("DATABASE_POOL_TIMEOUT_SECONDS", default=5.0),
                # By itself the pool would rest up to a minute between attempts; whoever needs a connection tries.
                "reconnect_timeout": 5.0,
                "connection_class": ImpatientConnection,
            },
            "set": {
                "statement_timeout": env.int("DATABASE_STATEMENT_TIMEOUT_MS", default=30_000),
                # The locks of a process that was cut off within a transaction are free after this time.
                "idle_in_transaction_session_timeout": 30_000,
                # A query over a million rounds uses one processor, because players wait while it runs.
                "max_parallel_workers_per_gather": 0,
            },
        },
    }


DATABASES = {"default": _database("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")}
if env.str("DATABASE_READ_URL", default=""):
    DATABASES["read"] = _database("DATABASE_READ_URL") | {"TEST": {"MIRROR": "default"}}
DATABASE_ROUTERS = ["game.database.replica.Router"]
# A worker, beat and bots have a pool beside the web processes.  A system check multiplies this by the pool size.
OTHER_PROCESSES = 3
DATABASE_PROCESSES = env.int("DATABASE_PROCESSES", default=env.int("WEB_INSTANCES", default=1) + OTHER_PROCESSES)
# Processors of the database's machine, for the capacity review; those of this machine where it is not said.
DATABASE_PROCESSORS = env.int("DATABASE_PROCESSORS", default=os.cpu_count() or 1)
# Whether this release may begin on the data of a newer one, as when an update is taken back.
NEWER_DATA = env.bool("NEWER_DATA", default=False)
SLOW_QUERY_SECONDS = env.float("SLOW_QUERY_SECONDS", default=0.1)
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379")
try:
    VALKEY = [server_urls.valkey_url(REDIS_URL, number) for number in range(server_urls.DATABASES)]
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from None
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": VALKEY[0], "health_check_interval": 5, "socket_connect_timeout": 2}]},
    }
}
# Heartbeats and counts of wrong codes, shared by all processes.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": VALKEY[2],
        "TIMEOUT": 300,
        "OPTIONS": {
            "pool_class": "chsh_project.pools.SharedPool",
            "serializer": "chsh_project.pools.JsonValues",
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
        },
    },
    # Values that can be computed from rows at any time; without this cache the game is correct but slower.
    "derived": {
        "BACKEND": "metrics.cache.backend.TwoLevelCache",
        "LOCATION": VALKEY[3],
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    },
}
if not env.bool("CACHE", default=True):
    CACHES["derived"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

# -- Celery ---------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = VALKEY[1]
CELERY_TASK_IGNORE_RESULT = True
# Early: a worker that dies loses only hints, which the sweep replaces; a late acknowledgement needs the broker.
CELERY_TASK_ACKS_LATE = False
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 5,
    "retry_on_timeout": True,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "chsh_project.beat:Scheduler"
# Tasks expire, so that a worker that comes back runs no old ones; the scheduler's rows store expire_seconds only.
CELERY_BEAT_SCHEDULE = {
    "find teams whose numbers are out of date": {
        "task": "dashboard.sweep_statistics",
        "schedule": 2.0,
        "options": {"expire_seconds": 10},
    },
    "thin the curves over time": {
        "task": "dashboard.thin_samples",
        "schedule": 60.0,
        "options": {"expire_seconds": 60},
    },
}

# Scheduled runs; their times are rows in the admin.  SCHEDULE_CACHE=0 and so on switch one off.
SCHEDULED = {
    kind: env.bool(f"SCHEDULE_{kind.upper()}", default=True)
    for kind in ("cache", "websocket", "database", "full", "maintenance", "performance_report", "capacity_review")
}
# Age in days at which finished games are archived, and archived games deleted; 0: never.
ARCHIVE_AFTER_DAYS = env.int("ARCHIVE_AFTER_DAYS", default=0)
DELETE_AFTER_DAYS = env.int("DELETE_AFTER_DAYS", default=0)
# Age in days at which records of logins are deleted; 0: never.
LOGINS_DAYS = env.int("LOGINS_DAYS", default=90)

# Whom the pages on accessibility and privacy name; empty: the instructor.
CONTACT = env.str("CONTACT", default="")

# -- Metrics --------------------------------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# The folder must exist before the first counter, which opens a file in it.
if shared_numbers := env.str("PROMETHEUS_MULTIPROC_DIR", default=""):
    Path(shared_numbers).mkdir(parents=True, exist_ok=True)
# Port of /metrics for a process that serves no pages; 0: none.
METRICS_HOST = env.str("METRICS_HOST", default="127.0.0.1")
METRICS_PORT = env.int("METRICS_PORT", default=0)

# -- The game -------------------------------------------------------------------------------------------------------
ANSWER_SECONDS = env.int("ANSWER_SECONDS", default=60)
GRACE_SECONDS = env.int("GRACE_SECONDS", default=30)
EVIDENCE_DELAY_SECONDS = env.int("EVIDENCE_DELAY_SECONDS", default=15)
# The database closes a worker's connection, and frees its lock, after this idle time within a recompute.
STATISTICS_STUCK_SECONDS = env.int("STATISTICS_STUCK_SECONDS", default=30)
AWAY_SECONDS = env.int("AWAY_SECONDS", default=30)
# A team that never played dissolves when all its players are away for so long: one that lacks a player, a complete one.
TEAM_GONE_SECONDS = env.float("TEAM_GONE_SECONDS", default=120.0)
TEAM_GONE_TOGETHER_SECONDS = env.float("TEAM_GONE_TOGETHER_SECONDS", default=1800.0)

# -- Limits of sockets ----------------------------------------------------------------------------------------------
SOCKET_CONNECTIONS = env.int("SOCKET_CONNECTIONS", default=10_000)
# Sockets of one browser (its signed cookie) or one account in a process.
SOCKET_CONNECTIONS_OF_ONE = env.int("SOCKET_CONNECTIONS_OF_ONE", default=5)
SOCKET_IDLE_SECONDS = env.float("SOCKET_IDLE_SECONDS", default=300.0)
SOCKET_MESSAGE_BYTES = env.int("SOCKET_MESSAGE_BYTES", default=4096)
# Token bucket of a socket: sustained rate, and burst.
SOCKET_MESSAGES_PER_SECOND = env.float("SOCKET_MESSAGES_PER_SECOND", default=20.0)
SOCKET_MESSAGES_BURST = env.float("SOCKET_MESSAGES_BURST", default=40.0)
# The same of what a player does, answers apart: joining, looking for a team, asking for results.
SOCKET_MOVES_PER_SECOND = env.float("SOCKET_MOVES_PER_SECOND", default=2.0)
SOCKET_MOVES_BURST = env.float("SOCKET_MOVES_BURST", default=10.0)
# A socket with more unread data than this is closed.
SOCKET_UNREAD_FRAMES = env.int("SOCKET_UNREAD_FRAMES", default=256)
SOCKET_UNREAD_BYTES = env.int("SOCKET_UNREAD_BYTES", default=2**20)
for name, value in list(locals().items()):
    if name.startswith("SOCKET_") and value <= 0:
        raise ImproperlyConfigured(f"{name}={value!r}: use a number above 0.")
# The server closes a socket that sends more than this (uvicorn's --ws-max-size).
DAPHNE_WEBSOCKET_MAX_MESSAGE_SIZE = DAPHNE_WEBSOCKET_MAX_FRAME_SIZE = 256 * 1024

# After SIGTERM a web process closes its sockets spread over this time, for the others to take them; 0: at once.
DRAIN_SECONDS = env.float("DRAIN_SECONDS", default=0.0)
# Every so many seconds a process with more phones than its share moves some to the others; 0: never.
BALANCE_SECONDS = env.float("BALANCE_SECONDS", default=0.0)
# A web process whose event loop hangs longer than this ends, and its supervisor starts another; 0: never.
WATCHDOG_SECONDS = env.float("WATCHDOG_SECONDS", default=5.0)

# -- Words, time, files ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Each language by its own name, which its readers look for.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
# Static files are served before the security middleware, so nosniff is set here.
SERVESTATIC_ADD_HEADERS_FUNCTION = lambda headers, path, url: headers.setdefault("X-Content-Type-Options", "nosniff")  # noqa: E731
# The compressed files, which browsers get, have no comments.
SERVESTATIC_MINIFY = not DEBUG
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "chsh_project.assets.storage.HashedStaticFiles"
    },
}

# -- Logs: one JSON object a line, with ids and without names or answers --------------------------------------------
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
# Where reports of errors go (Sentry, GlitchTip), without names and answers; empty: nowhere.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
logs.configure()
LOGGING = logs.handlers(LOG_LEVEL, {"dsn": SENTRY_DSN, "release": VERSION} if SENTRY_DSN else None)
# Addresses of pupils are personal data.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# The middleware would read session and account for every page.
DJANGO_STRUCTLOG_USER_ID_FIELD = None

# -- Traces: spans of answers, moves and recomputes, to a receiver of OpenTelemetry; empty: nowhere -----------------
TRACES_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")
TRACES_SERVICE = env.str("OTEL_SERVICE_NAME", default="chsh-game")
# The share of answers, moves and recomputes that have one.
TRACES_SHARE = env.float("OTEL_TRACES_SAMPLER_ARG", default=0.01)
if not 0 <= TRACES_SHARE <= 1:
    raise ImproperlyConfigured(f"OTEL_TRACES_SAMPLER_ARG={TRACES_SHARE!r}: use a share from 0 to 1.")
for name, package in ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry"), ("SENTRY_DSN", "sentry_sdk"):
    address = env.str(name, default="")
    if address and not address.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"{name}={address!r}: use an address that begins with https:// or http://.")
    if address and find_spec(package) is None:
        raise ImproperlyConfigured(f"{name} is set: install the packages of the extra `telemetry` (pyproject.toml).")
