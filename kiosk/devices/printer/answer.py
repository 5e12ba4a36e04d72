"""What an ESC/POS printer says back, told apart by the bits that the standard fixes.

====================  =======================  =========================================
answer                fixed bits               meaning
====================  =======================  =========================================
DLE EOT n             byte & 0x93 == 0x12      one status byte, at once
ASB, first of four    byte & 0x93 == 0x10      automatic status; three more bytes follow
ASB, second to last   byte & 0x90 == 0x00
GS r 1                00, 03, 0C or 0F         paper sensors, when its turn has come
ESC v 0               byte & never == 0        the same of models that know no GS r
====================  =======================  =========================================

Anything else is garbage. A DLE EOT answer does not say to which n it belongs: the
asker keeps one question open at a time. The bits of ESC v differ from model to model and
stand in its profile, as do those of a presenter.
"""

from dataclasses import dataclass
from enum import Enum, auto

from kiosk.devices.ports import Fact, PrinterStatus
from kiosk.devices.printer.profile import Presenter, PrinterProfile

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
PROBES = (_PRINTER, _PRINTER, _PRINTER, _PAPER)
"""Asked one after each band. A printer that stops goes off line; the paper is asked too, for
models that do not say so."""

_OFFLINE = 0x08
_COVER_OPEN = 0x04
_STOPPED_BY_PAPER_END = 0x20
_ERROR = 0x40
_ANY_ERROR_CAUSE = 0x6C
"""Recoverable 0x04, cutter 0x08, unrecoverable 0x20, self-recovering (heat) 0x40."""
_PAPER_END = 0x60
_PAPER_NEAR_END = 0x0C
_GS_R_PAPER_END = 0x0C
_GS_R_NEAR_END = 0x03
_GS_R_VALUES = frozenset({0x00, 0x03, 0x0C, 0x0F})
"""Near end and end each have two bits that are equal in a true answer."""
_ASB_COVER_OPEN = 0x20
_ASB_PAPER_END = 0x0C
_ASB_NEAR_END = 0x03


class Kind(Enum):
    STATUS = auto()
    ASB = auto()
    FENCE = auto()
    GARBAGE = auto()


@dataclass(frozen=True, slots=True)
class Fence:
    """A question that is answered in turn, after all that was sent before it."""

    question: bytes
    answers: frozenset[int]
    paper_end: int
    near_end: int = 0
    error: int = 0

    def says_paper_end(self, answer: int) -> bool:
        return bool(answer & self.paper_end)

    def facts(self, answer: int) -> PrinterStatus:
        """For models without DLE EOT: whoever answers is on line, an open cover has no paper."""
        paper = _fault_if(answer & self.paper_end)
        mechanism = _fault_if(answer & self.error)
        online = _fault_if(answer & (self.paper_end | self.error))
        return PrinterStatus(paper=paper, cover=paper, mechanism=mechanism, online=online)


GS_R = Fence(b"\x1dr\x01", _GS_R_VALUES, _GS_R_PAPER_END, _GS_R_NEAR_END)
_ESC_V = b"\x1bv\x00"


def fence_of(profile: PrinterProfile) -> Fence:
    """The question that proves that a page of this model is out."""
    if profile.fence == "gs_r" or profile.esc_v is None:
        return GS_R
    bits = profile.esc_v
    answers = frozenset(byte for byte in range(256) if not byte & bits.never)
    return Fence(_ESC_V, answers, bits.paper_end, error=bits.error)


def kind_of(byte: int, fence: Fence = GS_R) -> Kind:
    """Which answer a byte begins, by its fixed bits alone."""
    if byte & _FIXED_BITS == _STATUS_FIXED:
        return Kind.STATUS
    if byte & _FIXED_BITS == _ASB_FIXED:
        return Kind.ASB
    if byte in fence.answers:
        return Kind.FENCE
    return Kind.GARBAGE


def asb_facts(frame: bytes) -> PrinterStatus:
    """What the four bytes of an automatic status say."""
    first, errors, paper, _ = frame
    return PrinterStatus(
        paper=_fault_if(paper & _ASB_PAPER_END),
        cover=_fault_if(first & _ASB_COVER_OPEN),
        mechanism=_fault_if(errors & _ANY_ERROR_CAUSE),
        online=_fault_if(first & _OFFLINE),
        near_end=_fault_if(paper & _ASB_NEAR_END),
    )


def slot_fact(answer: int | None, presenter: Presenter) -> Fact:
    """FAULT: a voucher stands in the slot, or is stuck before it. None is UNKNOWN."""
    if answer is None or answer & presenter.never:
        return Fact.UNKNOWN
    return _fault_if(answer & (presenter.in_slot | presenter.jam))


def _fault_if(bits: int) -> Fact:
    return Fact.FAULT if bits else Fact.OK


@dataclass(frozen=True, slots=True)
class StatusBytes:
    """One answer per question; None where none came."""

    answers: dict[int, int | None]
    questions: tuple[int, ...] = QUESTIONS
    """Those that the model answers."""
    cover_switch: bool = True
    """Without one an open cover shows as no paper."""

    def facts(self) -> PrinterStatus:
        """What the bytes say; a question without an answer leaves its fact UNKNOWN."""
        offline_cause = self.answers.get(_OFFLINE_CAUSE)
        stopped = offline_cause is not None and bool(offline_cause & _STOPPED_BY_PAPER_END)
        failing = offline_cause is not None and bool(offline_cause & _ERROR)
        paper = Fact.FAULT if stopped else self._fact(_PAPER, _PAPER_END)
        if _ERROR_CAUSE in self.questions:
            mechanism = self._fact(_ERROR_CAUSE, _ANY_ERROR_CAUSE)
        else:
            mechanism = self._fact(_OFFLINE_CAUSE, _ERROR)
        return PrinterStatus(
            paper=paper,
            cover=self._fact(_OFFLINE_CAUSE, _COVER_OPEN) if self.cover_switch else paper,
            mechanism=Fact.FAULT if failing else mechanism,
            online=self._fact(_PRINTER, _OFFLINE),
            near_end=self._fact(_PAPER, _PAPER_NEAR_END),
        )

    def _fact(self, question: int, fault_bits: int) -> Fact:
        answer = self.answers.get(question)
        if answer is None:
            return Fact.UNKNOWN
        return Fact.FAULT if answer & fault_bits else Fact.OK
