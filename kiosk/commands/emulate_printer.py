"""`kiosk emulate-printer`: plug the kiosk into a printer that needs no hardware."""

import json
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from kiosk.devices.printer.emulator.control import ORDERS
from kiosk.devices.printer.emulator.control_socket import ControlSocket
from kiosk.devices.printer.emulator.drawing import PieceFolder
from kiosk.devices.printer.emulator.mechanism import NO_TIME, REAL_SPEED, EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.emulator.pty_line import PtyLine

_WIDTHS = ("384", "576")


@click.command(
    help="A receipt printer on a pty that draws its paper as PNG.\n\n"
    "Prints the path of the pty, then one line of JSON for each piece of paper. Obeys lines "
    f"on stdin and on the control socket: {'; '.join(ORDERS)}."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("paper-out"),
    show_default=True,
    help="Folder for paper-0001.png, ... and paper-latest.png.",
)
@click.option(
    "--width",
    type=click.Choice(_WIDTHS),
    default="576",
    show_default=True,
    help="Dots of the head: 384 for 58 mm paper, 576 for 80 mm.",
)
@click.option(
    "--link",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to put a link to the pty: a name that stays the same.",
)
@click.option(
    "--baud", type=click.IntRange(min=300), default=115200, show_default=True, help="Line speed."
)
@click.option("--unpaced", is_flag=True, help="Take bytes as they come, print in no time.")
@click.option(
    "--control",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Unix socket for the commands (mode 0600).",
)
@click.option("--strict", is_flag=True, help="Exit 1 at the first byte that is no command.")
def command(
    *,
    out: Path,
    width: str,
    link: Path | None,
    baud: int,
    unpaced: bool,
    control: Path | None,
    strict: bool,
) -> None:
    try:
        folder = PieceFolder(out)
        printer = EmulatedPrinter(
            int(width),
            on_piece=lambda piece: _tell(folder, piece),
            speed=NO_TIME if unpaced else REAL_SPEED,
        )
        failures = _Failures(printer, strict=strict)
        line = PtyLine(printer, baud=None if unpaced else baud, link=link, on_turn=failures.tell)
        failures.stop = line.stop
        with ExitStack() as stack:
            if control is not None:
                stack.enter_context(ControlSocket(control, line.command))
            signal.set_wakeup_fd(line.wake_fd, warn_on_full_buffer=False)
            stack.callback(signal.set_wakeup_fd, -1)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: line.stop())
            click.echo(str(link or line.path))
            sys.stdout.flush()
            threading.Thread(target=_obey_stdin, args=(line,), daemon=True).start()
            line.run()
    except OSError as error:
        raise click.ClickException(f"{error.strerror}: {error.filename or out}") from error
    if strict and printer.reader.failures:
        sys.exit(1)


def _nothing() -> None:
    pass


class _Failures:
    """Tells each unknown byte once; when strict, stops the emulator at the first."""

    def __init__(self, printer: EmulatedPrinter, *, strict: bool) -> None:
        self._printer = printer
        self._strict = strict
        self._told = 0
        self.stop: Callable[[], None] = _nothing

    def tell(self) -> None:
        for failure in self._printer.reader.failures[self._told :]:
            self._told += 1
            click.echo(f"emulate-printer: not ESC/POS: {failure}", err=True)
            if self._strict:
                self.stop()


def _tell(folder: PieceFolder, piece: Piece) -> None:
    """Keep a piece and say where."""
    path = folder.keep(piece)
    length_mm = len(piece.rows) // 8
    click.echo(json.dumps({"paper": str(path), "mm": length_mm, "bottom": piece.bottom.value}))
    sys.stdout.flush()


def _obey_stdin(line: PtyLine) -> None:
    """Commands typed or piped in; the end of stdin ends nothing."""
    for order in sys.stdin:
        if not order.strip():
            continue
        try:
            click.echo(line.command(order))
        except ValueError as error:
            click.echo(f"emulate-printer: {error}", err=True)
        sys.stdout.flush()
