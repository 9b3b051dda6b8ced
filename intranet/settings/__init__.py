"""All settings of Commonplace. Those for operators come from the environment (docs/settings.md)."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

import limits
from imaging.formats import PROMISES
from intranet import environment_file
from intranet.settings import environment

try:
    environment_file.load()
except environment_file.Unreadable as error:
    raise ImproperlyConfigured(str(error)) from None
ENV = environment.Environment()
BASE_DIR = Path(__file__).resolve().parent.parent.parent

# --- Folders and addresses ------------------------------------------------------------------------------------------

# Used by the processes that listen; validated here, so that every command reports errors in them.
ENV.integer("PORT", 8000, least=0, most=65_535)
ENV.integer("INTRANET_WORKERS", 1, least=1, most=64)
INTRANET_BACKGROUND = ENV.choice("INTRANET_BACKGROUND", "thread", ("thread", "process", "none"))

INTRANET_VAR = ENV.folder("INTRANET_VAR", BASE_DIR / "var")
INTRANET_ROLE = ENV.choice("INTRANET_ROLE", "all", ("all", "internal", "public"))
if INTRANET_ROLE == "public":
    # Its database account can only read.
    INTRANET_BACKGROUND = "none"
INTRANET_DEMO = ENV.boolean("INTRANET_DEMO", True)
INTRANET_DEMO_PASSWORD = ENV.text("INTRANET_DEMO_PASSWORD", environment.PUBLISHED_PASSWORD)
INTRANET_URL = ENV.address("INTRANET_URL", f"http://{ENV.text('HOST', '127.0.0.1')}:{ENV.text('PORT', '8000')}")
INTRANET_PUBLIC_URL = ENV.address("INTRANET_PUBLIC_URL", f"{INTRANET_URL}/public")
# Empty if there is no WebSub hub; then no feed names one.
INTRANET_HUB_URL = ENV.address("INTRANET_HUB_URL", "") if ENV.text("INTRANET_HUB_URL") else ""
# Proxies whose X-Forwarded-For is trusted when failed sign-ins are counted by address.
INTRANET_PROXIES = ENV.networks("INTRANET_PROXIES")
INTRANET_X_ACCEL = ENV.boolean("INTRANET_X_ACCEL", False)
INTRANET_ACCESS_LOG = ENV.boolean("INTRANET_ACCESS_LOG", False)
DEBUG = ENV.boolean("INTRANET_DEBUG", False)
INTRANET_EXPOSED = ENV.is_exposed()
if (
    INTRANET_EXPOSED
    and INTRANET_DEMO
    and INTRANET_ROLE != "public"
    and INTRANET_DEMO_PASSWORD == environment.PUBLISHED_PASSWORD
):
    raise ImproperlyConfigured(
        "others can reach this site (HOST, INTRANET_URL), and its demo persons would have the published password:"
        " set INTRANET_DEMO=0, or INTRANET_DEMO_PASSWORD to one of your own."
    )

try:
    # Nobody else on the machine may read the database, the index or the media.
    INTRANET_VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"INTRANET_VAR={str(INTRANET_VAR)!r} cannot be made: {error.strerror}.") from None


SECRET_KEY = ENV.secret_key("SECRET_KEY", INTRANET_VAR / "secret-key")
ALLOWED_HOSTS = ENV.hosts("ALLOWED_HOSTS", "INTRANET_PUBLIC_URL" if INTRANET_ROLE == "public" else "INTRANET_URL")
HTTPS = INTRANET_URL.startswith("https://")

# --- Apps, middleware, templates ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "intranet",
    "search",
    "blog",
    "wiki",
    "podcasts",
    "syndication",
    "conversation",
    "news",
    "desk",
    "pages",
    "media",
    "people",
    "intranet.users_app.UsersConfig",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.snippets",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    "modelsearch",
    "modelcluster",
    "taggit",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "intranet.logs.AccessLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "intranet.compression.CompressionMiddleware",
    "intranet.middleware.ResponseHeadersMiddleware",
    "intranet.addresses.AddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "intranet.middleware.SignInRequiredMiddleware",
    "intranet.admin_door.AdminDoorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "desk.unsaved.UnsavedTextMiddleware",
]

ROOT_URLCONF = "intranet.urls.public_root" if INTRANET_ROLE == "public" else "intranet.urls"
WSGI_APPLICATION = "intranet.wsgi.application"

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
                "intranet.context_processors.shell",
            ],
        },
    }
]

# --- Services, each by one URL --------------------------------------------------------------------------------------

DATABASES = {
    "default": environment.database(ENV.text("DATABASE_URL", f"sqlite:///{INTRANET_VAR / 'commonplace.sqlite3'}"))
}
CACHES = {
    "default": environment.cache(ENV.text("CACHE_URL", "locmem://")),
    # For renditions of pictures; separate, so that many of them evict nothing else.
    "renditions": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "renditions"},
}
WAGTAILSEARCH_BACKENDS = {"default": environment.search(ENV.text("SEARCH_URL", f"whoosh://{INTRANET_VAR / 'index'}"))}
MODELSEARCH_BACKENDS = WAGTAILSEARCH_BACKENDS  # The name that django-modelsearch uses.
# Without EMAIL_URL, mail goes into a folder, and links are shown to the person who creates them.
INTRANET_SENDS_MAIL = bool(ENV.text("EMAIL_URL"))
globals().update(environment.email(ENV.text("EMAIL_URL", f"file://{INTRANET_VAR / 'mail'}")))
INTRANET_BIN_DAYS = ENV.integer("INTRANET_BIN_DAYS", 90, least=1, most=3650)
INTRANET_SEARCH_REPORT_DAYS = ENV.integer("INTRANET_SEARCH_REPORT_DAYS", 90, least=0, most=730)
INTRANET_MAILS_PER_MINUTE = ENV.integer("INTRANET_MAILS_PER_MINUTE", 300, least=1, most=100_000)
DEFAULT_FROM_EMAIL = ENV.sender("DEFAULT_FROM_EMAIL", "commonplace@localhost")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "ENQUEUE_ON_COMMIT": False}}

STORAGE_URL = environment.Url.parse(
    "STORAGE_URL", ENV.text("STORAGE_URL", f"file://{INTRANET_VAR / 'media'}"), ("file",)
)
MEDIA_ROOT = Path(STORAGE_URL.path)
MEDIA_URL = "/media/"
# If uploads are shared by several hosts, so are the public copies.
INTRANET_PUBLIC_MEDIA_ROOT = MEDIA_ROOT / "public" if ENV.text("STORAGE_URL") else INTRANET_VAR / "public_media"
# If nginx sends the files, it reads them as a member of our group.
MEDIA_FILES = 0o640 if INTRANET_X_ACCEL else 0o600
MEDIA_FOLDERS = 0o750 if INTRANET_X_ACCEL else 0o700
STATIC_URL = "/static/"
STATIC_ROOT = INTRANET_VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "intranet.style_sheets.StyleSheetFinder",
    "intranet.editor_library.EditorLibraryFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": MEDIA_FILES, "directory_permissions_mode": MEDIA_FOLDERS},
    },
    "public": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": INTRANET_PUBLIC_MEDIA_ROOT,
            "file_permissions_mode": MEDIA_FILES,
            "directory_permissions_mode": MEDIA_FOLDERS,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "intranet.static_storage.StaticStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MAX_AGE = 3600

# --- Sign-in and sessions -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["people.backends.PersonBackend"]
SESSION_ENGINE = "people.sessions"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "intranet.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [INTRANET_URL] if HTTPS else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_PERMISSIONS = 0o600
INTRANET_MAX_UPLOAD_BYTES = ENV.integer("INTRANET_MAX_UPLOAD_MB", 200, least=1, most=10_000) * 1024 * 1024

# --- Wagtail: defaults that an intranet has to override -------------------------------------------------------------

WAGTAIL_PAGE_MODEL = "pages.BasePage"
# A version that comes out at its time ends no request for approval of a newer one; `pages.approval` does that.
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = False
WAGTAIL_SITE_NAME = "Commonplace"
WAGTAILADMIN_BASE_URL = INTRANET_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILREDIRECTS_AUTO_CREATE = False
WAGTAIL_AUTOSAVE_INTERVAL = 3000
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# Wagtail shows the comments of a page to everyone who edits it, also in a space that it moved to later.
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
WAGTAILIMAGES_IMAGE_MODEL = "media.Picture"
WAGTAILIMAGES_MAX_IMAGE_PIXELS = limits.PICTURE_PIXELS
WAGTAILIMAGES_MAX_UPLOAD_SIZE = limits.PICTURE_BYTES
WAGTAILIMAGES_EXTENSIONS = list(PROMISES)
WAGTAILIMAGES_IMAGE_FORM_BASE = "media.admin_forms.PictureForm"
WAGTAILDOCS_DOCUMENT_MODEL = "media.Attachment"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_MAX_UPLOAD_SIZE = INTRANET_MAX_UPLOAD_BYTES
WAGTAILDOCS_EXTENSIONS = "csv docx epub ics json key md odp ods odt pdf pptx rtf txt xlsx zip".split()
TAGGIT_CASE_INSENSITIVE = True

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
# Languages of pages; the search index has rules for each.
INTRANET_CONTENT_LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("de", _("German")),
    ("ar", _("Arabic")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = ENV.time_zone("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "intranet.logs.Formatter", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "PIL": {"level": "WARNING"},
        # Logs at least a line per search; callers log failures.
        "opensearch": {"level": "CRITICAL"},
        # Would log page titles, which only members may be allowed to read.
        "wagtail": {"level": "WARNING"},
        # Two lines per task would repeat the task table.
        "django_tasks": {"level": "WARNING"},
    },
}
