"""A mistake in kiosk.toml: where it is, why it is one, how to mend it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHOWN_MAX = 60
"""Characters of a wrong value that a message repeats at most."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in a configuration file, and how to mend it."""

    line: int | None
    """1 is the first; None when no line is to blame."""
    key: str
    value: str
    why: str
    fix: str

    def __str__(self) -> str:
        line = "" if self.line is None else f"line {self.line}: "
        given = f" = {self.value}" if self.value else ""
        return f"{line}{self.key}{given}: {self.why}; fix: {self.fix}"


class ConfigMistakes(Exception):
    """A configuration that the kiosk will not start with; commands exit with EX_CONFIG (78)."""

    def __init__(self, path: Path, mistakes: tuple[Mistake, ...]) -> None:
        self.path = path
        self.mistakes = mistakes
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__("\n".join([f"{path}: {count}", *(f"  {m}" for m in mistakes)]))


_TABLE = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([\w\-.\"']+)\s*=")


def lines_of_keys(text: str) -> dict[str, int]:
    """Line of each table and key by dotted name. Our values are one line each."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _TABLE.match(line):
            table = re.sub(r"[\"'\s]", "", match[1])
            lines.setdefault(table, number)
        elif match := _KEY.match(line):
            name = re.sub(r"[\"']", "", match[1])
            lines.setdefault(f"{table}.{name}" if table else name, number)
    return lines


def shown(value: Any) -> str:
    """A value as a message may repeat it: short, and without a password in an address."""
    if isinstance(value, dict | list):
        return "{...}" if isinstance(value, dict) else "[...]"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    text = re.sub(r"//.*@", "//***@", text)
    return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 3] + "..."
