"""What was written down about one voucher, line by line, as the clock went."""

from collections.abc import Sequence

from kiosk.flow.staff.values.case import Mark, Moment
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff import saying
from kiosk.screens.theme import BODY, CAPTION, RADIUS, STRONG, Box

_DULL = (
    Mark.NOTE,
    Mark.OVER,
    Mark.CAPTURED,
    Mark.HELD,
    Mark.ALLOWED,
    Mark.REPRINT_ASKED,
    Mark.STAFF_TAKEN_ASKED,
    Mark.STAFF_VOID_ASKED,
    Mark.REPRINT_BEGUN,
)
"""Left out in this order where there is no room for all."""


def fitting(history: Sequence[Moment], room: int) -> list[Moment]:
    """The moments that matter most, oldest first, at most `room`."""
    kept = list(history)
    for mark in _DULL:
        for said in [m for m in kept if m.mark is mark]:
            if len(kept) <= room:
                return kept
            kept.remove(said)
    return kept[-room:]


class _Line(Part):
    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        side = 36.0 if self.portrait else 30.0
        size = BODY if self.portrait else CAPTION
        time_w = 208.0 if self.portrait else 172.0
        self._time = self.words(Box(box.x, box.y, time_w, box.h), size, self.c.muted)
        left = box.x + time_w + 8
        self._icon = self.icon(
            "dot", Box(left, box.y + (box.h - side) / 2, side, side), self.c.ink, thickness=2.4
        )
        left += side + (20 if self.portrait else 14)
        self._says = self.words(Box(left, box.y, box.right - left, box.h), size)

    def say(self, state: KioskState, said: Moment | None, voice: Voice) -> None:
        self.show(said is not None)
        if said is None:
            voice.plain(self._says, "")
            voice.plain(self._time, "")
            return
        _, icon = saying.MARKS[said.mark]
        self._icon.draw(icon, self.c.ink)
        voice.plain(self._time, saying.to_the_second(state, said.at))
        voice.plain(self._says, saying.moment(said, voice))


class Story(Part):
    """A card with the timeline; `live` says whether the service was heard about it."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self.plate(box, self.c.white, RADIUS, shadow=True)
        pad = 40.0 if self.portrait else 28.0
        high = 64.0 if self.portrait else 52.0
        head = Box(box.x + pad, box.y + 14, box.w - 2 * pad, high)
        half = head.w * 0.42
        self._title = self.words(
            Box(head.x, head.y, half, high), STRONG if self.portrait else BODY, bold=True
        )
        self._live = self.words(
            Box(head.x + half, head.y, head.w - half, high), CAPTION, self.c.muted, align="right"
        )
        line = 62.0 if self.portrait else 47.0
        top = head.bottom + (6 if self.portrait else 0)
        count = int((box.bottom - 12 - top) // line)
        self._lines = [
            self.put(_Line(kit, Box(head.x, top + i * line, head.w, line))) for i in range(count)
        ]
        self._empty = self.words(
            Box(head.x, top, head.w, box.bottom - 24 - top),
            BODY,
            self.c.muted,
            align="center",
            lines=3,
        )

    def tell(
        self,
        state: KioskState,
        history: Sequence[Moment] | None,
        live: bool | None,
        voice: Voice,
    ) -> None:
        voice.put(self._title, "ST-STORY")
        code = {True: "ST-LIVE", False: "ST-NOT-LIVE", None: "ST-ASKING"}[live]
        voice.put(self._live, code)
        told = fitting(history or (), len(self._lines))
        for i, line in enumerate(self._lines):
            line.say(state, told[i] if i < len(told) else None, voice)
        self._empty.show(not told)
        voice.put(self._empty, "ST-LOOKING" if history is None else "ST-STORY-ELSEWHERE")
