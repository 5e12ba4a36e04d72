"""One redemption as the picture that goes on paper (screens.md, Voucher).

No name, no phone, no member number but its tail ever stands on it. The code comes
first, on the leading edge, where a till's operator looks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from PIL import Image

from kiosk.fonts import font_path
from kiosk.i18n import text as say
from kiosk.voucher.block import (
    Bar,
    Beside,
    Block,
    Gap,
    Justified,
    Pair,
    Paragraph,
    Picture,
    Rule,
    Stack,
    draw_page,
)
from kiosk.voucher.mark import brand_mark
from kiosk.voucher.panel import Figure, Figures, Masthead, Terms
from kiosk.voucher.qr import draw_qr
from kiosk.voucher.typeface import Typefaces
from wire import voucher_code
from wire.api.devices import DeviceConfig
from wire.api.redemptions import Redemption, Voucher
from wire.api.text import Language

DOTS_PER_MM = 8
"""203 dpi heads print 8 dots per millimetre."""
WIDTH_58_MM = 384
WIDTH_80_MM = 576
LONGEST_MM = {WIDTH_58_MM: 110, WIDTH_80_MM: 120}
"""Longest voucher by width in dots: it prints in 6 s at 115200."""

_MARGIN = 8
_FOOT = 20
_BREATH = 6
_FEN_PER_YUAN = 100
_DETAIL_COLUMN = 250
"""Least width in which the details can stand beside the QR."""


class VoucherMissing(ValueError):
    """The redemption has no voucher to print: it was released."""


@dataclass(frozen=True, slots=True)
class _Density:
    """Sizes of one try; the next is tried when a page grows too long."""

    code: int
    name: Sequence[int]
    """Sizes for the reward's name, the first at which it takes two lines wins."""
    detail: int
    terms: int
    gap: int


_DENSITIES = {
    WIDTH_58_MM: (
        _Density(code=28, name=(48, 42, 36), detail=22, terms=20, gap=12),
        _Density(code=28, name=(42, 36, 32), detail=20, terms=18, gap=8),
        _Density(code=26, name=(36, 30, 26), detail=18, terms=18, gap=6),
        _Density(code=26, name=(32, 28, 24), detail=17, terms=16, gap=4),
    ),
    WIDTH_80_MM: (
        _Density(code=40, name=(60, 52, 44), detail=24, terms=22, gap=16),
        _Density(code=36, name=(52, 44, 38), detail=22, terms=20, gap=10),
        _Density(code=32, name=(44, 36, 30), detail=20, terms=18, gap=6),
        _Density(code=32, name=(36, 30, 26), detail=18, terms=16, gap=4),
    ),
}
_NAME_LINES = 2


@dataclass(frozen=True, slots=True)
class _Slip:
    """What one voucher says, before it is known at which sizes."""

    redemption: UUID
    voucher: Voucher
    config: DeviceConfig
    language: Language
    width: int
    copy: int
    device_seq: int | None
    faces: Typefaces
    qr: Image.Image

    def at(self, density: _Density, terms: Sequence[str]) -> Stack:
        gap = Gap(density.gap)
        fields = self.voucher.print_fields
        conditions = [
            Paragraph(text.in_language(self.language), self.faces.bold(density.detail))
            for text in fields.conditions
        ]
        return Stack(
            [
                Justified(voucher_code.display(self.voucher.code), self.faces.bold(density.code)),
                Gap(_BREATH),
                Rule(thickness=3),
                gap,
                self._masthead(density),
                gap,
                Rule(dotted=True),
                gap,
                self._name(density),
                Gap(density.gap // 2),
                self._figures(density),
                Gap(density.gap // 2),
                Paragraph(
                    f"{self._say('V-VALID-TO')} {self._last_minute(fields.valid_to)}",
                    self.faces.bold(density.detail + 4),
                ),
                *conditions,
                *self._reprint_bar(density),
                *self._qr_and_details(density),
                Gap(_BREATH),
                Rule(dotted=True),
                Gap(_BREATH),
                Terms(terms, self._say("V-TERM-MARKS"), self.faces.regular(density.terms)),
                *self._foot(density),
            ]
        )

    def _masthead(self, density: _Density) -> Masthead:
        store = self.config.store
        lines = [f"{store.name.in_language(self.language)} · {store.id}"]
        if self.width >= WIDTH_80_MM:
            lines.append(
                " · ".join(filter(None, (store.address.in_language(self.language), store.phone)))
            )
        return Masthead(
            brand_mark(56 if self.width >= WIDTH_80_MM else 48),
            self.config.brand.name.in_language(self.language),
            self.faces.bold(density.detail + 4),
            lines,
            self.faces.regular(density.detail),
        )

    def _name(self, density: _Density) -> Block:
        """The reward in the largest size that takes two lines; the least takes what it needs."""
        name = self.voucher.print_fields.reward.in_language(self.language)
        width = self.width - 2 * _MARGIN
        size = next(
            (
                size
                for size in density.name
                if len(self.faces.bold(size).wrap(name, width)) <= _NAME_LINES
            ),
            density.name[-1],
        )
        return Stack(
            [
                Paragraph(self._say("V-KIND"), self.faces.bold(density.detail)),
                Paragraph(name, self.faces.bold(size), balance=True),
            ]
        )

    def _figures(self, density: _Density) -> Figures:
        fields = self.voucher.print_fields
        figures = []
        if fields.value_fen:
            figures.append(Figure(self._say("V-VALUE"), _yuan(fields.value_fen)))
        figures.append(Figure(self._say("V-POINTS"), self._points(fields.points)))
        if self.width >= WIDTH_80_MM:
            as_of = self._local(fields.balance_as_of).strftime("%H:%M")
            label = self._say("V-BALANCE", time=as_of)
            figures.append(Figure(label, self._points(fields.balance_after)))
        amount = self.faces.bold(density.detail + 8)
        return Figures(figures, self.faces.regular(density.detail - 2), amount)

    def _reprint_bar(self, density: _Density) -> list[Block]:
        if not self.copy:
            return []
        text = self._say("V-REPRINT", n=self.copy)
        return [Gap(density.gap), Bar(text, self.faces.bold(density.detail + 4))]

    def _qr_and_details(self, density: _Density) -> list[Block]:
        """The details stand beside the QR where the paper is wide enough, else below."""
        inner = self.width - 2 * _MARGIN
        fields = self.voucher.print_fields
        issued = self._local(fields.issued_at).strftime("%Y-%m-%d %H:%M")
        device = self.config.device_no
        if self.device_seq is not None:
            device += f"#{self.device_seq:05d}"
        words = self._say
        facts = [
            (words("V-ISSUED"), issued),
            (words("V-DEVICE"), device),
            (words("V-MEMBER"), f"***{fields.member_tail}"),
            (words("V-REDEMPTION"), f"…{str(self.redemption)[-4:]}"),
        ]
        face, small = self.faces.bold(density.detail), self.faces.regular(density.detail - 2)
        if inner - self.qr.width >= _DETAIL_COLUMN:
            rows: list[Block] = []
            for label, value in facts:
                rows += [Paragraph(label, small), Paragraph(value, face), Gap(4)]
            return [Beside(self.qr, Stack(rows[:-1]), gap=12)]
        face = self.faces.regular(density.detail)
        lines = [
            Pair(f"{facts[0][0]} {facts[0][1]}", facts[1][1], face),
            Pair(f"{facts[2][0]} {facts[2][1]}", f"{facts[3][0]} {facts[3][1]}", face),
        ]
        return [Picture(self.qr), *lines]

    def _foot(self, density: _Density) -> list[Block]:
        if not self.config.hotline:
            return []
        text = self._say("V-HOTLINE", phone=self.config.hotline)
        return [Gap(_BREATH), Paragraph(text, self.faces.bold(density.terms), "centre")]

    def _say(self, code: str, **params: str | int) -> str:
        return say(code, self.language, **params)

    def _points(self, points: int) -> str:
        unit = self.config.point_unit.in_language(self.language)
        return self._say("V-AMOUNT", n=points, unit=unit)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.config.timezone))

    def _last_minute(self, end: datetime) -> str:
        """The last minute in which the voucher works: `end` itself is outside (half-open)."""
        return self._local(end - timedelta(microseconds=1)).strftime("%Y-%m-%d %H:%M")


