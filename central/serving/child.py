"""One child process of `central serve`: started, started again when it dies, ended with us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_HEALTHY_AFTER_S = 60.0
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """A parent that is killed outright leaves no child behind (prctl(2), Linux)."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A Python module run as a process. Used by one thread."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._command = [sys.executable, "-m", *arguments]
        self._environment = dict(environment)
        self._monotonic = monotonic
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._pause_s = _FIRST_PAUSE_S
        self._again_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._started_at = self._monotonic()
        # preexec_fn is safe here: the parent has one thread.
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509
        )

    def watch(self) -> str | None:
        """To be called a few times a second: what happened since, if anything, in words."""
        now = self._monotonic()
        if self._process is None:
            if now >= self._again_at:
                self.start()
                return f"{self.name}: started again"
            return None
        status = self._process.poll()
        if status is None:
            if now - self._started_at >= _HEALTHY_AFTER_S:
                self._pause_s = _FIRST_PAUSE_S
            return None
        self._kill_group()
        self._process = None
        self._again_at = now + self._pause_s
        told = f"{self.name}: ended with status {status}, again in {self._pause_s:g} s"
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
        return told

    def ask_to_end(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def wait(self, timeout_s: float) -> None:
        """Until it has ended, with all that it started; killed when it takes longer."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout_s)
        self._kill_group()
        self._process.wait()
        self._process = None

    def _kill_group(self) -> None:
        """Ends what the child itself has started: a server killed outright leaves its workers,
        and those would keep the port and answer for a process that nobody watches.
        """
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
