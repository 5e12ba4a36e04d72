"""Picture files as frames."""

from pathlib import Path
from typing import cast

import cv2

from kiosk.devices.camera.frame import Luma, fitted

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".pgm", ".ppm", ".tif", ".tiff"}
)


def is_picture(path: Path) -> bool:
    """Whether a name is one of a picture; a name with a leading dot is still being written."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def load(path: Path) -> Luma | None:
    """The luminance of a picture file fitted into 1280x720, or None if it is none."""
    luma = load_whole(path)
    return None if luma is None else fitted(luma)


def load_whole(path: Path) -> Luma | None:
    """The luminance of a picture file in its own size, or None if it is none."""
    try:
        luma = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    except cv2.error:  # larger than OpenCV allows, or broken in a way that it does not expect
        return None
    return None if luma is None else cast("Luma", luma)
