"""What may be set at a camera."""

from dataclasses import dataclass

MIN_FPS = 4.0
BY_ID = "/dev/v4l/by-id"
"""Where udev names cameras by what they are, not by the order in which they were found."""
ANY_BY_ID = f"{BY_ID}/*-video-index0"
"""The first that gives pictures (index1 of a UVC camera gives metadata only)."""


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """As the configuration says it; None leaves a thing as automatic as the device has it."""

    exposure_us: int | None = None
    """Microseconds of light in one frame."""
    focus: float | None = None
    """In the device's own units: V4L2's focus_absolute, or dioptres for picamera2."""
    min_fps: float = MIN_FPS
    """Fewer frames a second than this are told as a fault."""
