"""The automation socket of a headless kiosk: JSON lines, for tests and the soak.

`{"state": true}` tells the state, `{"tap": "confirm"}` touches a target by name. The socket
is made with mode 0600 and only where `--control` asks for it.
"""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

from kiosk.flow.event import Event
from kiosk.flow.state import KioskState
from kiosk.headless import described, targets

LINE_LIMIT = 4096


class HeadlessControl:
    """Answers one line with one line; any number of clients, one after the other or at once."""

    def __init__(
        self, path: Path, state: Callable[[], KioskState], emit: Callable[[Event], None]
    ) -> None:
        self._path = path
        self._state = state
        self._emit = emit
        self._clients: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Listen until cancelled.

        Raises:
            OSError: the socket cannot be made.
        """
        self._path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(self._serve, str(self._path), limit=LINE_LIMIT)
        finally:
            os.umask(before)
        try:
            # Not serve_forever(): from Python 3.12 on its end waits for clients to hang up.
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()
            for client in self._clients:
                client.cancel()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a stream's callback always runs in a task
        self._clients.add(task)
        try:
            while line := await reader.readline():
                writer.write(json.dumps(self._answer(line), ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):  # gone, or a line longer than any command
            pass
        except asyncio.CancelledError:
            pass  # the kiosk ends: Python 3.11 would log a cancelled handler as an error
        finally:
            self._clients.discard(task)
            writer.close()

    def _answer(self, line: bytes) -> dict[str, object]:
        try:
            command = json.loads(line)
        except ValueError:
            return {"error": "not JSON"}
        match command:
            case {"state": True}:
                return described(self._state())
            case {"tap": str(name)}:
                return self._tap(name)
            case {"touch": _} | {"screenshot": _}:
                return {"error": "a headless kiosk has no window: use tap and state"}
            case _:
                return {"error": "unknown command; there are state and tap"}

    def _tap(self, name: str) -> dict[str, object]:
        happened = targets(self._state()).get(name)
        if happened is None:
            return {"error": f"nothing named {name} can be touched now"} | described(self._state())
        self._emit(happened)
        return {"ok": True} | described(self._state())
