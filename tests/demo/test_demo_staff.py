"""`make demo ROLE=staff` without a display: a roll change that is cut off half way."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from pyzbar import pyzbar

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo-staff") / "demo-out"


@pytest.fixture(scope="module")
def said(out: Path) -> str:
    """What the demo prints; it has ended well."""
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--auto", "--role", "staff", "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=290,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def summary(said: str, name: str) -> str:
    found = re.search(rf"^  {name}\s{{2,}}(.+)$", said, flags=re.MULTILINE)
    assert found is not None, said
    return found[1]


def test_it_goes_on_at_the_step_where_it_was_cut_off(said: str) -> None:
    assert summary(said, "cut off in") == summary(said, "went on at") == "step 3"


def test_the_service_knows_both_rolls_and_who_loaded_them(said: str) -> None:
    serial = summary(said, "roll").split(",")[0]
    rolls = re.findall(r"^    K\d\d .+$", said, flags=re.MULTILINE)

    assert len(rolls) == 2
    assert sum(serial in roll for roll in rolls) == 1
    assert all("by E0101" in roll for roll in rolls)


def test_only_the_change_that_nothing_interrupted_has_a_time(said: str) -> None:
    rolls = "\n".join(re.findall(r"^    K\d\d .+$", said, flags=re.MULTILINE))
    measured = re.findall(r"in (\d+) s", rolls)

    assert measured == [summary(said, "without a cut").split()[0]]


@pytest.mark.usefixtures("said")
def test_the_slips_are_worth_nothing(out: Path) -> None:
    papers = sorted((out / "paper").glob("paper-[0-9]*.png"))
    texts = []
    for paper in papers:
        with Image.open(paper) as picture:
            texts += [found.data.decode() for found in pyzbar.decode(picture.convert("L"))]

    assert len(papers) == 2
    assert set(texts) == {"TEST"}


@pytest.mark.usefixtures("said")
def test_the_books_are_right(out: Path) -> None:
    assert "right" in (out / "check.txt").read_text()
