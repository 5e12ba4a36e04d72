"""A switch of a few segments on one plate; the chosen one has the chain's colour."""

from collections.abc import Callable, Mapping

from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, Box

_EDGE = 6.0


class Tabs(Part):
    """Args:
    names: what scripts call the segments, from left to right, and the code of each one's label.
    """

    def __init__(
        self, kit: Kit, box: Box, names: Mapping[str, str], on_tap: Callable[[str], None]
    ) -> None:
        super().__init__(kit)
        self._codes = dict(names)
        outer = Box(box.x - _EDGE, box.y - _EDGE, box.w + 2 * _EDGE, box.h + 2 * _EDGE)
        self.plate(outer, self.c.soft, outer.h / 2)
        wide = box.w / len(names)
        self._buttons = {
            name: self.button(
                f"tab:{name}",
                Box(box.x + i * wide, box.y, wide, box.h),
                BODY,
                lambda chosen=name: on_tap(chosen),  # type: ignore[misc]  # a default binds the loop's value
                fill=self.c.soft,
                colour=self.c.muted,
                radius=box.h / 2,
            )
            for i, name in enumerate(names)
        }

    def choose(self, chosen: str, voice: Voice) -> None:
        for name, button in self._buttons.items():
            voice.put(button, self._codes[name])
            if name == chosen:
                button.dress(self.c.brand, self.c.white)
            else:
                button.dress(self.c.soft, self.c.muted)
