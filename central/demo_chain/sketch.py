"""A small drawing board: flat shapes on a coloured ground, anti-aliased by drawing larger."""

from collections.abc import Sequence
from io import BytesIO
from math import cos, radians, sin

from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 1200, 800
_SCALE = 2
Point = tuple[float, float]


class Sketch:
    """Coordinates are px of the finished picture, (0, 0) in its centre, y downwards."""

    def __init__(self, ground: str) -> None:
        size = (WIDTH * _SCALE, HEIGHT * _SCALE)
        self._image = Image.new("RGB", size, ground)
        self._pen = ImageDraw.Draw(self._image)

    def shadow(self, width: float, y: float) -> None:
        """A soft ellipse on the ground under an object; `width` and `y` of its centre."""
        margin, half = 40, 16
        left, top = (round(v) for v in self._at(-width / 2 - margin, y - half - margin))
        size = (round(width + 2 * margin) * _SCALE, 2 * (half + margin) * _SCALE)
        mask = Image.new("L", size, 0)
        inset = margin * _SCALE
        box = (inset, inset, size[0] - inset, size[1] - inset)
        ImageDraw.Draw(mask).ellipse(box, fill=70)
        blurred = mask.filter(ImageFilter.GaussianBlur(10 * _SCALE))
        self._image.paste(Image.new("RGB", size, "#4A3B2A"), (left, top), blurred)

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        self._pen.ellipse(self._box(x - radius, y - radius, x + radius, y + radius), fill=fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        self._pen.ellipse(self._box(x - rx, y - ry, x + rx, y + ry), fill=fill)

    def box(
        self, left: float, top: float, right: float, bottom: float, fill: str, radius: float = 0
    ) -> None:
        box = self._box(left, top, right, bottom)
        self._pen.rounded_rectangle(box, radius * _SCALE, fill=fill)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self._pen.polygon([self._at(*p) for p in points], fill=fill)

    def line(self, points: Sequence[Point], fill: str, width: float) -> None:
        """A stroke with round joints and ends."""
        placed = [self._at(*p) for p in points]
        self._pen.line(placed, fill=fill, width=round(width * _SCALE), joint="curve")
        r = width * _SCALE / 2
        for x, y in placed:  # Pillow's own joints leave gaps on the outside of a bend
            self._pen.ellipse((x - r, y - r, x + r, y + r), fill=fill)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, fill: str, width: float
    ) -> None:
        """A stroke along a circle; angles in degrees, clockwise from three o'clock."""
        self.line(arc_points(x, y, radius, radius, start, end), fill, width)

    def pie(self, x: float, y: float, radius: float, start: float, end: float, fill: str) -> None:
        box = self._box(x - radius, y - radius, x + radius, y + radius)
        self._pen.pieslice(box, start, end, fill=fill)

    def words(self, text: str, x: float, y: float, size: float, fill: str, face: str) -> None:
        """Bold text centred on a point; `face` is a font file (a collection's SC face)."""
        font = ImageFont.truetype(face, round(size * _SCALE), index=2)
        self._pen.text(self._at(x, y), text, font=font, fill=fill, anchor="mm")

    def png(self) -> bytes:
        """The picture in a palette of 128 colours: flat drawings stay crisp, files small."""
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        out = BytesIO()
        small.quantize(128, dither=Image.Dither.NONE).save(out, format="PNG", optimize=True)
        return out.getvalue()

    def _at(self, x: float, y: float) -> Point:
        return ((WIDTH / 2 + x) * _SCALE, (HEIGHT / 2 + y) * _SCALE)

    def _box(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        return (*self._at(left, top), *self._at(right, bottom))


def arc_points(x: float, y: float, rx: float, ry: float, start: float, end: float) -> list[Point]:
    """Points along an ellipse, for shapes with a round edge."""
    steps = max(8, int(abs(end - start) / 3))
    angles = [radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + rx * cos(a), y + ry * sin(a)) for a in angles]
