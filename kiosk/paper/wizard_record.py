"""Where a roll change stands, on disk before each step is shown, so that it can be resumed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

FIRST_STEP, LAST_STEP = 1, 6
"""1 open the cover, 2 take the core out, 3 put the new roll in, 4 pull out 10 cm and close,
5 test print, 6 is it sharp?"""


@dataclass(frozen=True, slots=True)
class WizardRecord:
    id: UUID
    """Of this change; the Idempotency-Key of its POST /devices/me/rolls."""
    step: int
    staff_ref: str
    login: UUID | None
    """None: by badge alone, offline."""
    begun_at: datetime
    """Best aware wall time."""
    begun_s: float
    """Boot time, seconds: for the time that it took."""
    boot_id: str
    """`begun_s` counts only in the boot in which it was taken."""
    roll_serial: str = ""
    length_mm: int = 0
    loaded: bool = False
    """Whether the new roll is in the ledger already (after step 4)."""
    interrupted: bool = False
    """Resumed after a restart: its seconds do not count as a measurement."""
