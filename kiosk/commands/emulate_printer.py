"""`kiosk emulate-printer`: plug the kiosk into a printer that needs no hardware."""

import json
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from kiosk.config_mistake import ConfigMistakes
from kiosk.devices.printer.emulator.control import ORDERS
from kiosk.devices.printer.emulator.control_socket import ControlSocket
from kiosk.devices.printer.emulator.copies import Copies
from kiosk.devices.printer.emulator.customer import Customer
from kiosk.devices.printer.emulator.drawing import PieceFolder
from kiosk.devices.printer.emulator.features import features_of
from kiosk.devices.printer.emulator.mechanism import NO_TIME, REAL_SPEED, EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.emulator.pty_line import PtyLine
from kiosk.devices.printer.emulator.script import Script, ScriptRefused, read_script
from kiosk.devices.printer.emulator.slot import Fate
from kiosk.devices.printer.profile import PrinterProfile, load_profile

_LONGEST = max(map(len, ORDERS))
_ORDERS = "\n".join(f"  {order:<{_LONGEST}}  {what}" for order, what in ORDERS.items())
_HELP = f"""A receipt printer on a pty that draws its paper as PNG.

Prints the path of the pty, then one line of JSON for each piece of paper (with the tail of
the voucher on it, and how many copies of that voucher came out by now) and for what becomes
of a voucher in a presenter's slot.

\b
Orders, one a line on stdin and on the control socket; each is answered with the state:
{_ORDERS}

\b
A script has one order a line, behind the moment when it is given:
  at 120mm paper end
  after 2 cuts cover open
  at 4100 bytes power off
  at 9.5s power on     # and a remark
"""


@click.command(help=_HELP)
@click.option(
    "--profile",
    default="80mm-cutter",
    show_default=True,
    metavar="NAME|FILE",
    help="The model: a name as in [printer] profile (a wrong one is answered with all), or a file.",
)
@click.option(
    "--script",
    "script_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file of orders with their moments.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("paper-out"),
    show_default=True,
    help="Folder for paper-0001.png, ... and paper-latest.png.",
)
@click.option(
    "--link",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to put a link to the pty: a name that stays the same.",
)
@click.option("--baud", type=click.IntRange(min=300), help="Line speed; else the model's own.")
@click.option("--unpaced", is_flag=True, help="Take bytes as they come, print in no time.")
@click.option(
    "--taken-after",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="A customer: takes, or tears off, each voucher so long after it came out.",
)
@click.option(
    "--control",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Unix socket for the orders (mode 0600).",
)
@click.option("--busy-line", is_flag=True, help='Tell the busy line: {"busy": true} when it rises.')
@click.option("--seed", default=0, show_default=True, help="Of the noise.")
@click.option("--strict", is_flag=True, help="Exit 1 at the first byte that is no command.")
def command(
    *,
    profile: str,
    script_file: Path | None,
    out: Path,
    link: Path | None,
    baud: int | None,
    unpaced: bool,
    taken_after: float | None,
    control: Path | None,
    busy_line: bool,
    seed: int,
    strict: bool,
) -> None:
    model = _model(profile)
    script = _script(script_file)
    try:
        told = _Told(PieceFolder(out))
        printer = EmulatedPrinter(
            model.width_dots,
            on_piece=told.piece,
            on_slot=told.slot,
            speed=NO_TIME if unpaced else REAL_SPEED,
            features=features_of(model),
        )
        watch = _Watch(printer, strict=strict, busy_line=busy_line)
        line = PtyLine(
            printer,
            baud=None if unpaced else baud or model.baud,
            link=link,
            on_turn=watch.look,
            script=script,
            customer=None if taken_after is None else Customer(printer, taken_after),
            seed=seed,
        )
        watch.stop = line.stop
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


def _model(profile: str) -> PrinterProfile:
    try:
        return load_profile(profile)
    except ConfigMistakes as mistakes:
        raise click.ClickException(str(mistakes)) from mistakes


def _script(path: Path | None) -> Script:
    if path is None:
        return Script()
    try:
        return read_script(path.read_text("utf-8"))
    except ScriptRefused as refused:
        raise click.ClickException(f"{path}:\n{refused}") from refused
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}") from error


def _nothing() -> None:
    pass


class _Watch:
    """Looks at the printer after each turn: unknown bytes, each told once, and its busy line."""

    def __init__(self, printer: EmulatedPrinter, *, strict: bool, busy_line: bool) -> None:
        self._printer = printer
        self._strict = strict
        self._told = 0
        self._busy = None if not busy_line else not printer.busy
        self.stop: Callable[[], None] = _nothing

    def look(self) -> None:
        for failure in self._printer.reader.failures[self._told :]:
            self._told += 1
            click.echo(f"emulate-printer: not ESC/POS: {failure}", err=True)
            if self._strict:
                self.stop()
        if self._busy is not None and self._printer.busy != self._busy:
            self._busy = self._printer.busy
            _tell(busy=self._busy)


class _Told:
    """What the printer hands out: kept, and told as JSON."""

    def __init__(self, folder: PieceFolder) -> None:
        self._folder = folder
        self._copies = Copies()

    def piece(self, piece: Piece) -> None:
        path = self._folder.keep(piece)
        facts: dict[str, object] = {
            "paper": str(path),
            "mm": len(piece.rows) // 8,
            "bottom": piece.bottom.value,
        }
        if (seen := self._copies.read(piece)) is not None:
            facts |= {"voucher": seen.tail, "copies": seen.copies}
        _tell(**facts)

    def slot(self, fate: Fate) -> None:
        _tell(slot=fate.value)


def _tell(**facts: object) -> None:
    click.echo(json.dumps(facts))
    sys.stdout.flush()


def _obey_stdin(line: PtyLine) -> None:
    """Orders typed or piped in; the end of stdin ends nothing."""
    for order in sys.stdin:
        if not order.strip():
            continue
        try:
            click.echo(line.command(order))
        except ValueError as error:
            click.echo(f"emulate-printer: {error}", err=True)
        sys.stdout.flush()
