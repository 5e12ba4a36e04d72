"""Touches from a script, on the same road as those from the glass."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kivy.input.motionevent import MotionEvent
from kivy.input.provider import MotionEventProvider


class _Touch(MotionEvent):  # type: ignore[misc]  # Kivy has no types
    def __init__(self, *args: Any, **properties: Any) -> None:
        properties.setdefault("is_touch", True)
        properties.setdefault("type_id", "touch")
        super().__init__(*args, **properties)
        self.profile = ["pos"]

    def depack(self, args: Any) -> None:
        self.sx, self.sy = args
        super().depack(args)


@dataclass(frozen=True, slots=True)
class _Step:
    kind: str
    """begin or end"""
    touch: _Touch
    done: "asyncio.Future[None]"


class Fingers(MotionEventProvider):  # type: ignore[misc]  # Kivy has no types
    """An input provider whose finger goes down in one frame and up in the next.

    To be given to Kivy's event loop with `EventLoop.add_input_provider`.
    """

    def __init__(self) -> None:
        super().__init__("control", "")
        self._steps: deque[_Step] = deque()
        self._touches = 0

    def start(self) -> None:
        """Nothing to open: touches come by `touch`."""

    def stop(self) -> None:
        """Forget what was not yet done."""
        while self._steps:
            self._steps.popleft().done.cancel()

    def update(self, dispatch_fn: Callable[[str, MotionEvent], None]) -> None:
        """Called by Kivy once a frame."""
        if not self._steps:
            return
        step = self._steps.popleft()
        dispatch_fn(step.kind, step.touch)
        if step.kind == "end" and not step.done.done():
            # Kivy dispatches what it was given after all providers: it is done by the next step
            # of the loop.
            step.done.get_loop().call_soon(_set, step.done)

    def touch(self, share_x: float, share_y: float) -> "asyncio.Future[None]":
        """Touch a place, in shares of the window from its lower left corner.

        The future is done when the finger is up again and everything was told of it.
        """
        self._touches += 1
        touch = _Touch("control", f"control{self._touches}", (share_x, share_y))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._steps += (_Step("begin", touch, done), _Step("end", touch, done))
        return done


def _set(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_result(None)
