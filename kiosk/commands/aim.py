"""`kiosk aim`: mount the camera so that codes are read."""

import asyncio
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.aim import Light
from kiosk.commands.configured import with_config_unless
from kiosk.config import KioskConfig
from wire.api.text import Language

if TYPE_CHECKING:
    from kiosk.aim_session import AimSession


@click.command("aim")
@click.option("--text", is_flag=True, help="In the terminal instead of a window, e.g. over ssh.")
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    help="End after so long; else when left, or with Ctrl-C.",
)
@click.option("--source", help="Another camera than camera.source.")
@click.option(
    "--control",
    type=click.Path(path_type=Path),
    metavar="SOCKET",
    help="Listen here for touches by a script (JSON lines, mode 0600).",
)
@with_config_unless("source")
def command(
    config: KioskConfig,
    *,
    text: bool,
    seconds: float | None,
    source: str | None,
    control: Path | None,
) -> None:
    """Show how well the camera sees, and the one thing to do about it.

    Needs the camera only: neither the service nor the printer nor an enrolment. Hold any QR
    code before it. Ends with status 0 if all was green at the end, 1 if not, 75 if a kiosk
    runs here and has the camera.
    """
    from kiosk.aim_session import aim_camera, kiosk_runs

    if source is not None:
        config = _with_source(config, source)
    if kiosk_runs(config):
        click.echo(
            "kiosk: a kiosk runs here and has the camera\n"
            "  `systemctl stop kiosk kiosk-scanner`, aim, then `systemctl start kiosk`",
            err=True,
        )
        sys.exit(os.EX_TEMPFAIL)
    attach = _attach_text if text else _window(control)
    # On a terminal the one line is written over and over: a log would tear it apart.
    quiet = text and sys.stdout.isatty() and sys.stderr.isatty()
    light = asyncio.run(aim_camera(config, attach, seconds, quiet=quiet))
    sys.exit(0 if light is Light.GREEN else 1)


def _with_source(config: KioskConfig, source: str) -> KioskConfig:
    from pydantic import ValidationError

    from kiosk.devices.camera.address import shown

    try:
        camera = type(config.camera).model_validate(config.camera.model_dump() | {"source": source})
    except ValidationError as error:
        why = error.errors()[0]["msg"]
        raise click.BadParameter(f"{shown(source)!r} {why}", param_hint="--source") from None
    return config.model_copy(update={"camera": camera})


def _attach_text(session: "AimSession", _tasks: asyncio.TaskGroup, stack: AsyncExitStack) -> None:
    from kiosk.aim_text import TextView

    def write(text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:  # `| head`, or the terminal is gone: nobody reads on
            with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - no path, a device
                os.dup2(nowhere.fileno(), sys.stdout.fileno())  # what is left is flushed at the end
            session.stop.set()

    # English, as every word of this command line.
    view = TextView(write, Language.EN, terminal=sys.stdout.isatty(), reason=lambda: session.reason)
    stack.callback(view.end)
    session.runner.attach(view)


def _window(control: Path | None) -> Any:
    def attach(session: "AimSession", tasks: asyncio.TaskGroup, stack: AsyncExitStack) -> None:
        from kiosk.aim_window import attach_window

        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-aim-")))
        attach_window(session, tasks, stack, home, control)

    return attach
