"""How this kiosk's day stands, in figures for staff."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    issued: int
    """Vouchers begun since then that are on paper, as far as this kiosk knows."""
    uncertain: int
    """That wait to be settled now, whenever they began."""
    released: int
    """Begun since then whose points went back, or were never taken."""
    open: int
    """Redemptions that wait for the service now, the uncertain ones among them."""
    events: int
    """That the service has not acknowledged."""
    rolls: int
    """Roll changes that it has not acknowledged."""

    @property
    def to_upload(self) -> int:
        """What the service does not know yet: an uncertain one is known, only not settled."""
        return self.open - self.uncertain + self.events + self.rolls
