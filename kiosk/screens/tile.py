"""One reward in the grid: picture, name, price, and how it stands."""

from collections.abc import Callable

from kiosk.flow.catalogue import Availability, Offer
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import AMOUNT, CAPTION, RADIUS_SMALL, STRONG, Box
from kiosk.screens.typeface import width_px
from kiosk.screens.widgets.placing import place
from wire.api.catalogue import StockHint


class Tile(Part):
    def __init__(self, kit: Kit, number: int, box: Box, on_tap: Callable[[], None]) -> None:
        super().__init__(kit)
        self._card = self.target(
            f"item:{number}", box, on_tap, self.c.white, RADIUS_SMALL, shadow=True
        )
        foot = 140.0 if self.portrait else 160.0
        pad = 26.0 if self.portrait else 20.0
        self._picture = self.picture(
            Box(box.x, box.y, box.w, box.h - foot), RADIUS_SMALL, parent=self._card
        )
        top = box.bottom - foot + (12 if self.portrait else 2)
        self._name = self.words(
            Box(box.x + pad, top, box.w - 2 * pad, 56 if self.portrait else 92),
            STRONG if self.portrait else 28,
            bold=True,
            lines=1 if self.portrait else 2,
            parent=self._card,
        )
        self._points = self.words(
            Box(box.x + pad, top + (56 if self.portrait else 88), box.w - 2 * pad, 60),
            AMOUNT,
            self.c.brand,
            bold=True,
            parent=self._card,
        )
        height = 52.0 if self.portrait else 44.0
        self._chip_right, self._chip_y, self._chip_h = box.right - 16, box.y + 16, height
        self._chip_plate = self.plate(
            Box(box.right - 216, box.y + 16, 200, height), self.c.ok, height / 2, parent=self._card
        )
        self._chip = self.words(
            Box(box.right - 206, box.y + 16, 180, height),
            CAPTION,
            self.c.ok_ink,
            bold=True,
            align="center",
            parent=self._card,
        )

    def show_offer(self, offer: Offer | None, voice: Voice) -> None:
        self.show(offer is not None)
        self._card.show(offer is not None)
        if offer is None:
            return
        item = offer.item
        self._picture.show_picture(item.image.sha256)
        voice.plain(self._name, item.name.in_language(voice.language))
        voice.put(self._points, "L-POINTS", n=offer.price)
        self._points.paint(self.c.brand if offer.affordable else self.c.far)
        self._show_chip(offer, voice)

    def _show_chip(self, offer: Offer, voice: Voice) -> None:
        fill, ink = self.c.soft, self.c.ink
        text = ""
        match offer.availability:
            case Availability.MISSING_POINTS:
                text = voice("L-MISSING", n=offer.missing)
            case Availability.SOLD_OUT:
                text = voice("L-SOLD-OUT")
            case Availability.OTHER_TIER:
                text = voice("L-OTHER-TIER")
            case Availability.OTHER_TIME:
                text = voice("L-OTHER-TIME")
            case Availability.AFFORDABLE:
                if offer.item.stock_hint is StockHint.FEW and offer.item.stock_left:
                    text = voice("L-FEW", n=offer.item.stock_left)
                    fill, ink = self.c.warning, self.c.warning_ink
        self._chip_plate.show(bool(text))
        self._chip.show(bool(text))
        if not text:
            voice.plain(self._chip, "")
            return
        width = width_px(text, size_px=CAPTION * self.stage.scale, face=voice.face, bold=True)
        wide = width / self.stage.scale + 40
        box = Box(self._chip_right - wide, self._chip_y, wide, self._chip_h)
        place(self._chip_plate, box, self.stage)
        self._chip.move(box.inset(8, 0), self.stage)
        self._chip_plate.paint(fill)
        self._chip.paint(ink)
        voice.plain(self._chip, text)
