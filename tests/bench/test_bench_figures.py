"""Figures: the arithmetic, the lines and the table. What they measure is `make bench`."""

import subprocess
import sys

import msgspec
import pytest

from bench import __main__ as bench
from bench.figure import Figure, percentile, this_machine
from bench.ready import seconds_to_ready

SAYS_READY = "import sdnotify, time; sdnotify.SystemdNotifier().notify('READY=1'); time.sleep(60)"


def test_a_ratio_is_ours_in_parts_of_the_peers() -> None:
    assert Figure("start", 1.5, "s", peer="bare", peer_value=0.5).ratio == 3
    assert Figure("start", 1.5, "s").ratio is None


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1, 100), (0, 1)])
def test_percentiles(share: float, value: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == value


def test_the_table_has_a_line_for_each_figure() -> None:
    figures = [
        Figure("start to first frame", 1.5, "s", peer="bare Kivy window", peer_value=0.5),
        Figure("redemptions", 1234.5, "/s"),
    ]

    lines = bench.table(
        [{**msgspec.to_builtins(figure), "ratio": figure.ratio} for figure in figures]
    ).splitlines()

    assert len(lines) == 3
    assert " ".join(lines[1].split()) == "start to first frame 1.5 s 0.5 s bare Kivy window 3.00"
    assert lines[2].split() == ["redemptions", "1,234", "/s"]


def test_the_machine_is_told() -> None:
    machine = this_machine()

    assert machine.cores >= 1
    assert machine.python == sys.version.split()[0]
    assert "kivy" in machine.packages


def test_a_benchmark_without_figures_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bench.subprocess,
        "run",
        lambda *_, **__: subprocess.CompletedProcess([], 0, stdout="nothing\n"),
    )

    with pytest.raises(ValueError, match="no figure"):
        bench.figures_of("start")


def test_ready_is_heard_and_the_program_ended() -> None:
    assert 0 < seconds_to_ready([sys.executable, "-c", SAYS_READY], {}) < 30


def test_a_program_that_is_never_ready_is_told() -> None:
    with pytest.raises(TimeoutError, match="not ready within"):
        seconds_to_ready([sys.executable, "-c", "import time; time.sleep(60)"], {}, timeout_s=0.2)
