"""What the service manager and an engineer see of a running kiosk (systemd, SIGUSR1)."""

import asyncio
import faulthandler
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sdnotify

FRESH_S = 10.0
"""Twice the period in which a still screen is redrawn."""


@dataclass(frozen=True, slots=True)
class Liveness:
    """One thing that must keep moving, and when it last did (boot time in seconds)."""

    name: str
    last_s: Callable[[], float]
    within_s: float = FRESH_S


class Supervisor:
    """Tells systemd that the kiosk is ready, and that it lives only while it really does.

    Without NOTIFY_SOCKET in the environment (a development machine) it tells nobody.
    """

    def __init__(self, now_s: Callable[[], float], signs: tuple[Liveness, ...]) -> None:
        self._now_s = now_s
        self._signs = signs
        # The notifier would open a socket, fail, and leave it to the garbage collector.
        self._notifier = sdnotify.SystemdNotifier() if "NOTIFY_SOCKET" in os.environ else None

    def ready(self) -> None:
        """The first picture stands and recovery is done."""
        self._tell("READY=1")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def stale(self) -> list[str]:
        """Names of the signs of life that stand still; empty when all is well."""
        now_s = self._now_s()
        return [sign.name for sign in self._signs if now_s - sign.last_s() > sign.within_s]

    def ping(self) -> bool:
        """Feed the watchdog if everything moves; whether it was fed."""
        if stale := self.stale():
            self._tell(f"STATUS=no watchdog: {', '.join(stale)} stand still")
            return False
        self._tell("WATCHDOG=1")
        return True

    def close(self) -> None:
        if self._notifier is not None and self._notifier.socket is not None:
            self._notifier.socket.close()

    def _tell(self, message: str) -> None:
        if self._notifier is not None:
            self._notifier.notify(message)


def dump_stacks_on_sigusr1() -> None:
    """`kill -USR1` writes the stack of every thread to stderr, and the kiosk runs on."""
    faulthandler.register(signal.SIGUSR1, file=sys.stderr, all_threads=True, chain=False)


@contextmanager
def ending_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """SIGTERM and Ctrl-C set `stop` instead of ending the program; called in the loop."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
