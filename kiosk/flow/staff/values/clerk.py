"""Who of the staff stands at the kiosk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from wire.api.staff import StaffRole

STAFF_IDLE_S = 300.0
"""After so long without a touch staff are logged out."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """One member of staff, logged in. The token is no part of it: nothing secret is drawn."""

    staff_ref: str
    role: StaffRole
    display: str
    """Masked: 李**."""
    login: UUID | None = None
    """None: let in by badge alone while the service was away, for paper tasks only."""
    on_shift_since: datetime | None = None
    hours_today_min: int = 0

    @property
    def offline(self) -> bool:
        return self.login is None

    @property
    def may_settle(self) -> bool:
        """Whether reprints and the uncertain queue are theirs."""
        return not self.offline and self.role is not StaffRole.IT
