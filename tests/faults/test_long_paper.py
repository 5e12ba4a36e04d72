"""Paper, staff and power cuts in any order, for as long as it takes to be believed."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.conftest import seed_of
from tests.kiosk.staff.paper_machine import PaperMachine

Times = Callable[[int], int]


def test_200_lives_of_50_steps_never_make_a_code(times: Times, pytestconfig: pytest.Config) -> None:
    machine = seed(seed_of(pytestconfig))(PaperMachine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=times(200),
            stateful_step_count=50,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
