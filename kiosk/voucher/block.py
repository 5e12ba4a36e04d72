"""What a slip is stacked from: blocks that know their height and draw themselves in black.

Everything is measured in dots (8 per mm). A block is given a width, and never draws
outside it or below its height: text wraps, it is never clipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from PIL import Image, ImageDraw

from kiosk.voucher.typeface import Face

BLACK = 0
WHITE = 1
_LEADING = 1.28
"""Line height in ems."""

Align = Literal["left", "centre", "right"]


class Block(Protocol):
    def height(self, width: int) -> int: ...

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None: ...


def line_height(face: Face) -> int:
    return round(face.size * _LEADING)


def _draw_line(
    pen: ImageDraw.ImageDraw,
    face: Face,
    text: str,
    box: tuple[int, int, int],
    align: Align = "left",
    ink: int = BLACK,
) -> None:
    """One line in (x, y, width), its em box centred in the line height."""
    x, y, width = box
    slack = width - face.width(text)
    offset = {"left": 0, "centre": slack // 2, "right": slack}[align]
    face.draw(pen, x + offset, y + (line_height(face) - face.size) // 2, text, ink)


@dataclass(frozen=True, slots=True)
class Gap:
    dots: int

    def height(self, width: int) -> int:
        return self.dots

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across: 2 dots thick, or a row of square dots."""

    dotted: bool = False
    thickness: int = 2

    def height(self, width: int) -> int:
        return self.thickness

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        pen = ImageDraw.Draw(page)
        bottom = y + self.thickness - 1
        if not self.dotted:
            pen.rectangle((x, y, x + width - 1, bottom), fill=BLACK)
            return
        pitch = 3 * self.thickness
        for left in range(x, x + width - self.thickness + 1, pitch):
            pen.rectangle((left, y, left + self.thickness - 1, bottom), fill=BLACK)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Wrapped text. `balance`: lines of about equal length, for headlines."""

    text: str
    face: Face
    align: Align = "left"
    balance: bool = False

    def lines(self, width: int) -> list[str]:
        wrap = self.face.balanced if self.balance else self.face.wrap
        return wrap(self.text, width)

    def height(self, width: int) -> int:
        return len(self.lines(width)) * line_height(self.face)

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        pen = ImageDraw.Draw(page)
        for number, line in enumerate(self.lines(width)):
            top = y + number * line_height(self.face)
            _draw_line(pen, self.face, line, (x, top, width), self.align)


@dataclass(frozen=True, slots=True)
class Justified:
    """One line whose characters are spread over the whole width; shrinks nothing, must fit."""

    text: str
    face: Face

    def height(self, width: int) -> int:
        return line_height(self.face)

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        pen = ImageDraw.Draw(page)
        widths = [self.face.width(char) for char in self.text]
        slack, gaps = width - sum(widths), max(1, len(self.text) - 1)
        top = y + (line_height(self.face) - self.face.size) // 2
        for number, char in enumerate(self.text):
            left = x + sum(widths[:number]) + slack * number // gaps
            self.face.draw(pen, left, top, char)


@dataclass(frozen=True, slots=True)
class Pair:
    """A text at the left and one at the right of the same line; under each other if too long."""

    left: str
    right: str
    face: Face

    def _one_line(self, width: int) -> bool:
        return self.face.width(self.left) + self.face.width(self.right) + self.face.size <= width

    def height(self, width: int) -> int:
        if self._one_line(width):
            return line_height(self.face)
        return sum(Paragraph(text, self.face).height(width) for text in (self.left, self.right))

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        if self._one_line(width):
            pen = ImageDraw.Draw(page)
            _draw_line(pen, self.face, self.left, (x, y, width))
            _draw_line(pen, self.face, self.right, (x, y, width), "right")
            return
        Stack([Paragraph(text, self.face) for text in (self.left, self.right)]).draw(
            page, x, y, width
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """White text on a black bar."""

    text: str
    face: Face
    padding: int = 6

    def height(self, width: int) -> int:
        return Paragraph(self.text, self.face).height(width - 4 * self.padding) + 2 * self.padding

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        pen = ImageDraw.Draw(page)
        bottom = y + self.height(width) - 1
        pen.rounded_rectangle((x, y, x + width - 1, bottom), radius=8, fill=BLACK)
        inner = width - 4 * self.padding
        for number, line in enumerate(self.face.wrap(self.text, inner)):
            top = y + self.padding + number * line_height(self.face)
            box = (x + 2 * self.padding, top, inner)
            _draw_line(pen, self.face, line, box, "centre", WHITE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A mode "1" picture, centred."""

    image: Image.Image

    def height(self, width: int) -> int:
        return self.image.height

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        page.paste(self.image, (x + (width - self.image.width) // 2, y))


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks under each other."""

    blocks: Sequence[Block]

    def height(self, width: int) -> int:
        return sum(block.height(width) for block in self.blocks)

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        for block in self.blocks:
            block.draw(page, x, y, width)
            y += block.height(width)


@dataclass(frozen=True, slots=True)
class Beside:
    """A picture at the left, a block at its right in the middle of the height."""

    image: Image.Image
    block: Block
    gap: int

    def _rest(self, width: int) -> int:
        return width - self.image.width - self.gap

    def height(self, width: int) -> int:
        return max(self.image.height, self.block.height(self._rest(width)))

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        height, rest = self.height(width), self._rest(width)
        page.paste(self.image, (x, y + (height - self.image.height) // 2))
        top = y + (height - self.block.height(rest)) // 2
        self.block.draw(page, x + self.image.width + self.gap, top, rest)


def draw_page(block: Block, width: int, margin: int, foot: int) -> Image.Image:
    """The block on a white mode "1" page with equal side margins and `foot` blank rows below."""
    inner = width - 2 * margin
    page = Image.new("1", (width, block.height(inner) + foot), WHITE)
    block.draw(page, margin, 0, inner)
    return page
