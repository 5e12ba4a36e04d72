"""Long runs: everything here is marked `faults`; the seed is new each time and told at the end.

FAULTS_SEED=N repeats a run; FAULTS_SCALE=0.01 is a quick look.
"""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

_SEED = pytest.StashKey[int]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.faults)
            item.add_marker(pytest.mark.timeout(1800))


def seed_of(config: pytest.Config) -> int:
    if _SEED not in config.stash:
        named = os.environ.get("FAULTS_SEED")
        config.stash[_SEED] = int(named) if named else random.SystemRandom().randrange(10**9)
    return config.stash[_SEED]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if _SEED in config.stash:
        terminalreporter.write_line(f"FAULTS_SEED={config.stash[_SEED]} repeats these long runs")


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """This test's own dice, thrown again by the same seed."""
    seed = seed_of(request.config)
    print(f"FAULTS_SEED={seed}")  # beside a failure
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture
def times() -> Callable[[int], int]:
    """How often: the full number, or FAULTS_SCALE of it."""
    scale = float(os.environ.get("FAULTS_SCALE", "1"))
    return lambda full: max(1, round(full * scale))
