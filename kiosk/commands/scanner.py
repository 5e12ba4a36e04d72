"""`kiosk scanner`: the scanner process, started by `kiosk run` or by systemd."""

import logging
import math
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.devices.ports import PREVIEW_SIDE_MAX_PX

if TYPE_CHECKING:
    from kiosk.config import KioskConfig
    from kiosk.devices.camera.settings import CameraSettings
    from kiosk.devices.camera.source import CameraSource
    from kiosk.devices.scanner.program import ScannerProgram


class FiniteRange(click.FloatRange):
    """A number in a range; nan, which is neither below nor above, is in none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return number


def _size(_context: click.Context, _option: click.Parameter, text: str) -> tuple[int, int]:
    """Width and height of `320x180`."""
    match = re.fullmatch(r"([1-9][0-9]{0,3})x([1-9][0-9]{0,3})", text)
    if match is None or max(int(match[1]), int(match[2])) > PREVIEW_SIDE_MAX_PX:
        most = f"{PREVIEW_SIDE_MAX_PX}x{PREVIEW_SIDE_MAX_PX}"
        raise click.BadParameter(f"is not like 320x180, at most {most}")
    return int(match[1]), int(match[2])


log = logging.getLogger(__name__)


@click.command()
@click.option(
    "--socket",
    "socket_path",
    type=click.Path(path_type=Path),
    help="Where to serve kiosks (a Unix socket, made by this program).",
)
@click.option(
    "--socket-group",
    is_flag=True,
    help="Let this program's group connect to --socket too, not only its user.",
)
@click.option(
    "--socket-fd",
    type=click.IntRange(min=3),
    help="Serve the one kiosk at the other end of this open socket, instead of --socket.",
)
@click.option(
    "--source",
    help="The camera, as in the configuration: v4l2:DEVICE, video:FILE, ... [default: its own]",
)
@click.option("--exposure-us", type=click.IntRange(100, 1_000_000), help="Light in one frame.")
@click.option("--focus", type=FiniteRange(0, 10_000), help="In the camera's own units.")
@click.option(
    "--min-fps", type=FiniteRange(0.5, 60), help="Fewer frames a second than this are a fault."
)
@click.option("--symbologies", help="What is read, as QRCode,Code128 [default: its own]")
@click.option(
    "--budget-ms",
    type=FiniteRange(1, 1000),
    help="CPU time for the retries of a frame. [default: its own]",
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="KIOSK_CONFIG",
    help="Read only when --source is not given. [default: /etc/kiosk/kiosk.toml]",
)
@click.option(
    "--preview",
    default="320x180",
    show_default=True,
    callback=_size,
    help="Size of the small mirror.",
)
@click.option("--parent", "parent_pid", type=int, help="End with this process, and its connection.")
def command(
    *,
    socket_path: Path | None,
    socket_group: bool,
    socket_fd: int | None,
    source: str | None,
    exposure_us: int | None,
    focus: float | None,
    min_fps: float | None,
    symbologies: str | None,
    budget_ms: float | None,
    config_path: Path | None,
    preview: tuple[int, int],
    parent_pid: int | None,
) -> None:
    """Read codes from the camera and tell them on a socket.

    Serves one kiosk; the camera rests until the kiosk asks for it. Writes no frame
    anywhere and has no network: it gives up both, and more, before its first frame.
    """
    from kiosk.devices.camera.settings import CameraSettings
    from kiosk.devices.scanner.parent import die_with

    if parent_pid is not None:
        die_with(parent_pid)
    if (socket_path is None) == (socket_fd is None):
        raise click.UsageError("give either --socket or --socket-fd")
    config = _configured(config_path, needed=source is None)
    source = source or config.camera.source
    names = config.scanner.symbologies if symbologies is None else _names(symbologies)
    budget_ms = config.scanner.budget_ms if budget_ms is None else budget_ms
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    settings = CameraSettings(
        config.camera.exposure_us if exposure_us is None else exposure_us,
        config.camera.focus if focus is None else focus,
        config.camera.min_fps if min_fps is None else min_fps,
    )
    program = _program(
        _camera(source, settings),
        names,
        budget_ms,
        preview,
        socket_path=socket_path,
        socket_group=socket_group,
        socket_fd=socket_fd,
        one_kiosk=parent_pid is not None,
    )
    _confine()
    status = program.run()
    logging.shutdown()
    # Not sys.exit: a thread stuck in the camera's driver must not keep the process.
    os._exit(status)


def _configured(path: Path | None, *, needed: bool) -> "KioskConfig":
    """The file's, or every default when it is not needed."""
    from kiosk import config
    from kiosk.config_mistake import ConfigMistakes

    if not needed:
        return config.KioskConfig()
    try:
        return config.load(path or config.DEFAULT_PATH)
    except ConfigMistakes as mistakes:
        click.echo(f"kiosk: {mistakes}", err=True)
        sys.exit(os.EX_CONFIG)


def _names(symbologies: str) -> tuple[str, ...]:
    from kiosk.devices.decoder.symbology import OURS

    names = tuple(name.strip() for name in symbologies.split(","))
    for name in names:
        if name not in OURS:
            known = ", ".join(sorted(OURS))
            raise click.BadParameter(f"{name!r} is not one of {known}", param_hint="--symbologies")
    return names


def _camera(source: str, settings: "CameraSettings") -> "CameraSource":
    """Not open yet; with its helper started, if it needs one that has what we give up."""
    from kiosk.devices.camera.choice import camera_from

    try:
        camera = camera_from(source, settings)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--source") from None
    camera.prepare()
    return camera


def _program(
    camera: "CameraSource",
    symbologies: tuple[str, ...],
    budget_ms: float,
    preview: tuple[int, int],
    *,
    socket_path: Path | None,
    socket_group: bool,
    socket_fd: int | None,
    one_kiosk: bool,
) -> "ScannerProgram":
    from kiosk.devices.decoder.live import LiveReader
    from kiosk.devices.scanner import door
    from kiosk.devices.scanner.notice import ServiceNotice
    from kiosk.devices.scanner.preview import PreviewWriter
    from kiosk.devices.scanner.program import ScannerProgram

    picture = PreviewWriter(*preview)

    def reader() -> LiveReader:
        return LiveReader(symbologies, budget_ms=budget_ms)

    try:
        if socket_path is None:
            kiosk = door.given(socket_fd or 0)
            return ScannerProgram(camera, reader, picture, kiosk=kiosk, one_kiosk=True)
        listener = door.bound(socket_path, for_group=socket_group)
    except door.PlaceTaken as taken:
        click.echo(f"kiosk: {taken.strerror}", err=True)
        camera.end()
        sys.exit(os.EX_TEMPFAIL)
    except OSError as error:
        option = "--socket-fd" if socket_path is None else "--socket"
        raise click.BadParameter(str(error.strerror or error), param_hint=option) from None
    if one_kiosk:
        return ScannerProgram(camera, reader, picture, listener=listener, one_kiosk=True)
    return ScannerProgram(camera, reader, picture, listener=listener, notice=ServiceNotice())


def _confine() -> None:
    from kiosk.devices.scanner.confinement import confine

    for net in confine():
        log.warning("less confined than meant: %s", net)
