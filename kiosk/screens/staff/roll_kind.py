"""Which roll it is: its length in one tap, its number by itself."""

from kiosk.flow.staff.values.rolls import LengthChosen, RollField, RollFieldOpened, RollWizard
from kiosk.flow.staff.wizard import LENGTHS_MM
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, CAPTION, RADIUS, STRONG, Box

_METRE_MM = 1000


class RollKind(Part):
    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self.plate(box, self.c.white, RADIUS, shadow=True)
        pad = 36.0 if self.portrait else 22.0
        gap = self.stage.mm(4.2)
        high = 100.0 if self.portrait else 80.0
        inner = box.w - 2 * pad
        size = STRONG if self.portrait else BODY
        head = 56.0 if self.portrait else 46.0
        top = box.y + (26 if self.portrait else 10)
        self._head = self.words(Box(box.x + pad, top, inner, head), size, bold=True)
        wide = (inner - gap * len(LENGTHS_MM)) / (len(LENGTHS_MM) + 1)
        y = top + head + (12 if self.portrait else 6)
        places = [
            Box(box.x + pad + i * (wide + gap), y, wide, high) for i in range(len(LENGTHS_MM) + 1)
        ]
        soft = {"fill": self.c.soft, "colour": self.c.ink}
        self._lengths = {
            length: self.button(
                f"length:{length // _METRE_MM}",
                place,
                size,
                lambda mm=length: kit.emit(LengthChosen(mm)),  # type: ignore[misc]  # a default binds the loop's value
                **soft,
            )
            for length, place in zip(LENGTHS_MM, places, strict=False)
        }
        self._other = self.button(
            "length:other",
            places[-1],
            size,
            lambda: kit.emit(RollFieldOpened(RollField.LENGTH)),
            **soft,
        )
        low = box.bottom - (26 if self.portrait else 14) - high
        edit = 220.0 if self.portrait else 160.0
        self._serial = self.words(
            Box(box.x + pad, low, inner - edit - gap, high), BODY if self.portrait else CAPTION
        )
        self._edit = self.button(
            "serial",
            Box(box.right - pad - edit, low, edit, high),
            size,
            lambda: kit.emit(RollFieldOpened(RollField.SERIAL)),
            **soft,
        )

    def show_kind(self, wizard: RollWizard | None, voice: Voice) -> None:
        """None: it is not the time to say."""
        self.show(wizard is not None)
        if wizard is None:
            return
        record = wizard.record
        voice.put(self._head, "L-ROLL-LENGTH")
        for length, button in self._lengths.items():
            voice.put(button, "L-ROLL-METRES", n=length // _METRE_MM)
            chosen = record.length_mm == length
            button.dress(*self._look(chosen=chosen))
        other = record.length_mm not in self._lengths
        self._other.dress(*self._look(chosen=other))
        if other:
            voice.put(self._other, "L-ROLL-METRES", n=record.length_mm // _METRE_MM)
        else:
            voice.put(self._other, "L-ROLL-OTHER")
        voice.put(self._serial, "L-ROLL-SERIAL", serial=record.roll_serial)
        voice.put(self._edit, "L-ROLL-EDIT")

    def _look(self, *, chosen: bool) -> tuple[str, str]:
        return (self.c.ink, self.c.white) if chosen else (self.c.soft, self.c.ink)
