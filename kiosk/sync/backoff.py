"""Waiting that gets longer with each failure and ends at once when there is news."""

import asyncio
from collections.abc import Sequence

DELAYS_S = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""After the first, second, ... failure; the last one is repeated for ever."""


class Backoff:
    """For one loop that repeats until it is heard.

    Retry libraries (stamina) repeat one call; here new entries must end the wait, and what
    is repeated is whatever waits by then.
    """

    def __init__(self, rest_s: float, delays_s: Sequence[float] = DELAYS_S) -> None:
        """Args:
        rest_s: how long to wait after a success when nothing wakes us.
        """
        self._rest_s = rest_s
        self._delays_s = delays_s
        self._failures = 0
        self._news = asyncio.Event()

    def wake(self) -> None:
        """There is something new to do: end the wait. Thread: the loop's."""
        self._news.set()

    async def wait(self, *, heard: bool) -> None:
        """Until the next try; `heard` says how the last one went."""
        self._failures = 0 if heard else self._failures + 1
        delay_s = self._rest_s
        if self._failures:
            delay_s = self._delays_s[min(self._failures, len(self._delays_s)) - 1]
        try:
            async with asyncio.timeout(delay_s):
                await self._news.wait()
        except TimeoutError:
            pass
        finally:
            self._news.clear()