def render_voucher(
    redemption: Redemption,
    config: DeviceConfig,
    language: Language,
    *,
    width_dots: int,
    copy: int = 0,
    device_seq: int | None = None,
) -> Image.Image:
    """The voucher as a mode "1" picture, black = 0, `width_dots` wide.

    About 25 ms of CPU; safe in any thread. At most 110 mm long on 58 mm paper and
    120 mm on 80 mm: type shrinks, then the last terms give way to a line that says
    where they stand. A name is wrapped, never clipped: one of more than about 130 letters
    makes the page longer.

    Args:
        width_dots: 384 (58 mm) or 576 (80 mm).
        copy: 0 for the first print; n is printed as 重印 第n次.
        device_seq: this kiosk's number for the redemption, printed as `K07#00412`; None
            where this kiosk does not know it.

    Raises:
        VoucherMissing: the redemption carries no voucher.
        ValueError: no such paper width.
    """
    if redemption.voucher is None:
        raise VoucherMissing(f"redemption {redemption.id} has no voucher")
    if width_dots not in _DENSITIES:
        raise ValueError(f"no paper is {width_dots} dots wide: 384 or 576")
    slip = _Slip(
        redemption=redemption.id,
        voucher=redemption.voucher,
        config=config,
        language=language,
        width=width_dots,
        copy=copy,
        device_seq=device_seq,
        faces=Typefaces(font_path, language),
        qr=draw_qr(redemption.voucher.payload, width_dots).picture,
    )
    return draw_page(_fitted(slip), width_dots, _MARGIN, foot=_FOOT)


def _fitted(slip: _Slip) -> Stack:
    """The first density at which the page keeps its length; then with fewer and fewer terms."""
    limit = LONGEST_MM[slip.width] * DOTS_PER_MM - _FOOT
    inner = slip.width - 2 * _MARGIN
    terms = _terms(slip)
    for density in _DENSITIES[slip.width]:
        page = slip.at(density, terms)
        if page.height(inner) <= limit:
            return page
    densest = _DENSITIES[slip.width][-1]
    more = say("V-TERMS-MORE", slip.language)
    for kept in range(len(terms) - 1, -1, -1):
        page = slip.at(densest, [*terms[:kept], more])
        if page.height(inner) <= limit:
            return page
    return page


def _terms(slip: _Slip) -> list[str]:
    """The chain's own terms, or ours where it has set none."""
    if slip.config.voucher_terms:
        return [term.in_language(slip.language) for term in slip.config.voucher_terms]
    codes = ["V-TERM-ONCE", "V-TERM-NO-CASH", "V-TERM-LOST", "V-TERM-KEEP"]
    return [say(code, slip.language) for code in codes]


def _yuan(fen: int) -> str:
    """`¥18`, or `¥18.50` where there are fen."""
    yuan, rest = divmod(fen, _FEN_PER_YUAN)
    return f"¥{yuan:,}" + (f".{rest:02d}" if rest else "")
