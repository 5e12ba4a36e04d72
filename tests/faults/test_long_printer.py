"""Noise on the printer's line by the thousand: what the driver calls printed is on paper.

5,000 streams in three kinds, over all models: nothing escapes but what a caller expects, and
never a false "printed". A thousand more run with every `make test`.
"""

import random
from collections.abc import Callable

from tests.kiosk.printer.sweep_garbage import dead_printer, fault_in_noise, paper_ends_in_noise

Times = Callable[[int], int]


def test_2_000_streams_from_a_dead_printer_print_nothing(
    chance: random.Random, times: Times
) -> None:
    for _ in range(times(2_000)):
        dead_printer(chance)


def test_1_500_noisy_lines_of_a_good_printer_whose_paper_ends(
    chance: random.Random, times: Times
) -> None:
    said = [paper_ends_in_noise(chance) for _ in range(times(1_500))]
    assert any(said) or len(said) < 100, "so much noise proves nothing"


def test_1_500_noisy_lines_on_which_something_else_happens(
    chance: random.Random, times: Times
) -> None:
    said = [fault_in_noise(chance) for _ in range(times(1_500))]
    assert any(said) or len(said) < 100, "so much noise proves nothing"
