"""Where lines end, for Chinese and Latin text alike; Kivy alone breaks only at spaces."""

import re
from collections.abc import Callable

Measure = Callable[[str], float]
"""Width of a text in px."""

_NO_START = set(",.;:!?%)]}»’”、。,;:!?)】》」』・…·")
"""Never first in a line."""
_NO_END = set("([{«‘“(【《「『¥")
"""Never last in a line."""
_ATOM = re.compile(r"[A-Za-z0-9*'’&+#/@_.,%¥$:\-]*[A-Za-z0-9*'’&+#/@_%]|\s+|.", re.DOTALL)
_FIGURE = re.compile(r"[0-9] $")
"""A figure and its unit, `15 cm`, stay together."""
_PHRASE_END = set(",;:,、。;:?!.")


def break_lines(text: str, measure: Measure, width: float) -> list[str]:
    """The lines of a text, none wider than `width` unless one piece alone is.

    As few lines as possible, then as even as possible, then ended at a phrase's end.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _broken(_pieces(paragraph), measure, width)
    return lines


def _pieces(text: str) -> list[str]:
    """The parts between which a line may end; a space stays at the end of its piece."""
    pieces: list[str] = []
    for atom in _ATOM.findall(text):
        glued = pieces and (
            atom[0] in _NO_START
            or atom.isspace()
            or pieces[-1].rstrip()[-1:] in _NO_END
            or (_FIGURE.search(pieces[-1]) is not None and not atom[0].isdigit())
        )
        if glued:
            pieces[-1] += atom
        else:
            pieces.append(atom)
    return pieces


def _broken(pieces: list[str], measure: Measure, width: float) -> list[str]:
    """Least cost over all ways to break: a line costs, so does what it leaves unused."""
    if not pieces:
        return [""]
    count = len(pieces)
    best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * count
    for start in range(count):
        for end in range(start + 1, count + 1):
            line = "".join(pieces[start:end]).rstrip()
            used = measure(line)
            if used > width and end > start + 1:
                break
            joint = "".join(pieces[start:end])[-1:]
            cost = best[start][0] + _cost(line, used, width, joint, last=end == count)
            if cost < best[end][0]:
                best[end] = (cost, start)
    lines: list[str] = []
    end = count
    while end:
        start = best[end][1]
        lines.append("".join(pieces[start:end]).strip())
        end = start
    return lines[::-1]


_LINE_COST = 10.0


def _cost(line: str, used: float, width: float, joint: str, *, last: bool) -> float:
    if used > width:
        return 1000.0 * used / width
    slack = (width - used) / width
    ends_phrase = last or line[-1:] in _PHRASE_END
    # Best after a phrase, then at a space, least inside a run of Chinese.
    torn = 0.0 if ends_phrase else 0.1 if joint == " " else 0.25
    return _LINE_COST + slack * slack * (0.6 if last else 1.0) + torn
