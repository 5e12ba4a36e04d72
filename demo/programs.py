"""The shop's programs as child processes: started, logged, waited for, and always ended."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

GRACE_S = 10.0
"""A program that was asked to end gets this long before it is killed."""
_LAST_LINES = 15
Thing = TypeVar("Thing")


class DemoError(Exception):
    """Something did not go as it must; the message is for the person who ran the demo.

    DemoError
    ├── ProgramFailed   one of the programs ended, or said no
    └── NotInTime       something that was waited for did not come
    """


class ProgramFailed(DemoError):
    pass


class NotInTime(DemoError):
    pass


class Programs:
    """Starts `kiosk` and `central`; a context that leaves no process behind.

    Each long-running program is the leader of a process group of its own, so that its
    children end with it. What it prints goes to `LOGS/NAME.log`.
    """

    def __init__(self, logs: Path, env: Mapping[str, str]) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._env = {**os.environ, **env, "PYTHONUNBUFFERED": "1"}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # In reverse: the kiosk says goodbye to a service that is still there.
        for name in reversed(list(self._running)):
            self.end(name)

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start `python -m ARGUMENTS`; it runs on until `end`."""
        with self._log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def end(self, name: str) -> None:
        """Ask it to end, wait, and kill its whole group if it does not."""
        process = self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._note(name, f"did not end within {GRACE_S:.0f} s and was killed")
        # The group outlives its leader if the leader died without ending its children.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def cut_off(self, name: str) -> None:
        """What a power cut does to it: it ends between two instructions, with its children."""
        process = self._running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def run(self, name: str, arguments: Sequence[str], *, timeout_s: float = 60) -> str:
        """What `python -m ARGUMENTS` prints.

        Raises:
            ProgramFailed: it ended with another status than 0.
            NotInTime
        """
        status, out, err = self.ask(name, arguments, timeout_s=timeout_s)
        if status != 0:
            raise ProgramFailed(
                f"`{' '.join(arguments)}` ended with status {status}:\n{_tail(out + err)}"
            )
        return out

    def ask(
        self, name: str, arguments: Sequence[str], *, timeout_s: float = 60
    ) -> tuple[int, str, str]:
        """Exit status, output and error output of `python -m ARGUMENTS`."""
        try:
            done = subprocess.run(
                [sys.executable, "-m", *arguments],
                env=self._env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotInTime(f"`{' '.join(arguments)}` took over {timeout_s:.0f} s") from None
        self._note(name, f"$ {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.returncode, done.stdout, done.stderr

    def check(self) -> None:
        """Raises ProgramFailed if one of the running programs has ended by itself."""
        for name, process in self._running.items():
            if (status := process.poll()) is not None:
                log = self._log(name)
                raise ProgramFailed(
                    f"{name} has ended with status {status}; the end of {log}:\n"
                    f"{_tail(log.read_text(errors='replace'))}"
                )

    def wait_for(self, what: str, look: Callable[[], Thing | None], timeout_s: float) -> Thing:
        """What `look` gives once it is not None; asked for 20 times a second.

        Raises:
            ProgramFailed: a program ended meanwhile.
            NotInTime
        """
        for _ in _moments(timeout_s):
            self.check()
            if (found := look()) is not None:
                return found
        raise NotInTime(f"{what}: not within {timeout_s:.0f} s; see the logs in {self._logs}")

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _note(self, name: str, text: str) -> None:
        with self._log(name).open("a") as log:
            log.write(text + "\n")


def _moments(timeout_s: float) -> Iterator[None]:
    """20 a second until the time is over, and at least one."""
    end_s = time.monotonic() + timeout_s
    yield
    while time.monotonic() < end_s:
        time.sleep(0.05)
        yield


def _tail(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.rstrip().splitlines()[-_LAST_LINES:])
