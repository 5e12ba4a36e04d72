"""What the journal tells about one redemption."""

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


@dataclass(frozen=True, slots=True)
class Call:
    """One call with the key and the body that all its retries share."""

    key: UUID
    redemption: UUID
    verb: Verb
    body: bytes
    acknowledged: bool = False


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
