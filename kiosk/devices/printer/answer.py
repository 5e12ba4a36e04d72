"""What an ESC/POS printer says back, told apart by the bits that the standard fixes.

====================  =======================  =========================================
answer                fixed bits               meaning
====================  =======================  =========================================
DLE EOT n             byte & 0x93 == 0x12      one status byte, at once
ASB, first of four    byte & 0x93 == 0x10      automatic status; three more bytes follow
ASB, second to last   byte & 0x90 == 0x00
GS r 1                00, 03, 0C or 0F         paper sensors, when its turn has come
====================  =======================  =========================================

Anything else is garbage. A DLE EOT answer does not say to which n it belongs: the
asker keeps one question open at a time.
"""

from dataclasses import dataclass
from enum import Enum, auto

from kiosk.devices.ports import Fact, PrinterStatus

ASB_FOLLOWING = 3
ASB_FOLLOWING_FIXED = 0x90

_FIXED_BITS = 0x93
_STATUS_FIXED = 0x12
_ASB_FIXED = 0x10

_PRINTER, _OFFLINE_CAUSE, _ERROR_CAUSE, _PAPER = 1, 2, 3, 4
QUESTIONS = (_PRINTER, _OFFLINE_CAUSE, _ERROR_CAUSE, _PAPER)
"""The n of DLE EOT n: printer, why offline, which error, paper sensors."""
BETWEEN_BANDS = (_PRINTER, _PAPER)
"""Enough to notice that paper no longer takes dots."""

_OFFLINE = 0x08
_COVER_OPEN = 0x04
_STOPPED_BY_PAPER_END = 0x20
_ERROR = 0x40
_ANY_ERROR_CAUSE = 0x6C
"""Recoverable 0x04, cutter 0x08, unrecoverable 0x20, self-recovering (heat) 0x40."""
_PAPER_END = 0x60
_FENCE_PAPER_END = 0x0C
_FENCE_VALUES = frozenset({0x00, 0x03, 0x0C, 0x0F})
"""Near end and end each have two bits that are equal in a true answer."""


class Kind(Enum):
    STATUS = auto()
    ASB = auto()
    FENCE = auto()
    GARBAGE = auto()


def kind_of(byte: int) -> Kind:
    """Which answer a byte begins, by its fixed bits alone."""
    if byte & _FIXED_BITS == _STATUS_FIXED:
        return Kind.STATUS
    if byte & _FIXED_BITS == _ASB_FIXED:
        return Kind.ASB
    if byte in _FENCE_VALUES:
        return Kind.FENCE
    return Kind.GARBAGE


def fence_says_paper_end(byte: int) -> bool:
    return bool(byte & _FENCE_PAPER_END)


@dataclass(frozen=True, slots=True)
class StatusBytes:
    """One answer per question; None where none came."""

    answers: dict[int, int | None]

    def facts(self) -> PrinterStatus:
        """What the bytes say; a question without an answer leaves its fact UNKNOWN."""
        offline_cause = self.answers.get(_OFFLINE_CAUSE)
        stopped = offline_cause is not None and bool(offline_cause & _STOPPED_BY_PAPER_END)
        failing = offline_cause is not None and bool(offline_cause & _ERROR)
        paper = self._fact(_PAPER, _PAPER_END)
        mechanism = self._fact(_ERROR_CAUSE, _ANY_ERROR_CAUSE)
        return PrinterStatus(
            paper=Fact.FAULT if stopped else paper,
            cover=self._fact(_OFFLINE_CAUSE, _COVER_OPEN),
            mechanism=Fact.FAULT if failing else mechanism,
            online=self._fact(_PRINTER, _OFFLINE),
        )

    def _fact(self, question: int, fault_bits: int) -> Fact:
        answer = self.answers.get(question)
        if answer is None:
            return Fact.UNKNOWN
        return Fact.FAULT if answer & fault_bits else Fact.OK
