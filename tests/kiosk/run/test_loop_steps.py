"""No step in the loop of ours is long: drawing, signatures, files and database are in threads."""

import asyncio
import time

import pytest

from kiosk.flow.state import Done
from tests.kiosk.run.shop import Shop

LONGEST_S = 0.005


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str]]:
    """CPU seconds of each step that the loop ran, and what it was.

    CPU time of the thread, because the wall time of a busy machine says nothing about us.
    """
    taken: list[tuple[float, str]] = []
    run = asyncio.Handle._run

    def measured(handle: asyncio.Handle) -> None:
        before_s = time.thread_time()
        run(handle)
        spent_s = time.thread_time() - before_s
        if spent_s > LONGEST_S / 2:
            taken.append((spent_s, repr(handle)))

    monkeypatch.setattr(asyncio.Handle, "_run", measured)
    return taken


async def test_no_step_of_a_redemption_holds_up_the_screens(
    shop: Shop, steps: list[tuple[float, str]]
) -> None:
    async with shop.open():
        await shop.redeem()  # the first shopper warms up what Python loads only once
        await shop.screen(Done)
        await shop.leave()
        steps.clear()
        redemption = await shop.redeem()
        await shop.screen(Done)
        await shop.settled(redemption)
        long = [(s, what) for s, what in steps if s > LONGEST_S and "test_loop_steps" not in what]
    assert not long
