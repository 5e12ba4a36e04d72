"""What may be typed for an option: days, points, lines of text; anything else is told at once."""

import re
import unicodedata
from datetime import date
from typing import Any

import click

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
"""Whoever types another day means something else; and the ends of the calendar are far away."""
MOST = 10**12
"""Points, or fen: far more than a chain has, and far less than 64 bits hold."""
POINTS = click.IntRange(1, MOST)
SEQ = click.IntRange(1, 2**63 - 1)
"""A number that an earlier page has told."""
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_LONGEST_LINE = 200
_BREAKS = ("Cc", "Zl", "Zp")
"""Unicode categories: control characters, line and paragraph separators."""


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD, of this age."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):  # a default, or what was converted before
            return value
        found = _DAY.fullmatch(str(value).strip())
        try:
            day = date(*map(int, found.groups())) if found else None
        except ValueError:
            day = None
        if day is None:
            self.fail(f"{value!r} is no day: write one as 2026-11-22.", param, ctx)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail(f"{day} is not within {FIRST_DAY} and {LAST_DAY}.", param, ctx)
        return day


class Line(click.ParamType[str]):
    """A line of text that somebody will read: not empty, and one line indeed.

    With a line break in it, a reason would look like an entry of its own in `central audit`.
    """

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        trouble = ""
        if not text:
            trouble = "is empty"
        elif len(text) > _LONGEST_LINE:
            trouble = f"has {len(text):,} characters: {_LONGEST_LINE} at most"
        elif any(unicodedata.category(char) in _BREAKS for char in text):
            trouble = "has a line break or a control character: one line of text"
        if trouble:
            name = param.opts[0] if param else "it"
            raise click.UsageError(f"{name} {trouble}", ctx)
        return text


DAY, LINE = Day(), Line()
