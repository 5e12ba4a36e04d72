"""Bytes on the line that no printer said: bad earth, a loose plug, power coming back."""

import random

POWER_UP_BYTES = 4
"""A UART that loses and regains its power is read as a few bytes of anything."""


class Noise:
    """The same bytes for the same seed."""

    def __init__(self, seed: int = 0) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - noise on a line, no secret
        self._per_s = 0.0
        self._next_s = 0.0

    def burst(self, count: int) -> bytes:
        # One by one: how a stream is cut into bursts must not change it.
        return bytes(self._chance.randrange(256) for _ in range(count))

    def flow(self, per_s: float, now: float) -> None:
        """So many bytes a second from now on; 0 ends it."""
        self._per_s = per_s
        self._next_s = now

    def due(self, now: float) -> bytes:
        """What came since the last call."""
        if self._per_s <= 0 or now < self._next_s:
            return b""
        count = int((now - self._next_s) * self._per_s) + 1
        self._next_s += count / self._per_s
        return self.burst(count)

    @property
    def next_s(self) -> float | None:
        """When the next byte comes."""
        return self._next_s if self._per_s > 0 else None
