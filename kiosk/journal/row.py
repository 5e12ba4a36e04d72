"""One row of the hash chain, and what it can be about."""

import hashlib
from dataclasses import dataclass

import msgspec

PAPER = "paper"
"""Subject of rows about paper that belongs to no redemption."""
ROLL, STAFF = "roll ", "staff "
"""How subjects begin that name a roll by its id, or one of the staff by their reference."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One arrow, a remark about a redemption that stays where it is, or something of staff's."""

    seq: int
    boot_id: str
    mono_ns: int
    """Boot time in nanoseconds, comparable within one boot id."""
    wall: str
    """RFC 3339 by the best clock there was."""
    subject: str
    """A redemption's id; else `PAPER`, or `ROLL` or `STAFF` with whom it is about."""
    state: str
    reason: str

    @property
    def about_redemption(self) -> bool:
        return self.subject != PAPER and not self.subject.startswith((ROLL, STAFF))

    def hash_after(self, previous: bytes) -> bytes:
        """This row's hash (32 bytes) when `previous` is the hash of the row before."""
        row = [
            self.seq,
            self.boot_id,
            self.mono_ns,
            self.wall,
            self.subject,
            self.state,
            self.reason,
        ]
        return hashlib.sha256(previous + msgspec.json.encode(row)).digest()
