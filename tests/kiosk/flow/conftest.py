"""A walk through the flow: a list of events, and what stands on the screen after them."""

import sys
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import sample

from kiosk.flow import event as e
from kiosk.flow.effect import Effect
from kiosk.flow.handle import handle
from kiosk.flow.state import KioskState


class Walk:
    """Feeds events as the runner does: a tick before each, at the walk's own time."""

    def __init__(self, state: KioskState) -> None:
        self.state = state
        self.now_s = 100.0
        self.effects: list[Effect] = []
        self._ids = iter(range(1, 1000))
        self.wait(0)

    @property
    def screen(self) -> object:
        return self.state.screen

    def do(self, *events: e.Event) -> "Walk":
        self.effects = []
        for happened in events:
            fresh = UUID(int=sample.ID.int + next(self._ids))
            for each in (e.Tick(self.now_s, sample.WALL, fresh), happened):
                self.state, effects = handle(self.state, each)
                self.effects += effects
        return self

    def wait(self, seconds: float) -> "Walk":
        self.now_s += seconds
        self.effects = []
        fresh = UUID(int=sample.ID.int + next(self._ids))
        self.state, effects = handle(self.state, e.Tick(self.now_s, sample.WALL, fresh))
        self.effects += effects
        return self

    def home(self, **changes: object) -> "Walk":
        """Scan a good code; `changes` are of the member."""
        return self.do(e.Scanned("M2...", "QRCode"), e.MemberFound(sample.member(**changes)))

    def dispensing(self) -> "Walk":
        """On to a redemption of item 1 for 500 points."""
        self.home().do(e.ItemChosen(UUID(int=1))).wait(1.1).do(e.Confirmed())
        return self

    def with_health(self, **changes: object) -> "Walk":
        return self.do(e.HealthChanged(replace(self.state.health, **changes)))


@pytest.fixture
def walk() -> Walk:
    return Walk(sample.state())
