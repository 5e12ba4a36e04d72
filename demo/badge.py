"""A drawn staff badge in a drawn hand, as a picture with alpha."""

import numpy as np
from PIL import Image, ImageDraw

from demo.hand import CODE_CENTRE, CODE_SIZE, HEIGHT, WIDTH, Hand, Pixels
from demo.phone import INK, JADE, MUTED, chinese

BODY = (150, 60, 650, 910)
"""Left, top, right, bottom of the card: 71 x 121 mm, a badge holder for a neck strap."""


class BadgeInHand:
    """The drawing; everything but the code is drawn once."""

    def __init__(self, name: str, role: str) -> None:
        """Draw hand and card.

        Args:
            name: as the chain prints it on badges: masked.
            role: under the name.
        """
        hand = Hand(BODY)
        self._behind = hand.behind
        self._behind.alpha_composite(_card(name, role))
        self._before = hand.before

    def showing(self, code: Image.Image) -> Pixels:
        """The sprite, RGBA, with `code` (a QR with its quiet zone) on the card."""
        sprite = self._behind.copy()
        shown = code.convert("L").resize((CODE_SIZE, CODE_SIZE), Image.Resampling.NEAREST)
        half = CODE_SIZE // 2
        sprite.paste(shown.convert("RGBA"), (CODE_CENTRE[0] - half, CODE_CENTRE[1] - half))
        sprite.alpha_composite(self._before)
        return np.asarray(sprite)


def _card(name: str, role: str) -> Image.Image:
    layer = Image.new("RGBA", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(layer)
    left, top, right, bottom = BODY
    middle = (left + right) // 2
    draw.rounded_rectangle(BODY, 36, "#ffffff", outline="#C9CEC8", width=3)
    draw.rounded_rectangle((left + 3, top + 3, right - 3, top + 150), 34, JADE)
    draw.rectangle((left + 3, top + 110, right - 3, top + 152), JADE)
    draw.rounded_rectangle((middle - 46, top + 18, middle + 46, top + 38), 10, "#06120e")
    draw.text((middle, top + 96), "青禾生活", "#ffffff", chinese(40, bold=True), anchor="mm")
    draw.text((middle, bottom - 160), name, INK, chinese(56, bold=True), anchor="mm")
    draw.text((middle, bottom - 92), role, MUTED, chinese(32), anchor="mm")
    return layer
