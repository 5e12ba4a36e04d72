"""Debian's PostgreSQL programs, and the user as which they run."""

import os
import pwd
import re
from dataclasses import dataclass
from pathlib import Path

from central.database.trouble import PostgresMissing, PostgresTooOld

OLDEST = 15
DEBIAN_DIR = Path("/usr/lib/postgresql")
_PACKAGE_HINT = (
    "install Debian's package `postgresql` (as root: apt-get install postgresql), "
    "or set DATABASE_URL to a PostgreSQL of your own"
)


@dataclass(frozen=True, slots=True)
class Programs:
    """One version's programs."""

    version: int
    bin_dir: Path

    def path(self, name: str) -> str:
        return str(self.bin_dir / name)


def find(
    root: Path = DEBIAN_DIR, *, data_version: int | None = None, having: str = "initdb"
) -> Programs:
    """The newest usable version, or exactly the one that made the data.

    Args:
        having: the program that is needed; pg_dump comes without a server, too.

    Raises:
        PostgresMissing, PostgresTooOld
    """
    found = {
        int(path.parent.parent.name): path.parent
        for path in root.glob(f"*/bin/{having}")
        if re.fullmatch(r"\d+", path.parent.parent.name)
    }
    if data_version is not None:
        if data_version in found:
            return Programs(data_version, found[data_version])
        raise PostgresMissing(
            f"the data were made by PostgreSQL {data_version}, which is not installed below {root}:"
            f" install Debian's package `postgresql-{data_version}`, or upgrade them (pg_upgrade)"
        )
    if not found:
        raise PostgresMissing(f"there is no PostgreSQL below {root}: {_PACKAGE_HINT}")
    newest = max(found)
    if newest < OLDEST:
        raise PostgresTooOld(
            f"PostgreSQL {newest} is too old, {OLDEST} or later is needed: {_PACKAGE_HINT}"
        )
    return Programs(newest, found[newest])


@dataclass(frozen=True, slots=True)
class RunAs:
    """Who owns the cluster's files and processes: `postgres` when we are root, else ourselves."""

    prefix: tuple[str, ...]
    """To put before a command line."""
    uid: int
    gid: int


def run_as() -> RunAs:
    """Raises:
    PostgresMissing: we are root and there is no user `postgres`.
    """
    if os.geteuid() != 0:
        return RunAs((), os.geteuid(), os.getegid())
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise PostgresMissing(f"there is no user `postgres`: {_PACKAGE_HINT}") from None
    prefix = ("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--")
    return RunAs(prefix, user.pw_uid, user.pw_gid)
