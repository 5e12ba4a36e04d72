"""So many failures per somebody and window, then a pause."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

_REMEMBERED = 10_000


class Throttle:
    """Counts failures by key in a sliding window; keeps the most recent keys only."""

    def __init__(
        self, limit: int, window_s: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._window_s = window_s
        self._monotonic = monotonic
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def blocked(self, key: str) -> bool:
        """Whether this one has failed too often lately."""
        failures = self._failures.get(key)
        if failures is None:
            return False
        oldest = self._monotonic() - self._window_s
        while failures and failures[0] <= oldest:
            failures.popleft()
        return len(failures) >= self._limit

    def failed(self, key: str) -> None:
        self._failures.setdefault(key, deque(maxlen=self._limit)).append(self._monotonic())
        self._failures.move_to_end(key)
        while len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)
