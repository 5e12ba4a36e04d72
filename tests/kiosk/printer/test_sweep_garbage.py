"""A few dozen noisy lines of every kind and model; thousands of them: tests/faults."""

import random

import pytest

from tests.kiosk.printer.sweep_garbage import dead_printer, fault_in_noise, paper_ends_in_noise


@pytest.mark.parametrize("seed", range(4))
def test_noise_never_makes_a_false_printed(seed: int) -> None:
    chance = random.Random(seed)
    said = []
    for _ in range(8):
        dead_printer(chance)
        said += [paper_ends_in_noise(chance), fault_in_noise(chance)]
    assert True in said, "so much noise proves nothing"


def test_noise_that_looks_like_automatic_status_is_no_alarm_of_a_model_without() -> None:
    """Seed 15 once held the driver in a loop that nothing ended."""
    fault_in_noise(random.Random(15))
