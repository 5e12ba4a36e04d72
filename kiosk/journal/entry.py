"""What the journal tells about one redemption, and who of the staff had a hand in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from kiosk.journal.state import JournalState


class Time(Protocol):
    """The part of the kiosk's clock that a journal row needs; safe from any thread."""

    def now_s(self) -> float:
        """Boot time in seconds."""

    def best(self) -> datetime:
        """The best aware wall time there is."""


class Verb(StrEnum):
    """Calls that are written down before their first send."""

    PRINTING = "printing"
    CAPTURE_OK = "capture_ok"
    CAPTURE_UNKNOWN = "capture_unknown"
    RELEASE = "release"
    REPRINT = "reprint"
    CONFIRM = "confirm"
    """券已取: a capture for which staff answer."""
    VOID = "void"
    """作废退分: a release for which staff answer."""


@dataclass(frozen=True, slots=True)
class By:
    """Which of the staff did it, as it is written down: never with a token."""

    staff_ref: str
    """12 hexadecimal digits."""
    login: UUID | None
    """None: by badge alone, while the service was away."""

    @property
    def text(self) -> str:
        """For a row of the chain."""
        return f"by {self.staff_ref}, " + (f"login {self.login}" if self.login else "offline")

    @property
    def payload(self) -> dict[str, str | int | bool | None]:
        """For an event."""
        if self.login is None:
            return {"staff_ref": self.staff_ref, "offline": True}
        return {"staff_ref": self.staff_ref, "login": str(self.login)}


@dataclass(frozen=True, slots=True)
class Call:
    """One call with the key and the body that all its retries share."""

    key: UUID
    redemption: UUID
    verb: Verb
    body: bytes
    acknowledged: bool = False
    by: By | None = None
    """Whose token goes into the body at each send; None for what needs none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where one redemption stands."""

    id: UUID
    state: JournalState
    ours: bool
    """Reserved at this kiosk; False for one that was only printed again here."""
    device_seq: int | None
    item: UUID | None
    points: int | None
    tail: str
    """Last four symbols of the code, as soon as there is one."""
    copy: int
    """Reprints that the service has granted here."""
    reprinting: bool
    """A reprint has begun and its end is not written: bytes may be on paper."""
    begun_at: datetime


SELECT_ENTRY = (
    "SELECT id, state, ours, device_seq, item, points, tail, copy, reprinting, begun_at"
    " FROM redemption"
)
_Row = tuple[str, str, int, int | None, str | None, int | None, str, int, int, str]


def entry_of(row: _Row) -> Entry:
    """The entry that a row of `SELECT_ENTRY` holds."""
    id_, state, ours, device_seq, item, points, tail, copy, reprinting, begun_at = row
    return Entry(
        id=UUID(id_),
        state=JournalState(state),
        ours=bool(ours),
        device_seq=device_seq,
        item=None if item is None else UUID(item),
        points=points,
        tail=tail,
        copy=copy,
        reprinting=bool(reprinting),
        begun_at=datetime.fromisoformat(begun_at),
    )
