"""The `Scanner` port as a process that the kiosk itself keeps alive."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from kiosk.aim import Measurement
from kiosk.devices.camera.address import check_source
from kiosk.devices.camera.settings import CameraSettings
from kiosk.devices.scanner import supervision
from kiosk.devices.scanner.connection import Connection, ScannerHung, ScannerLost
from kiosk.devices.scanner.listening import ListeningScanner
from kiosk.devices.scanner.messages import Pulse

_DYING_S = 0.5


class ScannerProcess(ListeningScanner):
    """Starts `kiosk scanner`, listens to it, kills it when it hangs, starts it again.

    The two talk over a pair of sockets that have no name: nobody else can connect, and
    nothing is left behind by a kiosk that was killed.
    """

    first_word_max_s = supervision.START_MAX_S

    def __init__(
        self,
        source: str,
        *,
        settings: CameraSettings | None = None,
        preview: tuple[int, int] = (320, 180),
        symbologies: Iterable[str] | None = None,
        budget_ms: float | None = None,
        on_pulse: Callable[[Pulse], None] | None = None,
        on_aim: Callable[[Measurement], None] | None = None,
        quiet: bool = False,
    ) -> None:
        """`source`: the camera as the configuration names it; `preview`: width and height.

        Args:
            settings: of the camera; None: as automatic as it is.
            symbologies: names of `Symbology`; None: all of ours.
            budget_ms: CPU time for one frame; None: the scanner's default.
            quiet: its log goes nowhere (a terminal on which something else is written).

        Raises:
            ValueError: `source` holds a password, and the list of processes would show it.
        """
        super().__init__(on_pulse, on_aim)
        check_source(source)
        options = {"--source": source, "--preview": f"{preview[0]}x{preview[1]}"}
        if symbologies is not None:
            options["--symbologies"] = ",".join(symbologies)
        if budget_ms is not None:
            options["--budget-ms"] = f"{budget_ms:g}"
        if settings is not None:
            options |= _spelled(settings)
        self._options = options
        self._stderr = DEVNULL if quiet else None
        self._restarts = supervision.Restarts()
        self.pid: int | None = None
        """Of the process that runs now."""

    def _wait_s(self, now_s: float, *, heard: bool) -> float:
        return self._restarts.wait_s(now_s)

    def _connected(self) -> AbstractAsyncContextManager[Connection]:
        return self._alive()

    @asynccontextmanager
    async def _alive(self) -> AsyncIterator[Connection]:
        ours, theirs = _pair()
        try:
            with theirs:
                process = await self._start(theirs)
        except OSError as error:  # no memory, no descriptors: that may pass
            ours.close()
            raise ScannerLost(f"scanner cannot be started: {error.strerror}") from error
        except BaseException:
            ours.close()
            raise
        self.pid = process.pid
        try:
            yield Connection(ours)
        except ScannerHung:
            raise
        except ScannerLost as lost:
            raise ScannerLost(f"{lost}{await _last_words(process)}") from lost
        finally:
            self.pid = None
            await _end(process)

    def command(self) -> tuple[str, ...]:
        """The program, without its options."""
        return (sys.executable, "-m", "kiosk", "scanner")

    async def _start(self, theirs: socket.socket) -> Process:
        options = {
            **self._options,
            "--socket-fd": str(theirs.fileno()),
            "--parent": str(os.getpid()),
        }
        words = [word for option in options.items() for word in option]
        # A process group of its own: Ctrl-C at a terminal is for the kiosk, which ends us itself.
        return await asyncio.create_subprocess_exec(
            *self.command(),
            *words,
            stdin=DEVNULL,
            stderr=self._stderr,
            process_group=0,
            pass_fds=(theirs.fileno(),),
        )


def _spelled(settings: CameraSettings) -> dict[str, str]:
    values = {
        "--exposure-us": settings.exposure_us,
        "--focus": settings.focus,
        "--min-fps": settings.min_fps,
    }
    return {option: str(value) for option, value in values.items() if value is not None}


def _pair() -> tuple[socket.socket, socket.socket]:
    """Raises:
    ScannerLost: no descriptors are left.
    """
    try:
        return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    except OSError as error:
        raise ScannerLost(f"scanner cannot be started: {error.strerror}") from error


async def _last_words(process: Process) -> str:
    """How a process that hung up ended, if it ends within a moment."""
    try:
        async with asyncio.timeout(_DYING_S):
            status = await process.wait()
    except TimeoutError:
        return ""
    return f" ({signal.Signals(-status).name})" if status < 0 else f" (status {status})"


async def _end(process: Process) -> None:
    """The process is dead and reaped when this returns."""
    if process.returncode is None:
        with suppress(ProcessLookupError):  # dead already, not yet reaped
            process.kill()
    await process.wait()
