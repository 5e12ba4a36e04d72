"""Every hostile word for every option of every command: some 2,000 calls, half a minute."""

import asyncio
from pathlib import Path

import pytest

from central.ledger.invariants import violations
from tests.central.commands.command_words import good_words, hostile
from tests.central.commands.hostile_ground import complaint, ground_of
from tests.chain import Chain
from tests.postgres import Database

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]


async def test_all_hostile_words_are_answered(
    chain: Chain, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    every = list(hostile(good_words(await ground_of(chain, tmp_path))))
    wrong = await asyncio.to_thread(
        lambda: [told for typed in every if (told := complaint(database, typed))]
    )
    print(f"{len(every)} calls with a hostile word")
    assert wrong == []
    assert await violations(chain.owner) == []
