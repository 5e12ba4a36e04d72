"""Whatever is typed for an option, a command answers in words: no traceback, and nothing moved."""

import asyncio
import os
import random
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from central.__main__ import main
from central.ledger.invariants import violations
from tests.central.commands.command_words import (
    NOT_CALLED,
    Ground,
    commands,
    good_words,
    hostile,
)
from tests.central.commands.hostile_ground import complaint, ground_of
from tests.chain import Chain
from tests.postgres import Database

_IN_A_NORMAL_RUN = 120
"""Of some 2,000; all of them in tests/faults. `FAULTS_SEED` repeats a choice."""


def test_every_command_and_every_bound_is_known() -> None:
    """A new command has to be told to the test below; a number or a day has two ends."""
    good = good_words(Ground("", "", "", ""))
    known = {path for path, _ in commands()}
    assert known == {*good, *NOT_CALLED}
    for path, command in commands():
        for option in command.params:
            where, kind = f"{path} {option.opts[0]}", option.type
            assert not isinstance(kind, click.DateTime), where
            assert kind is not click.INT, where
            if isinstance(kind, click.IntRange):
                assert None not in (kind.min, kind.max), where


async def test_a_hostile_word_is_answered(
    chain: Chain, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # some words are names of files
    every = list(hostile(good_words(await ground_of(chain, tmp_path))))
    seed = os.environ.get("FAULTS_SEED", str(random.randrange(10**6)))
    print(f"FAULTS_SEED={seed}")
    chosen = random.Random(seed).sample(every, _IN_A_NORMAL_RUN)
    wrong = await asyncio.to_thread(
        lambda: [told for typed in chosen if (told := complaint(database, typed))]
    )
    assert wrong == []
    assert await violations(chain.owner) == []


@pytest.mark.parametrize("url", ["", "8300", "ftp://x", "http://", "http://a b", "http://h:99999",
    "http://[::1", "http://h\n", "二"])  # fmt: skip
def test_an_address_that_is_none(url: str) -> None:
    said = CliRunner().invoke(main, ["till", "check", "7K3M", "--url", url])
    assert said.exit_code == 2
    assert "is no address: write it as http://127.0.0.1:8300" in " ".join(said.stderr.split())


def test_no_folder_is_named(database: Database) -> None:
    """`--data "$DIR"` where DIR is not set: never the folder that one happens to be in."""
    for words in (("ledger", "1"), ("serve",), ("migrate",), ("check",)):
        said = CliRunner().invoke(main, [*words, "--data", ""], env={"DATABASE_URL": database.url})
        assert said.exit_code == 2
        assert "Invalid value for '--data': it is empty." in said.stderr
    said = CliRunner().invoke(main, ["backup", "--to", " "], env={"DATABASE_URL": database.url})
    assert "Invalid value for '--to': it is empty." in said.stderr
