"""The camera that the configuration names."""

from pathlib import Path

from kiosk.devices.camera import address
from kiosk.devices.camera.followed_folder import FollowedFolder
from kiosk.devices.camera.image_folder import ImageFolder
from kiosk.devices.camera.mjpg import mjpg_camera
from kiosk.devices.camera.picamera import PiCamera
from kiosk.devices.camera.settings import CameraSettings
from kiosk.devices.camera.source import CameraSource
from kiosk.devices.camera.v4l2 import V4l2Camera
from kiosk.devices.camera.video_file import VideoFile

KINDS = ("v4l2", "mjpg", "picamera2", "video", "images", "follow")


def camera_from(source: str, settings: CameraSettings | None = None) -> CameraSource:
    """The camera that a text like `v4l2:/dev/video0` names, not open yet.

    v4l2:DEVICE | mjpg:ADDRESS_OR_PATH | picamera2:INDEX | video:FILE | images:FOLDER |
    follow:FOLDER

    Raises:
        ValueError: none of these, or with a password in it; never repeats one.
    """
    address.check_source(source)
    kind, _, place = source.partition(":")
    if kind not in KINDS or not place:
        known = ", ".join(f"{known}:" for known in KINDS)
        raise ValueError(f"{address.shown(source)!r} is not one of {known} and a place")
    match kind:
        case "v4l2":
            return V4l2Camera(place, settings)
        case "mjpg":
            return mjpg_camera(place, settings)
        case "picamera2":
            if not place.isdecimal():
                raise ValueError(f"{source!r}: a CSI camera has a number, like picamera2:0")
            return PiCamera(int(place), settings)
        case "video":
            return VideoFile(Path(place))
        case "images":
            return ImageFolder(Path(place))
        case _:
            return FollowedFolder(Path(place))
