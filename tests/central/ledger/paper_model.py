"""What becomes of one redemption, told in plain Python: the domain's table, and its dates."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.central.ledger.redemption_table import TABLE
from wire.api.redemptions import State
from wire.errors import ErrorCode

OPEN = {State.RESERVED, State.PRINTING, State.UNCERTAIN}
"""Its points are held."""
GONE = {State.ISSUED, State.USED, State.EXPIRED}
"""Its points are captured."""
VOUCHER_DAYS, COPIES = 30, 2
_WAITS = {
    State.RESERVED: (timedelta(minutes=15), State.RELEASED),
    State.PRINTING: (timedelta(hours=24), State.UNCERTAIN),
    State.UNCERTAIN: (timedelta(hours=72), State.ISSUED),
}


@dataclass(slots=True)
class Paper:
    """A redemption and its voucher, without the points."""

    reserved_on: date
    """In the programme's zone."""
    good_until: datetime
    since: datetime
    """When it came to this state."""
    state: State = State.RESERVED
    used_by: str = ""
    """The receipt."""
    copies: int = 0

    @classmethod
    def reserved(cls, now: datetime, zone: ZoneInfo) -> "Paper":
        today = now.astimezone(zone).date()
        last = datetime.combine(today + timedelta(days=VOUCHER_DAYS), time(23, 59, 59), zone)
        return cls(today, last.astimezone(UTC), now)

    def asked(self, verb: str, now: datetime, receipt: str = "") -> State | ErrorCode:
        """What a verb makes of it now: the next state, or why it is refused."""
        expected = TABLE[self.state][verb]
        if verb == "use" and self.state is State.USED and receipt != self.used_by:
            return TABLE[self.state]["use_other_receipt"]
        if verb == "use" and self.state in OPEN | {State.ISSUED} and now >= self.good_until:
            return (
                ErrorCode.VOUCHER_UNKNOWN
                if expected is ErrorCode.VOUCHER_UNKNOWN
                else (ErrorCode.VOUCHER_EXPIRED)
            )
        if verb == "reprint" and expected is State.UNCERTAIN and now >= self.good_until:
            return ErrorCode.REDEMPTION_STATE
        if verb == "restore" and self.state is State.USED and receipt != self.used_by:
            return ErrorCode.NOT_USED_HERE
        return expected

    def after(self, now: datetime) -> State:
        """What time makes of it in one step."""
        if self.state in _WAITS:
            wait, then = _WAITS[self.state]
            return then if now >= self.since + wait else self.state
        if self.state is State.ISSUED and now >= self.good_until:
            return State.EXPIRED
        return self.state
