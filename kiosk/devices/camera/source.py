"""The port behind which every camera looks alike."""

from typing import Protocol

from kiosk.devices.camera.frame import Frame


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


class CameraSource(Protocol):
    """One camera, used by one thread at a time; opened and closed any number of times."""

    def open(self) -> None:
        """Make ready to read.

        Raises:
            CameraMissing
        """

    def read(self) -> Frame:
        """The next frame; waits until it is due.

        Raises:
            CameraStopped
        """

    def close(self) -> None:
        """Let go of the device; idempotent, never raises."""
