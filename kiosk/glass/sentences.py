"""One message in parts, as a screen lays it out: what happened, then the rest."""

import re

_END = re.compile(r"(?<=[。?])|(?<=[.?])\s+(?=[A-Z])")
_COMMA = re.compile(r",|:|,\s+")


def sentences(message: str) -> list[str]:
    """What happened, first and short; then the rest, sentence by sentence, no full stops."""
    parts = [part.strip().rstrip("。.") for part in _END.split(message) if part.strip()]
    if comma := _COMMA.search(parts[0]):
        head, rest = parts[0][: comma.start()], parts[0][comma.end() :]
        parts[:1] = [head, rest[:1].upper() + rest[1:]]
    return parts


_ABOUT_POINTS = ("积分", "點數", "points", "券", "voucher")


def about_points(sentence: str) -> bool:
    """Whether a sentence says what something means for the points."""
    lower = sentence.lower()
    return any(word in lower for word in _ABOUT_POINTS)
