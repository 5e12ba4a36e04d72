"""A slice of nine faults in each state of the journal; all of them: tests/faults."""

import itertools
from pathlib import Path

import pytest

from tests.kiosk.printer.sweep_shop import sweep_shop
from tests.kiosk.printer.sweep_states import FAULTS, STATES, Case, Fault

ALL = list(itertools.product(FAULTS, STATES))
SLICE = ALL[::6]
"""Six and the number of states have no common factor: every state comes, and every fault."""


def test_the_slice_has_every_fault_and_every_state() -> None:
    assert {fault.name for fault, _ in SLICE} == {fault.name for fault in FAULTS}
    assert {state for _, state in SLICE} == set(STATES)


@pytest.mark.parametrize(("fault", "state"), SLICE, ids=lambda it: getattr(it, "name", it))
async def test_fault_in_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Fault, state: str
) -> None:
    async with sweep_shop(tmp_path, "58mm-cutter") as shop:
        await STATES[state](Case(shop, fault, monkeypatch))
