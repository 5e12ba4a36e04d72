"""Diagnostics: what the printer answers byte by byte; what the inputs say; sounds and lights."""

from kiosk.flow.staff.values.diagnostics import (
    Diagnostics,
    Sensor,
    Trial,
    TrialWanted,
)
from kiosk.flow.staff.values.facts import Sensed
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, CAPTION, RADIUS, RADIUS_SMALL, STRONG, Box

SENSORS = {
    Sensor.ROLL_DOOR: ("ST-SENSE-ROLL-DOOR", "ST-SHUT", "ST-OPEN"),
    Sensor.NEAR_END: ("ST-SENSE-NEAR-END", "ST-ENOUGH", "ST-NEAR-END"),
    Sensor.PAPER_END: ("ST-SENSE-PAPER-END", "ST-THERE", "ST-EMPTY"),
    Sensor.SLOT: ("ST-SENSE-SLOT", "ST-SLOT-FREE", "ST-SLOT-TAKEN"),
}
"""Name, word for OK, word for FAULT."""
_TRIALS = {
    Trial.SOUND: ("ST-TRY-SOUND", "clock"),
    Trial.SCAN_LIGHT: ("ST-TRY-SCAN-LIGHT", "sun"),
    Trial.EXIT_LIGHT: ("ST-TRY-EXIT-LIGHT", "down"),
}


class _Fact(Part):
    """A name, and a word on a plate."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        plate_w = 200.0 if self.portrait else 170.0
        high = min(68.0 if self.portrait else 56.0, box.h - 8)
        self._name = self.words(Box(box.x, box.y, box.w - plate_w - 16, box.h), BODY)
        chip = Box(box.right - plate_w, box.y + (box.h - high) / 2, plate_w, high)
        self._plate = self.plate(chip, self.c.soft, high / 2)
        self._word = self.words(chip.inset(10, 0), CAPTION, bold=True, align="center")

    def say(self, name: str, word: str, sensed: Sensed, voice: Voice) -> None:
        fill, ink = {
            Sensed.OK: (self.c.ok, self.c.ok_ink),
            Sensed.FAULT: (self.c.warning, self.c.warning_ink),
            Sensed.UNKNOWN: (self.c.soft, self.c.ink),
        }[sensed]
        self._plate.paint(fill)
        self._word.paint(ink)
        voice.put(self._name, name)
        voice.put(self._word, word)


class PrinterTab(Part):
    """The last answers as they came, and how many bytes were none."""

    def __init__(self, kit: Kit, area: Box) -> None:
        super().__init__(kit)
        self.plate(area, self.c.night, RADIUS)
        pad = 44.0 if self.portrait else 30.0
        head = 64.0 if self.portrait else 50.0
        inner = area.inset(pad, 24)
        self._title = self.words(
            Box(inner.x, inner.y, inner.w * 0.5, head),
            STRONG if self.portrait else BODY,
            self.c.white,
            bold=True,
        )
        self._garbage = self.words(
            Box(inner.x + inner.w * 0.5, inner.y, inner.w * 0.5, head),
            BODY if self.portrait else CAPTION,
            self.c.mist,
            align="right",
        )
        line = 54.0 if self.portrait else 44.0
        top = inner.y + head + 12
        count = int((inner.bottom - top) // line)
        self._lines = [
            self.words(
                Box(inner.x, top + i * line, inner.w, line),
                BODY if self.portrait else CAPTION,
                self.c.mist,
            )
            for i in range(count)
        ]

    def say(self, screen: Diagnostics, voice: Voice, *, shown: bool) -> None:
        seen = screen.seen
        voice.put(self._title, "ST-PRINTER-ANSWERS")
        voice.put(self._garbage, "ST-GARBAGE", n=seen.garbage if seen else 0)
        answers = seen.answers[-len(self._lines) :] if seen else ()
        for i, words in enumerate(self._lines):
            words.show(shown)
            text = answers[i] if i < len(answers) else ""
            if not answers and i == 0:
                text = voice("ST-LOOKING" if seen is None else "ST-NO-ANSWERS")
            voice.plain(words, text)


class InputsTab(Part):
    def __init__(self, kit: Kit, area: Box) -> None:
        super().__init__(kit)
        if self.portrait:
            card = Box(area.x, area.y, area.w, 480)
            top, high, wide = card.bottom + 40, 140.0, area.w
        else:
            card = Box(area.x, area.y, 620, area.h)
            top, high, wide = area.y, (area.h - 2 * 26) / 3, area.right - card.right - 30
        left = area.x if self.portrait else card.right + 30
        self.plate(card, self.c.white, RADIUS, shadow=True)
        pad = 40.0 if self.portrait else 28.0
        row = (card.h - 24) / len(SENSORS)
        self._facts = {
            sensor: self.put(
                _Fact(kit, Box(card.x + pad, card.y + 12 + i * row, card.w - 2 * pad, row))
            )
            for i, sensor in enumerate(SENSORS)
        }
        gap = max(self.stage.mm(4.1), 26.0)
        self._trials = {}
        for i, (trial, (_, icon)) in enumerate(_TRIALS.items()):
            self._trials[trial] = self.button(
                f"try:{trial.value}",
                Box(left, top + i * (high + gap), wide, high),
                STRONG,
                lambda wanted=trial: kit.emit(TrialWanted(wanted)),  # type: ignore[misc]  # a default binds the loop's value
                fill=self.c.soft,
                colour=self.c.ink,
                icon=icon,
                radius=RADIUS_SMALL,
            )

    def say(self, screen: Diagnostics, voice: Voice, *, shown: bool) -> None:
        told = dict(screen.seen.sensors) if screen.seen else {}
        for sensor, fact in self._facts.items():
            name, quiet, active = SENSORS[sensor]
            sensed = told.get(sensor, Sensed.UNKNOWN)
            word = {Sensed.OK: quiet, Sensed.FAULT: active, Sensed.UNKNOWN: "ST-UNKNOWN"}[sensed]
            fact.say(name, word, sensed, voice)
        for trial, button in self._trials.items():
            acts = screen.trying is trial
            button.disabled = not shown or screen.trying is not None
            button.dress(
                self.c.brand if acts else self.c.soft, self.c.white if acts else self.c.ink
            )
            button.icon.draw(_TRIALS[trial][1], self.c.white if acts else self.c.ink)
            voice.put(button, _TRIALS[trial][0])
