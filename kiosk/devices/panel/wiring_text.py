"""A line of `[panel]` in kiosk.toml: `"GPIO20, pull up, active high, 50 ms"` or `"off"`."""

import re
from dataclasses import replace

from kiosk.devices.panel.header import LAST_BCM
from kiosk.devices.panel.layout import NOT_WIRED, Line, Pull

OFF = "off"
_PIN = re.compile(r"(?:gpio|bcm)?\s*(\d{1,3})", re.IGNORECASE)
_SETTLE = re.compile(r"(\d{1,4})\s*ms")
SETTLE_MAX_MS = 2000


def read_line(text: str, default: Line, *, is_output: bool) -> Line:
    """What a text says; what it leaves out is as in `default`.

    Raises:
        ValueError: it is not understood; the message goes on after the value.
    """
    pin, *words = (word.strip().lower() for word in text.split(","))
    if pin == OFF:
        if words:
            raise ValueError("says off, and more")
        return NOT_WIRED
    found = _PIN.fullmatch(pin)
    if found is None:
        raise ValueError("begins with no pin (BCM number)")
    bcm = int(found[1])
    if bcm > LAST_BCM:
        raise ValueError(f"names GPIO{bcm}, which is not on the header (0 to {LAST_BCM})")
    line = replace(default, bcm=bcm)
    for word in words:
        line = _said(line, word, is_output=is_output)
    return line


def _said(line: Line, word: str, *, is_output: bool) -> Line:
    if word in {"active high", "active low"}:
        return replace(line, active_high=word == "active high")
    if is_output:
        raise ValueError(f'has "{word}", which is no word for an output')
    if word in {"pull up", "pull down", "no pull"}:
        pull = Pull.NONE if word == "no pull" else Pull(word.removeprefix("pull "))
        return replace(line, pull=pull)
    if settle := _SETTLE.fullmatch(word):
        if int(settle[1]) > SETTLE_MAX_MS:
            raise ValueError(f"waits longer than {SETTLE_MAX_MS} ms for an input to settle")
        return replace(line, settle_ms=int(settle[1]))
    raise ValueError(f'has "{word}", which is no word for an input')


def written(line: Line, *, is_output: bool) -> str:
    """The text that `read_line` reads back as this line, with nothing left out."""
    if line.bcm is None:
        return OFF
    active = "active high" if line.active_high else "active low"
    if is_output:
        return f"GPIO{line.bcm}, {active}"
    pull = "no pull" if line.pull is Pull.NONE else f"pull {line.pull.value}"
    return f"GPIO{line.bcm}, {pull}, {active}, {line.settle_ms} ms"
