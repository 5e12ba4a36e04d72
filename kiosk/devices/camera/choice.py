"""The camera that the configuration names."""

from collections.abc import Callable
from pathlib import Path

from kiosk.devices.camera.followed_folder import FollowedFolder
from kiosk.devices.camera.image_folder import ImageFolder
from kiosk.devices.camera.source import CameraSource
from kiosk.devices.camera.v4l2 import V4l2Camera
from kiosk.devices.camera.video_file import VideoFile

_KINDS: dict[str, Callable[[Path], CameraSource]] = {
    "v4l2": V4l2Camera,
    "video": VideoFile,
    "images": ImageFolder,
    "follow": FollowedFolder,
}


def camera_from(source: str) -> CameraSource:
    """The camera for `v4l2:DEVICE`, `video:FILE`, `images:FOLDER` or `follow:FOLDER`, not open yet.

    Raises:
        ValueError: none of these.
    """
    kind, _, place = source.partition(":")
    if kind not in _KINDS or not place:
        raise ValueError(f"{source!r} is not one of v4l2:, video:, images:, follow: and a path")
    return _KINDS[kind](Path(place))
