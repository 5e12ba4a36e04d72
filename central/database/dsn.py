"""Connection strings, one for each right: the owner migrates, the app serves.

They are URLs that libpq (psycopg), asyncpg and psql all understand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from central.database import place

URL_VARIABLE = "DATABASE_URL"
APP_URL_VARIABLE = "DATABASE_APP_URL"
"""Optional: a login that is a member of central_app only. Without it the app becomes
central_app by `SET ROLE` on the login of `DATABASE_URL`."""
OWNER = "central_owner"
APP = "central_app"
DATABASE = "points"


@dataclass(frozen=True, slots=True)
class Dsns:
    admin: str
    """May create roles; used once, by `central migrate`."""
    owner: str
    app: str


def embedded_socket_dir(data: Path) -> Path:
    """Where the private cluster below a data folder listens."""
    return data / "postgresql" / "socket"


def embedded(socket_dir: Path, database: str = DATABASE) -> Dsns:
    """The DSNs of a private cluster (peer authentication, one login per role)."""
    host = quote(str(socket_dir), safe="")
    return Dsns(
        *(f"postgresql://{user}@{host}/{database}" for user in ("postgres", OWNER, APP)),
    )


def from_environment(environment: Mapping[str, str]) -> Dsns:
    """`DATABASE_URL` if it is set, else the embedded cluster of the data folder."""
    url = environment.get(URL_VARIABLE)
    if not url:
        return embedded(embedded_socket_dir(place.data_dir(environment)))
    return Dsns(
        admin=url,
        owner=with_role(url, OWNER),
        app=environment.get(APP_URL_VARIABLE) or with_role(url, APP),
    )


def with_role(url: str, role: str) -> str:
    """The same login, acting as `role` from the first statement on."""
    return _with_options(url, f"-c role={role}")


def _with_options(url: str, option: str) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    query["options"] = " ".join(filter(None, [query.get("options"), option]))
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote)))


def with_database(url: str, database: str) -> str:
    """The same server and login, another database."""
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(database)))


def database_of(url: str) -> str:
    """The database that a DSN names."""
    return unquote(urlsplit(url).path.lstrip("/")) or DATABASE


def for_django(url: str) -> dict[str, Any]:
    """The entry of Django's DATABASES for a DSN."""
    parts = urlsplit(url)
    host, _, port = parts.netloc.rpartition("@")[2].partition(":")
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database_of(url),
        "USER": unquote(user),
        "PASSWORD": unquote(password),
        "HOST": unquote(host),
        "PORT": port,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
