"""`kiosk scanner`: the scanner process, started by `kiosk run` or by systemd."""

import logging
import os
import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--socket",
    "socket_path",
    type=click.Path(path_type=Path),
    required=True,
    help="Where to serve the kiosk (a Unix socket, made by this program).",
)
@click.option(
    "--source",
    help="v4l2:DEVICE, video:FILE, images:FOLDER or follow:FOLDER. [default: camera.source]",
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="KIOSK_CONFIG",
    default=Path("/etc/kiosk/kiosk.toml"),
    show_default=True,
    help="Read only when --source is not given.",
)
@click.option("--preview", default="320x180", show_default=True, help="Size of the small mirror.")
@click.option("--parent", "parent_pid", type=int, help="End with this process, and its connection.")
def command(
    socket_path: Path, source: str | None, config_path: Path, preview: str, parent_pid: int | None
) -> None:
    """Read codes from the camera and tell them on a socket.

    Serves one kiosk; the camera rests until the kiosk asks for it. Writes no frame
    anywhere and opens no network.
    """
    from kiosk.devices.scanner.parent import die_with

    if parent_pid is not None:
        die_with(parent_pid)
    width, _, height = preview.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise click.BadParameter("is not like 320x180", param_hint="--preview")
    if source is None:
        source = _configured_source(config_path)

    from kiosk.devices.camera.choice import camera_from
    from kiosk.devices.decoder.chain import first_chain
    from kiosk.devices.decoder.live import LiveReader
    from kiosk.devices.decoder.symbology import OURS
    from kiosk.devices.scanner.preview import PreviewWriter
    from kiosk.devices.scanner.program import ScannerProgram

    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    try:
        camera = camera_from(source)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--source") from None
    program = ScannerProgram(
        camera,
        lambda: LiveReader(first_chain(OURS)),
        PreviewWriter(int(width), int(height)),
        socket_path,
        one_kiosk=parent_pid is not None,
    )
    status = program.run()
    logging.shutdown()
    # Not sys.exit: a thread stuck in the camera's driver must not keep the process.
    os._exit(status)


def _configured_source(path: Path) -> str:
    from kiosk import config
    from kiosk.config_mistake import ConfigMistakes

    try:
        return config.load(path).camera.source
    except ConfigMistakes as mistakes:
        click.echo(f"kiosk: {mistakes}", err=True)
        sys.exit(os.EX_CONFIG)
