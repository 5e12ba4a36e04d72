"""Django's settings: who owns the tables, and the few pages that are Django's.

The database is `DATABASE_URL`, or the embedded cluster below the data folder
(`central.database`). Migrations connect as the owner; pages and workers as the app.
"""

import os
import secrets
from typing import Any

from central.database import dsn, place

_DATA = place.data_dir(os.environ)
_SECRET_FILE = _DATA / "secret_key"

# Made and kept by `central migrate`. Tools that need no secret (types, diagrams, migrations
# being written) run without a data folder, on a key that dies with their process.
try:
    SECRET_KEY = _SECRET_FILE.read_text("ascii").strip()
except OSError:
    SECRET_KEY = secrets.token_urlsafe(50)

DEBUG = False
ALLOWED_HOSTS = os.environ.get("CENTRAL_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "procrastinate.contrib.django",
    "central.programme",
    "central.devices",
    "central.members",
    "central.ledger",
    "central.redemption",
    "central.staff",
    "central.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "central.web.urls"
WSGI_APPLICATION = "central.web.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
]

_DSNS = dsn.from_environment(os.environ)
DATABASES: dict[str, dict[str, Any]] = {
    "default": dsn.for_django(_DSNS.app),
    "owner": dsn.for_django(_DSNS.owner),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "zh-hans"
"""Only for Django's own words; the programme's zone and texts are rows."""
