"""The `Scanner` port as a process that is kept alive."""

import asyncio
import logging
import os
import signal
import sys
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NoReturn

from kiosk.devices.ports import Preview, ScannedCode, ScannerHealth
from kiosk.devices.scanner import supervision
from kiosk.devices.scanner.connection import Connection, ScannerHung, ScannerLost
from kiosk.devices.scanner.messages import CameraState, Code, Pulse

log = logging.getLogger(__name__)

_CHECK_S = 0.2
_CONNECT_EVERY_S = 0.02
_DYING_S = 0.5
_FOLDER_MAX_BYTES = 70
_MESSAGES_A_TURN = 16


class ScannerProcess:
    """Starts `kiosk scanner`, listens to it, kills it when it hangs, starts it again.

    Everything here runs in the event loop; nothing waits outside of `await`.
    """

    def __init__(self, source: str, *, preview: tuple[int, int] = (320, 180)) -> None:
        """`source`: the camera as the configuration names it; `preview`: width and height."""
        self._source = source
        self._preview_size = preview
        self._wanted = False
        self._connection: Connection | None = None
        self.health: ScannerHealth | None = None
        """The latest, with the frame rate of now; None until something is known."""
        self.pid: int | None = None
        """Of the process that runs now."""

    async def run(
        self,
        on_code: Callable[[ScannedCode], None],
        on_health: Callable[[ScannerHealth], None],
    ) -> None:
        restarts = supervision.Restarts()
        loop = asyncio.get_running_loop()
        while True:
            reason = await self._life(on_code, on_health)
            wait_s = restarts.wait_s(loop.time())
            log.warning("scanner restarts in %g s: %s", wait_s, reason)
            self._tell(on_health, ScannerHealth(ok=False, reason=reason))
            await asyncio.sleep(wait_s)

    def capture(self, on: bool) -> None:
        if on == self._wanted:
            return
        self._wanted = on
        if self._connection is not None:
            self._connection.capture(on=on)

    def preview(self) -> Preview | None:
        if self._connection is None or not self._wanted:
            return None
        return self._connection.preview()

    def _tell(self, on_health: Callable[[ScannerHealth], None], health: ScannerHealth) -> None:
        before, self.health = self.health, health
        if before is None or (before.ok, before.reason) != (health.ok, health.reason):
            on_health(health)

    async def _life(
        self,
        on_code: Callable[[ScannedCode], None],
        on_health: Callable[[ScannerHealth], None],
    ) -> str:
        """One process from start to death; why it died."""
        with ExitStack() as stack:
            try:
                folder = tempfile.TemporaryDirectory(prefix="kiosk-scanner-", dir=_short_folder())
                path = Path(stack.enter_context(folder)) / "socket"
                process = await self._start(path)
            except OSError as error:  # no memory, no disk, no descriptors: that may pass
                return f"scanner cannot be started: {error.strerror}"
            self.pid = process.pid
            try:
                await self._connect(process, path)
                await self._listen(process, on_code, on_health)
            except ScannerHung as hung:
                return str(hung)
            except ScannerLost as lost:
                return f"{lost}{await _last_words(process)}"
            finally:
                self.pid = None
                self._disconnect()
                await _end(process)

    async def _start(self, path: Path) -> Process:
        width, height = self._preview_size
        options = {
            "--socket": str(path),
            "--source": self._source,
            "--preview": f"{width}x{height}",
            "--parent": str(os.getpid()),
        }
        words = [word for option in options.items() for word in option]
        # A process group of its own: Ctrl-C at a terminal is for the kiosk, which ends us itself.
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kiosk", "scanner", *words, stdin=DEVNULL, process_group=0
        )

    async def _connect(self, process: Process, path: Path) -> None:
        try:
            async with asyncio.timeout(supervision.START_MAX_S):
                while process.returncode is None:
                    try:
                        self._connection = Connection(path)
                    except (FileNotFoundError, ConnectionRefusedError):
                        await asyncio.sleep(_CONNECT_EVERY_S)
                    except OSError as error:
                        raise ScannerLost(f"scanner's socket: {error}") from error
                    else:
                        self._connection.capture(on=self._wanted)
                        return
        except TimeoutError:
            raise ScannerLost("scanner did not start") from None
        raise ScannerLost("scanner ended while it started")

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _listen(
        self,
        process: Process,
        on_code: Callable[[ScannedCode], None],
        on_health: Callable[[ScannerHealth], None],
    ) -> NoReturn:
        """Hands on what the scanner says, until it is lost or hung.

        Raises:
            ScannerLost
        """
        loop = asyncio.get_running_loop()
        connection = self._connection
        if connection is None:
            raise ScannerLost("scanner is not connected")
        arrived = asyncio.Event()
        loop.add_reader(connection.fileno(), arrived.set)
        heard_s = loop.time()
        pulse: Pulse | None = None
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_CHECK_S):
                        await arrived.wait()
                arrived.clear()
                # What waits is read before the silence is judged: it may be the kiosk's own
                # loop that stood still. A few at a time, so that no flood holds up the screen.
                for _ in range(_MESSAGES_A_TURN):
                    message = connection.read()
                    if message is None:
                        break
                    if isinstance(message, Pulse):
                        pulse, heard_s = message, loop.time()
                        self._judge(message, on_health)
                    else:
                        self._hand_on(message, on_code)
                reason = supervision.hung(pulse, loop.time() - heard_s)
                if reason is not None:
                    raise ScannerHung(reason)
                if process.returncode is not None:
                    raise ScannerLost("scanner died")
        finally:
            loop.remove_reader(connection.fileno())

    def _hand_on(self, code: Code, on_code: Callable[[ScannedCode], None]) -> None:
        if self._wanted:  # else it was on its way when the camera was switched off
            on_code(ScannedCode(code.text, code.symbology, code.mono_s))

    def _judge(self, pulse: Pulse, on_health: Callable[[ScannerHealth], None]) -> None:
        if pulse.camera is CameraState.LOST:
            self._tell(on_health, ScannerHealth(ok=False, reason=pulse.reason))
        elif pulse.camera is CameraState.READING:
            self._tell(on_health, ScannerHealth(ok=True, reason="", fps=pulse.fps))
        elif pulse.camera is CameraState.OFF and not self._wanted:
            self._tell(on_health, ScannerHealth(ok=True, reason=""))


def _short_folder() -> str:
    """Where temporary files go, unless that is too long for a socket's path (108 bytes)."""
    folder = tempfile.gettempdir()
    if len(os.fsencode(folder)) <= _FOLDER_MAX_BYTES:
        return folder
    return "/tmp"  # noqa: S108  # only a private folder is made below it


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
