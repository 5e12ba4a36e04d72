"""The answer of one check."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    """It works, and somebody should look."""
    FAIL = "fail"
    """Shoppers cannot be served like this."""


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    """camera, scanner, printer, clock, network, key, journal, disk, fonts"""
    level: Level
    says: str
    do: str = ""
    """What to do about it; empty when ok."""


def ok(check: str, says: str) -> Finding:
    return Finding(check, Level.OK, says)


def warn(check: str, says: str, do: str) -> Finding:
    return Finding(check, Level.WARN, says, do)


def fail(check: str, says: str, do: str) -> Finding:
    return Finding(check, Level.FAIL, says, do)
