"""The table [camera] of `kiosk.toml`."""

import difflib
from pathlib import Path

from pydantic import Field, field_validator

from kiosk.config_section import Section, asks
from kiosk.devices.camera.address import check_address, check_source, is_address
from kiosk.devices.camera.settings import ANY_BY_ID, BY_ID, MIN_FPS, CameraSettings

CAMERA_KINDS = ("v4l2", "mjpg", "picamera2", "video", "images", "follow")


class CameraConfig(Section):
    source: str = Field(
        default="v4l2:" + ANY_BY_ID,
        description=(
            "Where frames come from: v4l2:DEVICE (a * takes the first that fits) |"
            " mjpg:http://ADDRESS or a FIFO, socket or file of JPEGs | picamera2:NUMBER (CSI) |"
            " video:FILE | images:FOLDER (played in the order of their names, for ever) |"
            " follow:FOLDER (its newest file is the frame)."
        ),
        json_schema_extra={"fix": f'write it like "v4l2:{BY_ID}/usb-...-video-index0"'},
    )
    exposure_us: int | None = Field(
        default=None,
        ge=100,
        le=1_000_000,
        description=(
            "Light in one frame, in microseconds; left out: automatic. Short is sharp, and"
            " needs the scan light for cards."
        ),
        json_schema_extra={"fix": "a number from 100 to 1000000, like 8000 for 1/125 s"},
    )
    focus: float | None = Field(
        default=None,
        ge=0,
        le=10_000,
        description=(
            "Focus in the camera's own units: focus_absolute of `v4l2-ctl -L`, or dioptres of"
            " a CSI camera (6.7 for 15 cm); left out: automatic."
        ),
        json_schema_extra={"fix": "a number as the camera counts, or leave the line out"},
    )
    min_fps: float = Field(
        default=MIN_FPS,
        ge=0.5,
        le=60,
        description="A live camera with fewer frames a second is told as slow.",
        json_schema_extra={"fix": "a number from 0.5 to 60; 4 suits a camera in a dim shop"},
    )
    mirror: bool = Field(
        default=True,
        description="Show the small mirror of the scan window.",
        json_schema_extra={"fix": "true or false"},
    )

    @field_validator("source")
    @classmethod
    def _kind_and_place(cls, source: str) -> str:
        kind, colon, place = source.partition(":")
        if not colon or kind not in CAMERA_KINDS:
            near = difflib.get_close_matches(kind, CAMERA_KINDS, 1)
            hint = f' (did you mean "{near[0]}:"?)' if near and kind != near[0] else ""
            *known, last = (f"{kind}:" for kind in CAMERA_KINDS)
            raise asks(f"must begin with {', '.join(known)} or {last}{hint}")
        if not place:
            raise asks(f"names nothing behind {kind}:")
        if kind == "picamera2" and not place.isdecimal():
            raise asks("names no number; the first CSI camera is picamera2:0")
        try:
            check_source(source)
            if kind == "mjpg" and is_address(place):
                check_address(place)
        except ValueError as error:
            raise asks(str(error)) from None
        return source

    @property
    def kind(self) -> str:
        """v4l2, mjpg, picamera2, video, images or follow"""
        return self.source.partition(":")[0]

    @property
    def place(self) -> Path:
        """The device, file or folder behind the kind."""
        return Path(self.source.partition(":")[2])

    @property
    def settings(self) -> CameraSettings:
        return CameraSettings(self.exposure_us, self.focus, self.min_fps)
