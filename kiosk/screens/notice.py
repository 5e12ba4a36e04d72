"""A word about what just happened, in a bar over the screen's main part."""

from collections.abc import Callable

from kiosk import i18n
from kiosk.flow.state import Message, MessageCode
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import STRONG, Box

_CALM = {MessageCode.RESUME_RELEASED, MessageCode.RESUME_UNCERTAIN, MessageCode.E_READ_ONLY}


class NoticeBar(Part):
    """An icon and a few lines on a warning ground; hidden when there is nothing to say."""

    def __init__(
        self,
        kit: Kit,
        box: Box | None = None,
        *,
        lines: int = 2,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        """Args:
        on_close: with it the bar has a cross that calls it.
        """
        super().__init__(kit)
        if box is None:
            box = Box(56, 176, 968, 150) if self.portrait else Box(40, 150, 1200, 104)
        self._plate = self.plate(box, self.c.warning, 32, shadow=True)
        side = 56.0
        self._icon = self.icon(
            "exclaim", Box(box.x + 26, box.y + (box.h - side) / 2, side, side), self.c.warning_ink
        )
        target = max(self.stage.mm(15.2), 86)
        right = box.right - (target + 12 if on_close else 24)
        self._words = self.words(
            Box(box.x + 100, box.y + 4, right - box.x - 100, box.h - 8),
            STRONG if self.portrait else 32,
            self.c.warning_ink,
            bold=True,
            lines=lines,
        )
        self._close = None
        if on_close is not None:
            cross = Box(box.right - target - 6, box.y + (box.h - target) / 2, target, target)
            self._close = self.icon_button(
                "notice",
                cross,
                "cross",
                on_close,
                self.c.warning,
                self.c.warning_ink,
                side=38,
                radius=target / 2,
            )
        self.show(False)

    def say(self, message: Message | None, voice: Voice) -> None:
        self.show(message is not None)
        if message is None:
            return
        calm = message.code in _CALM
        fill, ink = (self.c.ok, self.c.ok_ink) if calm else (self.c.warning, self.c.warning_ink)
        self._plate.paint(fill)
        self._icon.draw("again" if calm else "exclaim", ink)
        self._words.paint(ink)
        if self._close is not None:
            self._close.paint(fill)
            self._close.icon.draw("cross", ink)
        said = i18n.text(message.code, voice.language, **message.params)
        voice.plain(self._words, said)
