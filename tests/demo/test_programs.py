"""Child processes: heard, waited for, and always ended."""

import os
import signal
from pathlib import Path

import pytest

from demo.programs import NotInTime, ProgramFailed, Programs

STAYS = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1] + ".part", "w").write(f"{os.getpid()} {child.pid}")
os.rename(sys.argv[1] + ".part", sys.argv[1])
time.sleep(600)
"""


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    (tmp_path / "stays.py").write_text(STAYS)
    (tmp_path / "ends.py").write_text("print('no such port'); raise SystemExit(3)")
    (tmp_path / "says.py").write_text("print('hello')")
    return Programs(tmp_path / "logs", {"PYTHONPATH": str(tmp_path)})


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def read(path: Path) -> list[int] | None:
    return [int(pid) for pid in path.read_text().split()] if path.exists() else None


def test_a_program_and_its_children_end_with_the_context(
    programs: Programs, tmp_path: Path
) -> None:
    with programs:
        programs.start("stays", ["stays", str(tmp_path / "pids")])
        pids = programs.wait_for("the pids", lambda: read(tmp_path / "pids"), 20)
        assert all(map(lives, pids))

    programs.wait_for("their end", lambda: not any(map(lives, pids)) or None, 5)


def test_they_end_on_an_error_too(programs: Programs, tmp_path: Path) -> None:
    pids: list[int] = []

    def interrupted() -> None:
        with programs:
            programs.start("stays", ["stays", str(tmp_path / "pids")])
            pids.extend(programs.wait_for("the pids", lambda: read(tmp_path / "pids"), 20))
            os.kill(os.getpid(), signal.SIGINT)
            programs.wait_for("the interruption", lambda: None, 5)

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    programs.wait_for("their end", lambda: not any(map(lives, pids)) or None, 5)


def test_a_program_that_ends_by_itself_is_told_with_its_last_words(programs: Programs) -> None:
    with programs:
        programs.start("ends", ["ends"])
        with pytest.raises(ProgramFailed, match=r"(?s)status 3.*no such port"):
            programs.wait_for("what never comes", lambda: None, 20)


def test_what_does_not_come_is_told(programs: Programs) -> None:
    with pytest.raises(NotInTime, match="a miracle: not within 0 s"):
        programs.wait_for("a miracle", lambda: None, 0)


def test_output_and_status(programs: Programs) -> None:
    assert programs.run("says", ["says"]) == "hello\n"
    with pytest.raises(ProgramFailed, match=r"(?s)`ends` ended with status 3.*no such port"):
        programs.run("ends", ["ends"])
    assert programs.ask("ends", ["ends"])[0] == 3
