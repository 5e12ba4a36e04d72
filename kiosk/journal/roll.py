"""What the journal tells about paper: rolls, and what was taken from each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kiosk.journal.entry import By


class UseKind(StrEnum):
    """What paper was taken for."""

    VOUCHER = "voucher"
    REPRINT = "reprint"
    VOID = "void"
    """The slip after an interrupted page."""
    TEST = "test"
    CUT = "cut"
    """Fed and cut off without anything on it."""
    SENSOR = "sensor"
    """No paper: the near-end sensor knew better than our reckoning."""
    RESTORED = "restored"
    """No paper either: the sensor takes back what it said, and so much more is left."""


class Proof(StrEnum):
    """How well the millimetres are known."""

    FENCE = "fence"
    """The printer has confirmed the end of the page."""
    LOST = "lost"
    """It never did: the most that can have come out."""
    ESTIMATE = "estimate"
    """The kiosk stopped in the middle: as much as such a page takes."""


_WORDS = {Proof.FENCE: "", Proof.LOST: " at most", Proof.ESTIMATE: " by estimate"}


@dataclass(frozen=True, slots=True)
class Use:
    """One piece of paper."""

    kind: UseKind
    mm: int
    proof: Proof = Proof.FENCE

    @property
    def nothing(self) -> bool:
        """No paper moved: there is nothing to tell."""
        return self.mm == 0 and self.proof is not Proof.FENCE

    @property
    def text(self) -> str:
        """How the chain's row ends that tells of it; the two are compared when it is verified."""
        return f"{self.kind} {self.mm} mm{_WORDS[self.proof]}"


@dataclass(frozen=True, slots=True)
class PaperUse:
    """One piece of paper as it stands in the journal."""

    seq: int
    """Number of the chain's row that tells of it."""
    roll: UUID | None
    use: Use
    redemption: UUID | None
    staff_ref: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Roll:
    """One roll that was put in here."""

    id: UUID
    """Of its change; the Idempotency-Key of its POST /devices/me/rolls."""
    serial: str
    length_mm: int
    loaded_at: datetime
    by: By
    removed_at: datetime | None = None
    """None while it is in."""
    removed_mm_left: int | None = None
    """As reckoned when it was taken out."""
    seconds: int | None = None
    """How long the change took that put it in, where that was measured."""


@dataclass(frozen=True, slots=True)
class RollTally:
    """One roll's paper beside what the service says was issued."""

    roll: Roll
    used_mm: int
    """Printed and cut; what a sensor corrected is not in it."""
    mm_left: int
    printed: int
    """Vouchers, of first prints and reprints, of which one came out whole."""
    issued: int
    """Vouchers of this roll that the service has acknowledged as issued."""
    waiting: int
    """Printed, and the service has not acknowledged it yet."""
    returned: int
    """Printed, though the points had gone back before the service heard of it."""
    unproven: int
    """Issued, though no fence ever came back for them: confirmed by somebody, or used."""
    reprints: int
    torn: int
    """Pages of vouchers that did not come to their end."""
    voids: int
    tests: int

    @property
    def difference(self) -> int:
        """Printed more than issued (positive), or less; 0 when all is accounted for."""
        return self.printed - self.issued

    @property
    def unexplained(self) -> int:
        """The difference without what only waits for the service's word."""
        return self.difference - self.waiting


@dataclass(frozen=True, slots=True)
class PaperAccount:
    """What the gauge is reckoned from."""

    roll: Roll | None
    taken_mm: int
    """Off the roll that is in: paper, and what a sensor has corrected."""
    recent_mm: tuple[int, ...]
    """Lengths of the last whole vouchers, newest first, of whichever roll."""
    slip_mm: int
    """The longest VOID slip that was printed; 0 before the first."""
    window_from: datetime | None
    """The first piece of paper within the last hours that were asked for."""
    window_mm: int
    window_papers: int


@dataclass(frozen=True, slots=True)
class RollCall:
    """A roll change on its way to the service."""

    key: UUID
    body: bytes
