"""pg_dump and pg_restore as child processes, their progress by table."""

import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from central.backup.trouble import ProgramFailed, ProgramMissing, TooNew
from central.database import binaries
from central.database.binaries import Programs
from central.database.trouble import PostgresMissing, PostgresTooOld

Tables = Callable[[int], None]
"""Gets the number of tables begun so far."""
_TABLE = re.compile(r"(?:dumping contents of|processing data for) table ")
_LAST_WORDS = 3
_CHATTER = re.compile(
    r"^pg_(?:dump|restore): (?:dumping|processing|creating|reading|last|saving"
    r"|identifying|finding|flagging|connecting|executing|implied|allocating|setting|entering)"
)


def usable(server: int, root: Path = binaries.DEBIAN_DIR) -> Programs:
    """The programs of this machine, if they are as new as this major version.

    Raises:
        TooNew, ProgramMissing
    """
    package = f"install Debian's package `postgresql-client-{server}`"
    try:
        programs = binaries.find(root, having="pg_dump")
    except (PostgresMissing, PostgresTooOld):
        raise ProgramMissing(f"there is no pg_dump below {root}: {package}") from None
    if programs.version < server:
        raise TooNew(
            f"PostgreSQL {server} needs its own pg_dump, this machine's is {programs.version}:"
            f" {package}"
        )
    return programs


def dump(
    programs: Programs,
    dsn: str,
    snapshot: str,
    tables: Tables,
    take: Callable[[IO[bytes]], None],
) -> None:
    """Runs pg_dump over one snapshot; `take` reads its output to the end.

    Raises:
        ProgramFailed
    """
    conninfo, environment = _login(dsn)
    command = [
        programs.path("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--verbose",
        f"--snapshot={snapshot}", "--no-password", f"--dbname={conninfo}",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    with process:
        said = _Said(process, tables)
        try:
            if process.stdout is not None:
                take(process.stdout)
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
            said.join()
    if process.returncode != 0:
        raise ProgramFailed(f"pg_dump failed: {said.last_words()}")


def restore(programs: Programs, dsn: str, content: Iterable[bytes], tables: Tables) -> None:
    """Runs pg_restore into an empty database, all of it or nothing.

    Raises:
        ProgramFailed
    """
    conninfo, environment = _login(dsn)
    command = [
        programs.path("pg_restore"), "--no-owner", "--no-privileges", "--single-transaction",
        "--exit-on-error", "--verbose", "--no-password", f"--dbname={conninfo}",
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    with process:
        said = _Said(process, tables)
        try:
            if process.stdin is not None:
                with process.stdin:
                    for chunk in content:
                        process.stdin.write(chunk)
        except BrokenPipeError:
            pass  # it has ended early; its status and last words say why
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait()
            said.join()
    if process.returncode != 0:
        raise ProgramFailed(f"pg_restore failed: {said.last_words()}")


class _Said:
    """Reads what a program tells on stderr, on a thread of its own, so that it never waits."""

    def __init__(self, process: "subprocess.Popen[bytes]", tables: Tables) -> None:
        self._lines: list[str] = []
        self._process, self._tables = process, tables
        self._thread = threading.Thread(target=self._read, name="stderr", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        begun = 0
        for raw in self._process.stderr or ():
            line = raw.decode("utf-8", "replace").strip()
            if _TABLE.search(line):
                begun += 1
                self._tables(begun)
            if line and not _CHATTER.match(line):
                self._lines = [*self._lines[-_LAST_WORDS:], line]

    def join(self) -> None:
        self._thread.join()

    def last_words(self) -> str:
        return " / ".join(self._lines[-_LAST_WORDS:]) or "without a word"


def _login(dsn: str) -> tuple[str, dict[str, str]]:
    """The DSN without its password, which every user of the machine could read in `ps`."""
    known = conninfo_to_dict(dsn)
    password = known.pop("password", None)
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo("", **known), environment


class Tenths:
    """Two streams of one program, which two threads read, become a line per tenth of the tables."""

    def __init__(self, tables: int, tell: Callable[[str], None], done: str) -> None:
        self._all, self._tell, self._done = tables, tell, done
        self._bytes = 0
        self._told = 0

    def bytes(self, count: int) -> None:
        self._bytes += count

    def tables(self, begun: int) -> None:
        tenth = 10 * begun // max(self._all, 1)
        if tenth > self._told:
            self._told = tenth
            self._tell(f"table {begun} of {self._all}, {self._bytes / 1e6:,.1f} MB {self._done}")
