"""One input that may bounce: believed only after it has stood still."""

CHATTER_S = 3.0
"""An input that has not stood still for so long says nothing at all: it chatters."""


class Debounced:
    """What an input is believed to say. Times are seconds of the injected clock.

    Args:
        settle_s: how long it must stand still.
        active: what it says at the beginning; believed at once.
    """

    def __init__(self, settle_s: float, *, active: bool) -> None:
        self._settle_s = settle_s
        self._last = active
        self._moved_s = 0.0
        self._restless_since_s: float | None = None
        self.active: bool | None = active
        """None while it chatters."""

    @property
    def due_s(self) -> float | None:
        """When it will have stood still for long enough; None when it is at rest."""
        return None if self._restless_since_s is None else self._moved_s + self._settle_s

    def moved(self, active: bool, now_s: float) -> bool:
        """It changed, and now says so; whether it is believed differently by that.

        It also counts as moved when it says the same as before: it was otherwise between.
        """
        self._last = active
        self._moved_s = now_s
        if self._restless_since_s is None:
            self._restless_since_s = now_s
        if now_s - self._restless_since_s >= CHATTER_S and self.active is not None:
            self.active = None
            return True
        return self.settle(now_s) if self._settle_s <= 0 else False

    def settle(self, now_s: float) -> bool:
        """Time has passed; whether it is believed differently by that."""
        due_s = self.due_s
        if due_s is None or now_s < due_s:
            return False
        self._restless_since_s = None
        changed = self.active is not self._last
        self.active = self._last
        return changed
