"""One event, two journeys: which of them it belongs to, the screen says."""

from collections.abc import Callable
from types import UnionType
from typing import Any

from kiosk.flow.state import KioskState
from kiosk.flow.transition import Result

Handler = Callable[[KioskState, Any], Result]


def by_screen(screens: type | UnionType, theirs: Handler, others: Handler) -> Handler:
    """`theirs` while one of `screens` stands, else `others`."""

    def handler(state: KioskState, happened: Any) -> Result:
        chosen = theirs if isinstance(state.screen, screens) else others
        return chosen(state, happened)

    return handler
