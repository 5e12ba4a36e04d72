"""Kivy's settings, made before anything of Kivy is imported."""

import os
import sys
from pathlib import Path

from kiosk.screens.theme import Stage

MAX_FPS = 30


class TooLate(RuntimeError):
    """Kivy's window was made before it was told its size."""


def prepare(stage: Stage, home: Path, *, fullscreen: bool = False) -> None:
    """Set up Kivy for this process; call once, before the first import of a screen.

    Args:
        home: a folder of our own for Kivy's files, made if missing.

    Raises:
        TooLate: kivy's window module is imported already.
        OSError: the folder cannot be made.
    """
    if "kivy.core.window" in sys.modules:
        raise TooLate("kivy.core.window is imported already")
    home.mkdir(parents=True, exist_ok=True)
    os.environ["KIVY_HOME"] = str(home)
    os.environ["KIVY_NO_ARGS"] = "1"
    os.environ["KIVY_NO_FILELOG"] = "1"
    os.environ["KIVY_LOG_MODE"] = "PYTHON"  # our own handlers keep the last word
    os.environ["KIVY_DPI"] = f"{stage.dpi:.4f}"
    os.environ["KIVY_METRICS_DENSITY"] = "1"
    os.environ["KIVY_METRICS_FONTSCALE"] = "1"
    if not has_display():
        os.environ.setdefault("SDL_VIDEODRIVER", "offscreen")
    _configure(stage, fullscreen=fullscreen)


def has_display() -> bool:
    """Whether somebody can see a window here: X, Wayland, or the bare screen of a kiosk."""
    return bool(
        os.environ.get("DISPLAY")
        or os.environ.get("WAYLAND_DISPLAY")
        or any(Path("/dev/dri").glob("card*"))
    )


def _configure(stage: Stage, *, fullscreen: bool) -> None:
    from kivy.config import Config

    settings: dict[str, dict[str, str | int]] = {
        "graphics": {
            "width": stage.width_px,
            "height": stage.height_px,
            "fullscreen": "auto" if fullscreen else 0,
            "borderless": int(fullscreen),
            "resizable": 0,
            # SDL centres a window where there is no window manager.
            "position": "custom",
            "left": 0,
            "top": 0,
            "multisamples": 0,
            "maxfps": MAX_FPS,
            "show_cursor": int(not fullscreen),
        },
        "kivy": {"exit_on_escape": 0, "pause_on_minimize": 0, "keyboard_mode": "system"},
    }
    for section, values in settings.items():
        for name, value in values.items():
            Config.set(section, name, value)
    Config.remove_section("input")
    Config.add_section("input")
    # On Linux, Kivy hears a finger as the mouse click that SDL makes of it. A second provider
    # (probesysfs is Kivy's default) would count each tap twice.
    Config.set("input", "mouse", "mouse,disable_multitouch")
