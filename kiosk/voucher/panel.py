"""Blocks that only a voucher has: its head with the mark, its figures, its terms."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from kiosk.voucher.block import BLACK, Paragraph, Stack, line_height
from kiosk.voucher.typeface import Face


@dataclass(frozen=True, slots=True)
class Masthead:
    """The mark, and beside it the chain's name over the lines about the store."""

    mark: Image.Image
    brand: str
    brand_face: Face
    store: Sequence[str]
    store_face: Face
    gap: int = 12

    def _text(self) -> Stack:
        return Stack(
            [
                Paragraph(self.brand, self.brand_face),
                *(Paragraph(line, self.store_face) for line in self.store if line),
            ]
        )

    def _rest(self, width: int) -> int:
        return width - self.mark.width - self.gap

    def height(self, width: int) -> int:
        return max(self.mark.height, self._text().height(self._rest(width)))

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        rest = self._rest(width)
        text_height = self._text().height(rest)
        height = self.height(width)
        # The mark stands beside the first lines, however many there are.
        mark_top = y + max(0, (min(height, 2 * self.mark.height) - self.mark.height) // 2)
        page.paste(self.mark, (x, mark_top))
        text_top = y + (height - text_height) // 2
        self._text().draw(page, x + self.mark.width + self.gap, text_top, rest)


@dataclass(frozen=True, slots=True)
class Figure:
    """One amount with its label."""

    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts beside each other: small label, large amount, hairlines between.

    Columns are as wide as what stands in them asks for. If they do not fit beside each
    other, each amount gets a line of its own.
    """

    figures: Sequence[Figure]
    label_face: Face
    amount_face: Face
    gap: int = 16

    def _widths(self) -> list[int]:
        return [
            max(self.label_face.width(figure.label), self.amount_face.width(figure.amount))
            for figure in self.figures
        ]

    def _beside(self, width: int) -> bool:
        gaps = 2 * self.gap * (len(self.figures) - 1)
        return sum(self._widths()) + gaps <= width

    def _row(self) -> int:
        return line_height(self.label_face) + line_height(self.amount_face)

    def height(self, width: int) -> int:
        return self._row() if self._beside(width) else self._row() * len(self.figures)

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        pen = ImageDraw.Draw(page)
        beside = self._beside(width)
        spare = (width - sum(self._widths())) // max(1, len(self.figures) - 1)
        # Never spread so far that the amounts no longer look like one line.
        step = min(spare, 4 * self.gap)
        for number, (figure, own) in enumerate(zip(self.figures, self._widths(), strict=True)):
            if number and beside:
                line_x = x - step // 2 - 1
                pen.rectangle((line_x, y + 6, line_x + 1, y + self._row() - 8), fill=BLACK)
            label = Paragraph(figure.label, self.label_face)
            label.draw(page, x, y, own)
            amount = Paragraph(figure.amount, self.amount_face)
            amount.draw(page, x, y + line_height(self.label_face), own)
            if beside:
                x += own + step
            else:
                y += self._row()


@dataclass(frozen=True, slots=True)
class Terms:
    """Numbered terms, several on a line where they fit, with a hanging indent where not."""

    terms: Sequence[str]
    marks: str
    """Marks of the first terms, one character each; later ones get `10.` and so on."""
    face: Face

    def _mark(self, number: int) -> str:
        return self.marks[number] if number < len(self.marks) else f"{number + 1}."

    def _indent(self) -> int:
        return self.face.width(self._mark(0) + " ")

    def _placed(self, width: int) -> tuple[list[tuple[int, int, str]], int]:
        """Every text with its column and line, and the number of lines."""
        placed: list[tuple[int, int, str]] = []
        column, line, indent = 0, 0, self._indent()
        for number, term in enumerate(self.terms):
            mark = self._mark(number)
            indent_here = max(indent, self.face.width(mark + " "))
            if column and column + indent_here + self.face.width(term) > width:
                column, line = 0, line + 1
            placed.append((column, line, mark))
            for part, text in enumerate(self.face.balanced(term, width - indent_here - column)):
                line += 1 if part else 0
                placed.append((column + indent_here, line, text))
            last = placed[-1]
            column = last[0] + self.face.width(last[2]) + self.face.size
        return placed, line + 1 if self.terms else 0

    def height(self, width: int) -> int:
        return self._placed(width)[1] * line_height(self.face)

    def draw(self, page: Image.Image, x: int, y: int, width: int) -> None:
        pen = ImageDraw.Draw(page)
        lead = (line_height(self.face) - self.face.size) // 2
        for column, line, text in self._placed(width)[0]:
            self.face.draw(pen, x + column, y + line * line_height(self.face) + lead, text)
