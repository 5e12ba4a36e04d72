"""The drawn mark of a chain that has sent no logo: a ring on a rounded square."""

from PIL import Image, ImageDraw

_OVERSAMPLING = 8
_CORNER = 0.26
_RING = 0.56
_HOLE = 0.26
_HALF = 128


def brand_mark(size: int) -> Image.Image:
    """The mark as a mode "1" picture, black = 0, `size` dots square."""
    big = size * _OVERSAMPLING
    picture = Image.new("L", (big, big), 255)
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, big - 1, big - 1), radius=round(big * _CORNER), fill=0)
    for share, ink in ((_RING, 255), (_HOLE, 0)):
        edge = big * (1 - share) / 2
        pen.ellipse((edge, edge, big - edge, big - edge), fill=ink)
    small = picture.resize((size, size), Image.Resampling.BOX)
    return small.point(lambda value: 255 if value >= _HALF else 0).convert(
        "1", dither=Image.Dither.NONE
    )
