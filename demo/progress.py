"""What happens, on the terminal: one line per step, with the seconds since the start."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Progress:
    """Prints as it goes; nothing is held back until the end."""

    def __init__(self) -> None:
        self._started_s = time.monotonic()

    def say(self, line: str) -> None:
        print(f"{time.monotonic() - self._started_s:6.1f} s  {line}", flush=True)

    def heading(self, line: str) -> None:
        print(f"\n{line}", flush=True)

    @contextmanager
    def step(self, what: str) -> Iterator[Callable[[str], None]]:
        """Say that something begins, and that it is done; the caller may add a word to that."""
        said: list[str] = []
        started_s = time.monotonic()
        self.say(f"{what} ...")
        yield said.append
        took_s = time.monotonic() - started_s
        self.say("  done" + "".join(f": {word}" for word in said) + f" ({took_s:.1f} s)")
