"""What is wrong with the layout that stands in a window, as sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from kiosk.screens.theme import (
    CAPTION,
    EDGE_MM,
    GAP_MM,
    PAIRS,
    PRIMARY_MM,
    TARGET_MM,
    Colours,
    Stage,
)

_SLACK_PX = 1.0
_SEGMENTS = ("language:", "tab:")
"""Buttons of one segmented switch may be nearer to each other than two buttons."""
_PRIMARY = {"confirm", "continue", "retry", "call_staff"}


@dataclass(frozen=True)
class Area:
    name: str
    left: float
    low: float
    right: float
    top: float

    def overlaps(self, other: "Area", slack: float = _SLACK_PX) -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > slack
            and min(self.top, other.top) - max(self.low, other.low) > slack
        )

    def inside(self, other: "Area") -> bool:
        return (
            self.left >= other.left - _SLACK_PX
            and self.right <= other.right + _SLACK_PX
            and self.low >= other.low - _SLACK_PX
            and self.top <= other.top + _SLACK_PX
        )

    def gap(self, other: "Area") -> float:
        across = max(self.left, other.left) - min(self.right, other.right)
        along = max(self.low, other.low) - min(self.top, other.top)
        return max(across, along)


def findings(gallery: Any, stage: Stage, target_mm: float = TARGET_MM) -> Iterator[str]:
    """Each sentence says what, where and by how much.

    Args:
        target_mm: least side of what can be touched on this screen.
    """
    from kiosk.screens.widgets.placing import seen
    from kiosk.screens.widgets.plate import Plate
    from kiosk.screens.widgets.target import Target
    from kiosk.screens.widgets.words import Words

    for words in gallery.current.walk(restrict=True):
        if isinstance(words, Words):
            words.texture_update()
    shown = [w for w in gallery.current.walk(restrict=True) if seen(w)]
    texts = [w for w in shown if isinstance(w, Words) and w.said]
    targets = [w for w in shown if isinstance(w, Target)]
    plates = [w for w in shown if isinstance(w, Plate)]
    yield from _too_long(texts, stage)
    yield from _crossing(texts, stage)
    yield from _out_of_their_button(targets, texts)
    yield from _badly_placed(targets, stage, target_mm)
    yield from _covered(texts, plates, shown)
    yield from _unreadable(texts, plates, shown)


def _area(widget: Any, name: str) -> Area:
    return Area(name, widget.x, widget.y, widget.right, widget.top)


def ink(words: Any) -> Area:
    """Where the letters of a text are, inside its box."""
    from kiosk.screens.typeface import line_px, width_px

    lines = words.text.split("\n")
    size = {"size_px": words.font_size, "face": words.font_name, "bold": words.bold}
    width = max(width_px(line, **size) for line in lines)
    # A line's own box is taller than its letters: 1.0 em of it is ink.
    pitch = line_px(words.font_size, words.font_name) * words.line_height
    height = pitch * (len(lines) - 1) + words.font_size
    middle = words.center_y
    left = {
        "left": words.x,
        "center": words.center_x - width / 2,
        "right": words.right - width,
    }[words.halign]
    return Area(words.said, left, middle - height / 2, left + width, middle + height / 2)


def _too_long(texts: list[Any], stage: Stage) -> Iterator[str]:
    for words in texts:
        where = f"“{words.said}”"
        if words.overfull:
            yield f"{where} does not fit its box of {words.width:.0f} x {words.height:.0f} px"
            continue
        if words.font_size < CAPTION * stage.scale - 0.01:
            yield f"{where} is set in {words.font_size:.1f} px, smaller than a caption"
        drawn = len(words._label._cached_lines)
        if drawn != len(words.text.split("\n")):
            yield f"{where} has {drawn} lines on the glass"
        low, room = words.room
        letters, box = ink(words), Area("box", words.x, low, words.right, low + room)
        if not letters.inside(box):
            yield f"{where} is larger than its box: {letters} in {box}"


def _crossing(texts: list[Any], stage: Stage) -> Iterator[str]:
    window = Area("window", 0, 0, stage.width_px, stage.height_px)
    areas = [ink(words) for words in texts]
    for area in areas:
        if not area.inside(window):
            yield f"“{area.name}” leaves the window"
    for one, other in combinations(areas, 2):
        if one.overlaps(other):
            yield f"“{one.name}” lies over “{other.name}”"


def _out_of_their_button(targets: list[Any], texts: list[Any]) -> Iterator[str]:
    for target in targets:
        inside = {id(w) for w in target.walk(restrict=True)}
        for words in texts:
            if id(words) in inside and not ink(words).inside(_area(target, target.name)):
                yield f"“{words.said}” leaves its button {target.name}"
            covers = id(words) not in inside and ink(words).overlaps(_area(target, target.name))
            if covers and not _drawn_on(target, words):
                yield f"“{words.said}” lies over the button {target.name}"


def _drawn_on(target: Any, words: Any) -> bool:
    """Texts of the attract screen's big card stand on it, not in it."""
    return target.name == "start" and ink(words).inside(_area(target, "start"))


def _badly_placed(targets: list[Any], stage: Stage, target_mm: float) -> Iterator[str]:
    mm = stage.width_px / stage.width * stage.mm(1.0)
    edge = EDGE_MM * mm
    window = Area("", edge, edge, stage.width_px - edge, stage.height_px - edge)
    areas = [_area(target, target.name) for target in targets]
    names = [area.name for area in areas]
    if len(set(names)) != len(names):
        yield f"two targets have one name: {sorted(names)}"
    for area in areas:
        width, height = (area.right - area.left) / mm, (area.top - area.low) / mm
        least = PRIMARY_MM if area.name in _PRIMARY else target_mm
        if width < target_mm - 0.01 or height < least - 0.01:
            yield f"{area.name} is {width:.1f} x {height:.1f} mm, less than {least:.0f} mm"
        if not area.inside(window):
            yield f"{area.name} is nearer than {EDGE_MM:.0f} mm to the edge of the glass"
    for one, other in combinations(areas, 2):
        least = 0.0 if _one_switch(one.name, other.name) else GAP_MM
        if one.gap(other) / mm < least - 0.01:
            yield f"{one.name} and {other.name} are {one.gap(other) / mm:.1f} mm apart"


def _one_switch(one: str, other: str) -> bool:
    return any(one.startswith(kind) and other.startswith(kind) for kind in _SEGMENTS)


def _covered(texts: list[Any], plates: list[Any], shown: list[Any]) -> Iterator[str]:
    """A plate that is drawn after a text and lies over it hides it."""
    order = {id(widget): number for number, widget in enumerate(shown)}
    for words in texts:
        for plate in plates:
            later = order[id(plate)] > order[id(words)]
            if later and ink(words).overlaps(_area(plate, "")):
                yield f"“{words.said}” is covered by a plate of {plate.fill}"


def _unreadable(texts: list[Any], plates: list[Any], shown: list[Any]) -> Iterator[str]:
    """Text and the plate below it must be a pair of the theme, whose contrast is tested."""
    known = Colours()
    names = {getattr(known, name): name for name in reversed(Colours.__dataclass_fields__)}
    order = {id(widget): number for number, widget in enumerate(shown)}
    for words in texts:
        letters = ink(words)
        below = [
            plate
            for plate in plates
            if order[id(plate)] < order[id(words)] and letters.inside(_area(plate, ""))
        ]
        ground = names[max(below, key=lambda p: order[id(p)]).fill if below else known.paper]
        if (names[words.ink], ground) not in PAIRS:
            yield f"“{words.said}” is {names[words.ink]} on {ground}, a pair that is not tested"
