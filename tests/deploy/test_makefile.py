"""`make` is how every question that begins with "how do I" is answered."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROMISED = ("demo", "test", "lint", "screens", "bench", "faults", "clean")


def make(*arguments: str, **env: str) -> str:
    done = subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **env},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return done.stdout


@pytest.mark.parametrize("target", PROMISED)
def test_every_promised_target_is_told_with_what_it_does(target: str) -> None:
    assert re.search(rf"^  {target}\s+\S+ \S+", make(), flags=re.MULTILINE)


@pytest.mark.parametrize("target", ["demo", "test", "screens", "bench", "faults"])
def test_every_target_sets_up_what_it_needs(target: str) -> None:
    planned = make("--dry-run", "--always-make", target)

    steps = ("deploy/setup/debian.py", "deploy/setup/environment.py", "kiosk.fonts")
    assert all(step in planned for step in steps), planned


def test_the_screens_are_tested_in_a_process_of_their_own() -> None:
    lines = [line for line in make("--dry-run", "test").splitlines() if "pytest" in line]

    assert len(lines) == 2
    assert "--ignore=tests/ui" in lines[0]
    assert "tests/ui" in lines[1]


def test_another_python_has_an_environment_of_its_own() -> None:
    assert ".venv-python3.13/bin/python -m pytest" in make("--dry-run", "test", PYTHON="python3.13")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_commands_of_the_readme_exist(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    named = set(re.findall(r"^\s*make ([a-z]+)", (ROOT / readme).read_text(), flags=re.MULTILINE))

    assert {"demo", "test"} <= named <= targets
