"""A picture of every screen, in three languages and both orientations.

`python -m kiosk.screens.pictures OUT [--portrait | --landscape] [--only WORD]`
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from kiosk.screens.environment import prepare
from kiosk.screens.theme import Stage
from wire.api.text import Language

PORTRAIT = Stage(portrait=True, width_px=1080, height_px=1920, diagonal_inch=15.6)
LANDSCAPE = Stage(portrait=False, width_px=1280, height_px=800, diagonal_inch=10.1)


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--portrait", "which", flag_value="portrait")
@click.option("--landscape", "which", flag_value="landscape")
@click.option("--only", default="", help="Screens with this in their name.")
def main(out: Path, which: str | None, only: str) -> None:
    """Render every screen into OUT, one file each."""
    if which is None:  # one Kivy window per process
        for orientation in ("portrait", "landscape"):
            command = [sys.executable, "-m", "kiosk.screens.pictures", str(out), f"--{orientation}"]
            subprocess.run([*command, "--only", only], check=True)
        return
    stage = PORTRAIT if which == "portrait" else LANDSCAPE
    os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    with tempfile.TemporaryDirectory() as home:
        prepare(stage, Path(home))
        count = _render(stage, out / which, only)
    click.echo(f"{count} pictures in {out / which}")


def _render(stage: Stage, out: Path, only: str) -> int:
    from kivy.base import EventLoop
    from kivy.core.window import Window

    from kiosk.screens import sample
    from kiosk.screens.app import KioskApp
    from kiosk.screens.painter import png

    out.mkdir(parents=True, exist_ok=True)
    states = [named for named in sample.every_screen() if only in named[0]]
    first = states[0][1]
    app = KioskApp(stage, lambda _event: None, sample.image_path, sample.preview, first, still=True)
    Window.add_widget(app.build())
    EventLoop.ensure_window()
    count = 0
    for name, state in states:
        for language in Language:
            app.show(sample.in_language(state, language))
            png(Window, out / f"{name}-{language.value}.png")
            count += 1
    return count


if __name__ == "__main__":
    main()
