"""The program `central` as its users start it: a process, its words and its exit status."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_MARK = "POINTS_TEST_RUN"
_STARTS_WITHIN_S = 45.0
_ENDS_WITHIN_S = 15.0


def central(
    environment: Mapping[str, str], *arguments: str, status: int = 0
) -> "subprocess.CompletedProcess[str]":
    """What one command said; it must end with `status`, and never with a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "central", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


def one_line(done: "subprocess.CompletedProcess[str]") -> str:
    """The single line with which a command says what is wrong."""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("Error: ")
    return lines[0]


def eventually(what: str, happened: Callable[[], T | None], within_s: float) -> T:
    """The first answer that is neither None nor false; processes tell nobody when they are done."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if answer := happened():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {within_s:g} s")


class Program:
    """A long-running command with all the processes that it starts, however deep."""

    def __init__(self, environment: Mapping[str, str], log: Path, *arguments: str) -> None:
        self._mark = uuid.uuid4().hex
        self._log = log
        with log.open("wb") as written:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "central", *arguments],
                env={**environment, _MARK: self._mark, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def said(self) -> str:
        return self._log.read_text()

    def until_said(self, words: str, within_s: float = _STARTS_WITHIN_S) -> None:
        def heard() -> bool:
            if words in self.said():
                return True
            assert self._process.poll() is None, f"ended without {words!r}: {self.said()}"
            return False

        eventually(f"{words!r} of {self.said()}", heard, within_s)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit status after this signal."""
        self._process.send_signal(number)
        return self._process.wait(_ENDS_WITHIN_S)

    def processes(self) -> dict[int, str]:
        """Command lines of what lives of it, by pid: the program itself and all beneath."""
        mark = f"{_MARK}={self._mark}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().decode()
            except OSError:
                continue  # it has ended meanwhile, or is somebody else's
        return found

    def child(self, module: str) -> int | None:
        """The pid of the process that the program itself started for a module."""
        for pid, line in self.processes().items():
            if f"\0-m\0{module}\0" in line and _parent(pid) == self.pid:
                return pid
        return None

    def kill_all(self) -> None:
        self._process.kill()
        self._process.wait()
        for pid in self.processes():
            with suppress(ProcessLookupError):  # some end with the one that they belonged to
                os.kill(pid, signal.SIGKILL)


def _parent(pid: int) -> int | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[1])


@contextmanager
def running(environment: Mapping[str, str], log: Path, *arguments: str) -> Iterator[Program]:
    """The program, ended with all its processes however the block ends."""
    program = Program(environment, log, *arguments)
    try:
        yield program
    finally:
        program.kill_all()
