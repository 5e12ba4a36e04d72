"""The port behind which every camera looks alike."""

from dataclasses import dataclass
from typing import Protocol

from kiosk.devices.camera.frame import HEIGHT_PX, WIDTH_PX, Frame
from kiosk.devices.camera.settings import MIN_FPS


class CameraError(Exception):
    """The camera does not give frames; `str()` is a reason for an engineer.

    CameraError
    ├── CameraMissing   it cannot be opened: unplugged, no such file; try again later
    └── CameraStopped   it was open and gives nothing any more; close, open again
    """


class CameraMissing(CameraError):
    pass


class CameraStopped(CameraError):
    pass


NO_FRAME_S = 1.5
"""A live camera without a frame for so long has stopped: more than one frame a second needs,
less than what counts as a hung process."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a live camera must give. Noise, above all: no two frames of a sensor are equal."""

    width_px: int = WIDTH_PX
    height_px: int = HEIGHT_PX
    min_fps: float = MIN_FPS


class CameraSource(Protocol):
    """One camera, used by one thread at a time; opened and closed any number of times.

    A source that inherits from this is one of which nothing is expected (a film, a folder)
    and which needs no preparation.
    """

    @property
    def expects(self) -> Expectation | None:
        """What the watch over its pictures goes by, known once it is open; None: no live camera."""
        return None

    def prepare(self) -> None:
        """Called once, before anything is opened, and before the process gives up its rights.

        What needs the network or a child process starts it here.
        """
        return

    def open(self) -> None:
        """Make ready to read.

        Raises:
            CameraMissing
        """
        ...

    def read(self) -> Frame:
        """The next frame; waits until it is due.

        Raises:
            CameraStopped
        """
        ...

    def close(self) -> None:
        """Let go of the device; idempotent, never raises."""
        ...

    def end(self) -> None:
        """Let go of what `prepare` began; idempotent. The end of the process does it as well."""
        return
