"""A picture of what the corpus looks like, for the documents."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from tests.corpus.codes import Kind
from tests.corpus.faults import Faults
from tests.corpus.scene import Shot

_TILE = (240, 135)
_COLUMNS = 4
_SHADES = 24
"""A file a third as large, and nobody sees it."""

SHOTS = (
    Shot(Kind.M2, Faults(), 1),
    Shot(Kind.M2, Faults(tilt=50), 2),
    Shot(Kind.M2, Faults(glare=0.8), 3),
    Shot(Kind.M2, Faults(moire=0.6), 4),
    Shot(Kind.M2, Faults(cover=0.15), 5),
    Shot(Kind.M2, Faults(px_per_module=2.2), 9),
    Shot(Kind.M2, Faults(defocus=3.6), 6),
    Shot(Kind.CODE128, Faults(light=0.01), 5),
    Shot(Kind.EAN13, Faults(rotation=40), 1),
    Shot(Kind.EAN13, Faults(cover=0.6), 6),
    Shot(Kind.V1, Faults(curl=2.0), 3),
    Shot(Kind.C1, Faults(wear=0.6), 4),
)


def draw(path: Path) -> None:
    tiles = [cv2.resize(s.picture(), _TILE, interpolation=cv2.INTER_AREA) for s in SHOTS]
    rows = [np.hstack(tiles[at : at + _COLUMNS]) for at in range(0, len(tiles), _COLUMNS)]
    sheet = Image.fromarray(np.vstack(rows)).quantize(_SHADES, dither=Image.Dither.NONE)
    sheet.save(path, optimize=True)
