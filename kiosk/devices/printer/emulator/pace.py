"""How many bytes a line has brought by now, at its speed."""

_BUNCH_BYTES = 16
"""A UART hands its bytes over in bunches of its FIFO's size."""
_ANY = 1 << 30


class Pace:
    """Counts what may pass. A line that stood idle has saved up no more than one bunch."""

    def __init__(self) -> None:
        self._allowance = 0.0
        self._counted_at: float | None = None

    def allowed(self, now: float, rate: float | None, *, held: bool = False) -> int:
        """Bytes that may pass now.

        Args:
            rate: bytes a second; None for no limit.
            held: the far end takes nothing meanwhile, so nothing is earned.
        """
        if rate is None:
            self._counted_at = now
            return _ANY
        if self._counted_at is not None and not held:
            self._allowance += (now - self._counted_at) * rate
        self._counted_at = now
        return int(self._allowance)

    def used(self, count: int, *, ran_dry: bool, rate: float | None) -> None:
        """So many have passed; `ran_dry` when there were no more."""
        if rate is None:
            return
        left = self._allowance - count
        self._allowance = min(left, _BUNCH_BYTES) if ran_dry else left

    def idle(self, now: float) -> None:
        """Nothing was there to pass until now: such a wait earns nothing."""
        self._counted_at = now
        self._allowance = min(self._allowance, _BUNCH_BYTES)

    def until_allowed(self, rate: float | None) -> float:
        """Seconds until a bunch, or at a slow pace one byte, may pass."""
        if rate is None:
            return 0.0
        return min(_BUNCH_BYTES, max(1.0, rate / 100)) / rate
