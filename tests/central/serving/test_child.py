"""One child process: how long it is waited for before it is started again, and how it ends."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.serving.child import Child
from tests.central_program import eventually

ENDS = "raise SystemExit(3)"
STAYS = "import time; time.sleep(600)"
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open("below.part", "w").write(str(below.pid))
import os; os.rename("below.part", "below")
time.sleep(600)
"""


class Steps:
    """A clock that moves when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Steps:
    return Steps()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def child(folder: Path, clock: Steps) -> Iterator[Child]:
    made = Child("api", ["part"], os.environ | {"PYTHONPATH": str(folder)}, clock)
    yield made
    made.ask_to_end()
    made.wait(0)


def ended(child: Child) -> str:
    return eventually("it has ended", child.watch, 10)


def test_each_pause_is_twice_as_long_up_to_thirty_seconds(
    folder: Path, child: Child, clock: Steps
) -> None:
    (folder / "part.py").write_text(ENDS)
    child.start()
    for pause in ("0.5", "1", "2", "4", "8", "16", "30", "30"):
        assert ended(child) == f"api: ended with status 3, again in {pause} s"
        clock.now += float(pause) - 0.1
        assert child.watch() is None
        assert child.pid is None
        clock.now += 0.1
        assert child.watch() == "api: started again"


def test_a_minute_of_health_and_the_pauses_begin_anew(
    folder: Path, child: Child, clock: Steps
) -> None:
    (folder / "part.py").write_text(ENDS)
    child.start()
    ended(child)
    clock.now += 0.5
    (folder / "part.py").write_text(STAYS)
    assert child.watch() == "api: started again"
    clock.now += 60
    assert child.watch() is None
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    assert ended(child) == "api: ended with status -9, again in 0.5 s"


def test_one_that_does_not_end_is_killed_with_what_it_started(folder: Path, child: Child) -> None:
    (folder / "part.py").write_text(STUBBORN)
    child.start()
    below = eventually("its own child", (folder / "below").exists, 10) and int(
        (folder / "below").read_text()
    )
    assert child.pid is not None
    above = child.pid
    child.ask_to_end()
    child.wait(0.2)
    assert child.pid is None
    eventually("both are gone", lambda: not lives(above) and not lives(below), 5)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
