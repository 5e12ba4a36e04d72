"""A staff screen: the head, a title with a word beside or below it, and the way back."""

from collections.abc import Callable
from typing import Any

from kiosk.flow.staff.values.door import StaffWentBack
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part
from kiosk.screens.staff.frame import StaffFrame
from kiosk.screens.theme import AMOUNT, BODY, HEADING, RADIUS_SMALL, STRONG, Box
from kiosk.screens.widgets.target import TextButton


class Sheet(Part):
    """The base of the staff screens of vouchers, hours, handover and diagnostics.

    `area` is what is free for the screen's own things. With `beside`, landscape has title, note
    and buttons in a column on the left, and `area` is the rest.
    """

    def __init__(self, kit: Kit, *, beside: bool = False, head: float = 560.0) -> None:
        """Args:
        head: width of the title in landscape; the note has the rest of its line.
        """
        super().__init__(kit)
        self.frame = self.put(StaffFrame(kit))
        self.edge = 56.0 if self.portrait else 40.0
        self.gap = max(self.stage.mm(4.1), 24.0)
        self.primary = max(132.0 if self.portrait else 90.0, self.stage.mm(15.3))
        self.foot = self.stage.height - (56.0 if self.portrait else 36.0) - self.primary
        right = self.stage.width - self.edge
        self.wide = right - self.edge
        if self.portrait:
            head_box, note = Box(self.edge, 172, self.wide, 92), Box(self.edge, 256, self.wide, 88)
            self.area = Box(self.edge, 344, self.wide, self.foot - self.gap - 344)
        elif beside:
            self.wide = 360.0
            head_box, note = Box(self.edge, 152, self.wide, 64), Box(self.edge, 216, self.wide, 92)
            left = self.edge + self.wide + 40
            self.area = Box(left, 157, right - left, self.stage.height - 36 - 157)
        else:
            left = self.edge + head + 20
            head_box, note = Box(self.edge, 146, head, 72), Box(left, 138, right - left, 88)
            self.area = Box(self.edge, 226, self.wide, self.foot - self.gap - 226)
        aside = not self.portrait and not beside
        self.title = self.words(head_box, HEADING if self.portrait else AMOUNT, bold=True)
        self.note = self.words(
            note,
            STRONG if self.portrait else BODY,
            self.c.muted,
            align="right" if aside else "left",
            valign="middle" if self.portrait or aside else "top",
            lines=2,
        )

    def feet(self, *shares: float) -> list[Box]:
        """The row of buttons at the foot, from left to right, as wide as their shares."""
        free = self.wide - self.gap * (len(shares) - 1)
        boxes, x = [], self.edge
        for share in shares:
            wide = free * share / sum(shares)
            boxes.append(Box(x, self.foot, wide, self.primary))
            x += wide + self.gap
        return boxes

    def back_button(self, box: Box) -> TextButton:
        return self.soft_button("back", box, lambda: self.kit.emit(StaffWentBack()))

    def soft_button(
        self, name: str, box: Box, on_tap: Callable[[], None], **style: Any
    ) -> TextButton:
        """A button that is not the one to press."""
        return self.button(
            name,
            box,
            AMOUNT if self.portrait else STRONG,
            on_tap,
            fill=self.c.soft,
            colour=self.c.ink,
            radius=RADIUS_SMALL,
            **style,
        )

    def main_button(
        self, name: str, box: Box, on_tap: Callable[[], None], **style: Any
    ) -> TextButton:
        """The one to press."""
        return self.button(
            name,
            box,
            AMOUNT if self.portrait else STRONG,
            on_tap,
            radius=RADIUS_SMALL,
            **style,
        )

    def update(self, state: KioskState) -> None:
        self.frame.update(state)
