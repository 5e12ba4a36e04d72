"""The emulator's commands on a Unix socket: one line in, one line of JSON out."""

import json
import os
import socketserver
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

_LONGEST_LINE = 256
_OWNER_ONLY = 0o177


class ControlSocket:
    """Serves `obey` to whoever may open the socket (mode 0600), each client on its own thread."""

    def __init__(self, path: Path, obey: Callable[[str], str]) -> None:
        """Take the path, also from an emulator that was killed.

        Raises:
            OSError: the socket cannot be made there.
        """
        self._path = path
        path.unlink(missing_ok=True)
        before = os.umask(_OWNER_ONLY)
        try:
            self._server = _Server(str(path), _Handler)
        finally:
            os.umask(before)
        self._server.obey = obey
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="printer-control", daemon=True
        )

    def __enter__(self) -> "ControlSocket":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._path.unlink(missing_ok=True)


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    obey: Callable[[str], str]


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        while line := self.rfile.readline(_LONGEST_LINE):
            try:
                answer = self.server.obey(line.decode("utf-8", "replace"))
            except ValueError as error:
                answer = json.dumps({"error": str(error)})
            self.wfile.write(answer.encode() + b"\n")
