"""Half a minute of libFuzzer on every parser of scanned texts; ten minutes in `make faults`."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris has no wheel for this Python or machine",
)
ROOT = Path(__file__).parents[2]


def fuzz(folder: Path, *words: str, seconds: int) -> subprocess.CompletedProcess[str]:
    corpus = folder / "corpus"
    corpus.mkdir()
    options = [f"-max_total_time={seconds}", f"-artifact_prefix={folder}/", "-max_len=600"]
    return subprocess.run(
        [sys.executable, "-m", "tests.wire.fuzz_tokens", str(corpus), *options, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 60,
    )


def assert_nothing_found(done: subprocess.CompletedProcess[str], runs_at_least: int) -> None:
    assert done.returncode == 0, done.stderr[-3000:]
    runs = re.search(r"Done (\d+) runs in (\d+) second", done.stderr)
    assert runs is not None, done.stderr[-3000:]
    print(runs[0])
    assert int(runs[1]) >= runs_at_least


@pytest.mark.timeout(120)
def test_half_a_minute_finds_nothing(tmp_path: Path) -> None:
    assert_nothing_found(fuzz(tmp_path, seconds=30), runs_at_least=2_000)


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_ten_minutes_find_nothing(tmp_path: Path) -> None:
    assert_nothing_found(fuzz(tmp_path, seconds=600), runs_at_least=100_000)


@pytest.mark.timeout(360)
@pytest.mark.parametrize(
    ("plant", "words"),
    [
        ("no-signature-check", "InvalidSignature|forged token was taken"),
        ("another-error", "planted"),
    ],
)
def test_a_bug_that_was_planted_is_found(tmp_path: Path, plant: str, words: str) -> None:
    # It ends as soon as it has found it: after ten seconds on average, now and then after forty.
    done = fuzz(tmp_path, "--plant", plant, seconds=240)
    assert done.returncode != 0
    assert re.search(words, done.stdout + done.stderr)
