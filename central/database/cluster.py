"""A private PostgreSQL cluster below the data folder: socket only, peer authentication.

Several of our programs may use it at once (`central serve` and a command beside it): the
first starts it, the last stops it; who uses it holds a shared lock on a file.
"""

import fcntl
import os
import pwd
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg

from central.database import binaries, dsn
from central.database.trouble import (
    DatabaseTrouble,
    FolderNotWritable,
    HeldByAnother,
    StartFailed,
)

_LONGEST_SOCKET_DIR = 107 - len("/.s.PGSQL.5432.lock")
"""A Unix socket's path has at most 107 bytes (unix(7))."""
_START_TIMEOUT_S = 60
_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "100",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "logging_collector": "off",
    # Short statements: compiling them costs more than it saves.
    "jit": "off",
}


class Cluster:
    """The cluster in `data/postgresql`. Not thread-safe; safe against other processes."""

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        """`settings` are added to postgresql.conf when the cluster is made (tests: fsync off)."""
        self._data = data
        self._root = dsn.embedded_socket_dir(data).parent
        self._files = self._root / "data"
        self._log = self._root / "postgresql.log"
        self._socket_dir = dsn.embedded_socket_dir(data)
        self._settings = {**_SETTINGS, **(settings or {})}

    @property
    def socket_dir(self) -> Path:
        return self._socket_dir

    @contextmanager
    def running(self) -> Iterator[None]:
        """The cluster runs inside this block; made and started if need be.

        Raises:
            DatabaseTrouble
        """
        owner = binaries.run_as()
        self._make_folders(owner)
        with (
            (self._root / "start.lock").open("w") as start,
            (self._root / "use.lock").open("w") as use,
        ):
            fcntl.flock(start, fcntl.LOCK_EX)
            try:
                programs = self._make(owner)
                self._start(programs, owner)
                fcntl.flock(use, fcntl.LOCK_SH)
            finally:
                fcntl.flock(start, fcntl.LOCK_UN)
            try:
                yield
            finally:
                fcntl.flock(start, fcntl.LOCK_EX)
                if _nobody_else_has(use):
                    self._control(programs, owner, "stop", "-m", "fast")

    def _make_folders(self, owner: binaries.RunAs) -> None:
        if len(os.fsencode(self._socket_dir)) > _LONGEST_SOCKET_DIR:
            raise FolderNotWritable(
                f"the data folder {self._data} has too long a path for a socket below it"
                f" ({_LONGEST_SOCKET_DIR} bytes at most): choose a shorter --data"
            )
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            for folder in (self._root, self._socket_dir):
                folder.mkdir(mode=0o755, exist_ok=True)
                if folder.stat().st_uid != owner.uid:
                    os.chown(folder, owner.uid, owner.gid)
        except OSError as error:
            raise FolderNotWritable(
                f"the data folder {self._data} cannot be written: {error.strerror}; make it"
                f" writable for user {_user_name(os.geteuid())} or choose another with --data"
            ) from None
        if not os.access(self._root, os.W_OK):
            raise FolderNotWritable(
                f"{self._root} belongs to user {_user_name(self._root.stat().st_uid)} and cannot be"
                f" written by {_user_name(os.geteuid())}: choose another folder with --data"
            )
        if owner.prefix and not self._may_enter(owner):
            raise FolderNotWritable(
                f"user `postgres`, as which the database runs, cannot enter {self._root}: a folder"
                " above it is closed; open that (chmod o+x) or choose another with --data"
            )

    def _may_enter(self, owner: binaries.RunAs) -> bool:
        test = subprocess.run([*owner.prefix, "test", "-w", str(self._root)], check=False, cwd="/")
        return test.returncode == 0

    def _make(self, owner: binaries.RunAs) -> binaries.Programs:
        """The programs for the data there are; made now if there are none."""
        version_file = self._files / "PG_VERSION"
        if version_file.exists():
            return binaries.find(data_version=int(version_file.read_text("ascii")))
        programs = binaries.find()
        self._run(
            owner,
            programs.path("initdb"),
            f"--pgdata={self._files}",
            "--username=postgres",
            "--auth=peer",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
        )
        with (self._files / "postgresql.conf").open("a", encoding="ascii") as conf:
            conf.write("\n# Points service: private, socket only.\n")
            conf.write(f"unix_socket_directories = '{self._socket_dir}'\n")
            conf.writelines(f"{name} = {value}\n" for name, value in self._settings.items())
        return programs

    def _start(self, programs: binaries.Programs, owner: binaries.RunAs) -> None:
        status = self._control(programs, owner, "status", check=False)
        if status.returncode == 0:
            if not self._answers():
                raise HeldByAnother(
                    f"another PostgreSQL runs on {self._files}"
                    f" ({status.stdout.splitlines()[0].strip()}): stop it first"
                )
            return
        self._write_who_may_connect()
        self._control(
            programs,
            owner,
            "start",
            "--wait",
            f"--timeout={_START_TIMEOUT_S}",
            f"--log={self._log}",
        )
        if not self._answers():
            raise StartFailed(f"PostgreSQL started but does not answer; see {self._log}")

    def _write_who_may_connect(self) -> None:
        """Our own user, and `postgres`, by their operating system's word; nobody else."""
        users = {_user_name(os.geteuid()), _user_name(self._files.stat().st_uid)}
        roles = ("postgres", dsn.OWNER, dsn.APP)
        (self._files / "pg_hba.conf").write_text(
            "local all all peer map=central\n"
            "local replication postgres peer map=central\n",  # base backups, docs/backup.md
            "ascii",
        )
        (self._files / "pg_ident.conf").write_text(
            "".join(f"central {user} {role}\n" for user in sorted(users) for role in roles),
            "ascii",
        )

    def _answers(self) -> bool:
        try:
            with psycopg.connect(
                dsn.embedded(self._socket_dir, "postgres").admin, connect_timeout=5
            ) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _control(
        self,
        programs: binaries.Programs,
        owner: binaries.RunAs,
        *arguments: str,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        return self._run(
            owner, programs.path("pg_ctl"), f"--pgdata={self._files}", *arguments, check=check
        )

    def _run(
        self, owner: binaries.RunAs, *command: str, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        # A PostgreSQL that inherited the pipes would keep them open: its output goes to its log.
        done = subprocess.run(
            [*owner.prefix, *command],
            check=False,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_START_TIMEOUT_S + 30,
            env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        if check and done.returncode != 0:
            raise StartFailed(f"{Path(command[0]).name} failed: {self._last_words(done.stdout)}")
        return done

    def _last_words(self, output: str) -> str:
        try:
            log = self._log.read_text("utf-8", errors="replace")
        except OSError:
            log = ""
        return " / ".join([*output.strip().splitlines()[-2:], *log.strip().splitlines()[-3:]])


def _nobody_else_has(lock_file: object) -> bool:
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]  # an open file
    except BlockingIOError:
        return False
    return True


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


@contextmanager
def opened(environment: Mapping[str, str]) -> Iterator[dsn.Dsns]:
    """The DSNs of a database that answers: `DATABASE_URL`, or the embedded cluster, running.

    Every `central` command works inside this block.

    Raises:
        DatabaseTrouble
    """
    from central.database import place

    dsns = dsn.from_environment(environment)
    if environment.get(dsn.URL_VARIABLE):
        yield dsns
        return
    with Cluster(place.data_dir(environment)).running():
        yield dsns


__all__ = ["Cluster", "DatabaseTrouble", "opened"]
