"""Roll changes, test prints, reprints, voids, redemptions and power cuts, in any order.

The long run, 10,000 steps, is tests/faults/test_long_paper.py.
"""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.kiosk.staff.paper_machine import PaperMachine


def test_500_steps_of_staff_in_any_order_never_make_a_code() -> None:
    run_state_machine_as_test(
        PaperMachine,
        settings=settings(
            max_examples=10,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
