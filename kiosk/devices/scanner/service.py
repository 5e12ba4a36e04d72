"""The `Scanner` port as a service that systemd keeps alive (kiosk-scanner.service)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from kiosk.aim import Measurement
from kiosk.devices.scanner.connection import Connection, ScannerLost
from kiosk.devices.scanner.listening import ListeningScanner
from kiosk.devices.scanner.messages import Pulse

_FIRST_WAIT_S = 0.1
_LONGEST_WAIT_S = 1.0


class ScannerService(ListeningScanner):
    """Connects, listens, connects again; the process is systemd's to start and to kill.

    A try costs microseconds, so the back-off is short: the service is back within a second
    of its start.
    """

    def __init__(
        self,
        path: Path,
        on_pulse: Callable[[Pulse], None] | None = None,
        on_aim: Callable[[Measurement], None] | None = None,
    ) -> None:
        """`path`: the socket on which the service listens."""
        super().__init__(on_pulse, on_aim)
        self._path = path
        self._next_wait_s = _FIRST_WAIT_S

    def _wait_s(self, now_s: float, *, heard: bool) -> float:
        if heard:
            self._next_wait_s = _FIRST_WAIT_S
        wait_s, self._next_wait_s = self._next_wait_s, min(2 * self._next_wait_s, _LONGEST_WAIT_S)
        return wait_s

    def _connected(self) -> AbstractAsyncContextManager[Connection]:
        return self._attached()

    @asynccontextmanager
    async def _attached(self) -> AsyncIterator[Connection]:
        try:
            connection = Connection.to(self._path)
        except (FileNotFoundError, ConnectionRefusedError):
            raise ScannerLost(f"no scanner serves at {self._path}") from None
        except OSError as error:
            raise ScannerLost(f"scanner's socket {self._path}: {error.strerror}") from error
        yield connection
