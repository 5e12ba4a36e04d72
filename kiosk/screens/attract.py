"""S0: nobody is there. One big card says what to do; a code works right here."""

from kiosk.flow import event
from kiosk.flow.catalogue import teasers
from kiosk.flow.state import Attract, KioskState
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.notice import NoticeBar
from kiosk.screens.theme import AMOUNT, BODY, DISPLAY, RADIUS, RADIUS_SMALL, STRONG, Box
from kiosk.screens.widgets.phone import Phone
from wire.api.catalogue import Item

_TEASERS = 3


class Teaser(Part):
    """One of today's rewards; a picture of it, not a button. A tile, or a row where it is low."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self.plate(box, self.c.white, RADIUS_SMALL, shadow=True)
        if self.portrait:
            foot = 166.0
            picture = Box(box.x, box.y, box.w, box.h - foot)
            top = box.bottom - foot + 16
            name = Box(box.x + 22, top, box.w - 44, 84)
            points = Box(box.x + 22, top + 84, box.w - 44, 50)
        else:
            picture = Box(box.x, box.y, 138, box.h)
            name = Box(box.x + 162, box.y, box.w - 366, box.h)
            points = Box(box.right - 204, box.y, 182, box.h)
        self._picture = self.picture(picture, RADIUS_SMALL, all_corners=not self.portrait)
        self._name = self.words(name, BODY, bold=True, lines=2)
        self._points = self.words(
            points, BODY, self.c.brand, bold=True, align="left" if self.portrait else "right"
        )

    def show_item(self, item: Item | None, voice: Voice) -> None:
        self.show(item is not None)
        if item is None:
            return
        self._picture.show_picture(item.image.sha256)
        voice.plain(self._name, item.name.in_language(voice.language))
        voice.put(self._points, "L-POINTS", n=item.price_points)


class AttractScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, camera=True))
        if self.portrait:
            title = Box(56, 190, 968, 150)
            sub = Box(56, 344, 968, 64)
            card = Box(56, 456, 968, 690)
            today = Box(56, 1192, 968, 64)
            tiles = [Box(56 + i * 332, 1280, 304, 430) for i in range(_TEASERS)]
            phone = Box(596, 520, 320, 520)
            says, hint, too = (
                Box(116, 548, 478, 220),
                Box(116, 800, 450, 160),
                Box(116, 990, 430, 56),
            )
            arrow = Box(490, 1064, 100, 56)
        else:
            title = Box(40, 150, 600, 104)
            sub = Box(40, 252, 600, 52)
            card = Box(660, 160, 580, 526)
            today = Box(40, 330, 560, 52)
            tiles = [Box(40, 392 + i * 102, 584, 90) for i in range(_TEASERS)]
            phone = Box(984, 222, 210, 340)
            says = Box(704, 206, 260, 230)
            hint, too = Box(704, 440, 262, 140), Box(704, 592, 380, 48)
            arrow = Box(1112, 606, 84, 46)
        self._title = self.words(title, DISPLAY if self.portrait else 76, bold=True)
        self._sub = self.words(sub, AMOUNT if self.portrait else BODY, self.c.muted)
        self.target(
            "start", card, lambda: kit.emit(event.ScanOpened()), self.c.brand, RADIUS, shadow=True
        )
        self._phone = self.put(Phone(self.c.night, self.c.white), phone)
        self._says = self.words(
            says,
            47 if self.portrait else AMOUNT,
            self.c.white,
            bold=True,
            lines=4,
            valign="top",
        )
        small = STRONG if self.portrait else 28
        self._hint = self.words(hint, small, self.c.on_brand, lines=3, valign="top")
        self._too = self.words(too, small, self.c.on_brand)
        self._arrow = self.icon("down", arrow, self.c.gold, thickness=3)
        self._today = self.words(today, AMOUNT if self.portrait else STRONG, bold=True)
        self._teasers = [self.put(Teaser(kit, box)) for box in tiles]
        # Where the title stands: beside the card, never over what is said there.
        notice = None if self.portrait else Box(40, 146, 596, 170)
        self._notice = self.put(NoticeBar(kit, notice, lines=2 if self.portrait else 4))

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        voice = Voice(state.language)
        for words, code in (
            (self._title, "L-ATTRACT-TITLE"),
            (self._sub, "L-ATTRACT-SUB"),
            (self._says, "ATTRACT"),
            (self._hint, "HINT-BRIGHT"),
            (self._too, "L-CARD-TOO"),
            (self._today, "L-TODAY"),
        ):
            voice.put(words, code)
        items = teasers(state, _TEASERS)
        for i, teaser in enumerate(self._teasers):
            teaser.show_item(items[i] if i < len(items) else None, voice)
        self._today.show(bool(items))
        notice = state.screen.notice if isinstance(state.screen, Attract) else None
        self._notice.say(notice, voice)
        self._title.show(notice is None)
        self._sub.show(notice is None)

    def entered(self) -> None:
        self._phone.animate(on=not self.kit.still, distance=14 * self.stage.scale)

    def left(self) -> None:
        self._phone.animate(on=False, distance=0)

    def wipe(self) -> None:
        """Nothing here is a shopper's."""
