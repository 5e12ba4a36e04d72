"""Picture files as frames."""

from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np

from kiosk.devices.camera.frame import Luma, fitted

SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".pgm", ".ppm", ".tif", ".tiff"}
)

_MAY_BE_TRANSPARENT = frozenset({".png", ".webp"})
_PLANES = 3
_BGRA = 4


def is_picture(path: Path) -> bool:
    """Whether a name is one of a picture; a name with a leading dot is still being written."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def load(path: Path) -> Luma | None:
    """The luminance of a picture file fitted into 1280x720, or None if it is none."""
    luma = load_whole(path)
    return None if luma is None else fitted(luma)


def load_whole(path: Path) -> Luma | None:
    """The luminance of a picture file in its own size, what is transparent white, or None."""
    try:
        # Read here: OpenCV's own reading ends the process at a name that is no UTF-8.
        packed = np.frombuffer(path.read_bytes(), np.uint8)
        if not packed.size:
            return None
        luma = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
        if luma is None:
            return None
        if path.suffix.lower() in _MAY_BE_TRANSPARENT:
            whole = cv2.imdecode(packed, cv2.IMREAD_UNCHANGED)
            if whole is not None and whole.ndim == _PLANES and whole.shape[2] == _BGRA:
                return _on_white(cast("Luma", luma), whole[:, :, 3])
    except (
        OSError,
        cv2.error,
    ):  # gone, or larger than OpenCV allows, or broken in a way that it does not expect
        return None
    return cast("Luma", luma)


def _on_white(luma: Luma, alpha: Any) -> Luma:
    """Black bars on no ground at all are black on black to a camera that knows no alpha."""
    if alpha.dtype != np.uint8 or alpha.shape != luma.shape:
        return luma
    covered = alpha.astype(np.uint16)
    return cast("Luma", ((luma * covered + 255 * (255 - covered)) // 255).astype(np.uint8))
