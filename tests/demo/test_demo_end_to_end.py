"""`make demo` without a display, as anybody would run it: one voucher, end to end."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from pyzbar import pyzbar

from wire import voucher_code

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo-out"


@pytest.fixture(scope="module")
def said(out: Path) -> str:
    """What the demo prints; it has ended well."""
    done = subprocess.run(
        [sys.executable, "-m", "demo", "--auto", "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def summary(said: str, name: str) -> str:
    found = re.search(rf"^  {name}\s{{2,}}(.+)$", said, flags=re.MULTILINE)
    assert found is not None, said
    return found[1]


def test_the_code_on_the_paper_is_the_code_that_the_till_took(said: str, out: Path) -> None:
    (paper,) = (out / "paper").glob("paper-[0-9]*.png")
    with Image.open(paper) as picture:
        texts = [found.data.decode() for found in pyzbar.decode(picture.convert("L"))]

    vouchers = [text for text in texts if text.startswith("V1")]

    assert len(vouchers) == 1
    code = voucher_code.parse(vouchers[0].removeprefix("V1"))
    assert summary(said, "voucher code").replace("-", "") == code


def test_points_went_down_by_a_price(said: str) -> None:
    before, after = (
        int(summary(said, name).replace(",", "")) for name in ("points before", "points after")
    )

    assert 0 <= after < before


def test_the_till_took_it_once_and_refused_it_once(said: str) -> None:
    assert len(re.findall(r"^.* s {4}used: ", said, flags=re.MULTILINE)) == 1
    assert len(re.findall(r"a second time, refused: ", said)) == 1


def test_the_books_were_checked(said: str, out: Path) -> None:
    assert "checking every invariant" in said
    assert re.search(r"\d", (out / "check.txt").read_text())


@pytest.mark.usefixtures("said")
def test_every_screen_on_the_way_is_a_real_picture(out: Path) -> None:
    names = {path.stem.partition("-")[2] for path in out.glob("[0-9]-*.png")}

    assert {"attract", "scan", "rewards", "confirm", "take-your-voucher"} <= names
    for path in out.glob("[0-9]-*.png"):
        with Image.open(path) as picture:
            assert picture.size == (1080, 1920)
            colours = picture.convert("RGB").getcolors(maxcolors=1 << 24)
        assert colours is not None
        assert len(colours) > 100, f"{path.name} is nearly blank"


def test_it_says_how_long_it_took(said: str) -> None:
    to_rewards, to_paper = (
        float(summary(said, name).removesuffix(" s"))
        for name in ("code to rewards", "code to paper")
    )

    assert 0 < to_rewards < to_paper


@pytest.mark.usefixtures("said")
def test_nothing_of_it_runs_on(out: Path) -> None:
    logs = "".join(log.read_text() for log in (out / "logs").glob("*.log"))
    (folder,) = set(re.findall(r"points-demo-\w+", logs))
    left = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if folder in command:
            left.append(command)
    assert left == []
