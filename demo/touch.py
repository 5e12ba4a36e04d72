"""A finger on the kiosk's screen: the client of `kiosk run --control SOCKET`."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.programs import DemoError

ANSWER_S = 15.0


class ControlLost(DemoError):
    """The kiosk does not answer on its control socket, or refused what it was told."""


@dataclass(frozen=True)
class Seen:
    """What stands on the screen."""

    screen: str
    targets: frozenset[str]
    """Ids of everything that can be touched now."""
    facts: dict[str, Any]
    """The whole answer."""


class Finger:
    """Touches targets by name and looks at the screen; used by one thread."""

    def __init__(self, path: Path) -> None:
        """Connect.

        Raises:
            OSError: nobody listens there yet.
        """
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(ANSWER_S)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._lines = self._socket.makefile("rb")

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def tap(self, target: str) -> None:
        """Touch the middle of a target, through the window's real input path."""
        self._ask({"tap": target})

    def screenshot(self, path: Path) -> None:
        self._ask({"screenshot": str(path)})

    def look(self) -> Seen:
        answer = self._ask({"state": True})
        return Seen(answer["screen"], frozenset(answer.get("targets", ())), answer)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            self._socket.sendall(json.dumps(question).encode() + b"\n")
            line = self._lines.readline()
        except OSError as error:
            raise ControlLost(f"the kiosk's control socket is gone: {error}") from error
        if not line:
            raise ControlLost("the kiosk has closed its control socket")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise ControlLost(f"the kiosk refused {question}: {answer['error']}")
        return answer
