"""docs/books.md says what the programs say: its sample is drawn, its commands are run."""

import re
import shlex
from pathlib import Path

from tests.central.commands.desk import By, number_of
from tests.central.conftest import DemoChain
from tests.chain import Chain
from tests.office import office
from wire.api.redemptions import State

_PAGE = (Path(__file__).parents[3] / "docs" / "books.md").read_text()
_DATED = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?|S\d{4}:1:\d{8}-\d{4}")


def _undated(text: str) -> list[str]:
    """Lines without what another day or another receipt changes: the demo is of now."""
    return [re.sub(r" +", " ", _DATED.sub("#", line)).strip() for line in text.splitlines()]


def test_the_sample_is_what_the_statement_looks_like(demo_chain: DemoChain) -> None:
    sample = re.search(r"```\n(张\*明.*?)```", _PAGE, re.DOTALL)
    assert sample is not None
    said = _undated(office(demo_chain.database, "ledger", "8800106210").out)
    at = 0
    for line in _undated(sample[1]):
        assert line in said[at:], line
        at = said.index(line, at)


async def test_every_command_of_the_page_does_what_it_says(chain: Chain, by: By) -> None:
    """In the order of the page; a table's `unfreeze`, `reopen` and the like are options told."""
    table = _PAGE.split("## What the desk does")[1].split("## Who did what")[0]
    commands = re.findall(r"`central ((?:points|member|voucher) [^`]+)`", table)
    assert len(commands) >= 8
    member, other = await chain.member(500), await chain.member()
    named = {"MEMBER": await number_of(chain, member), "OTHER": await number_of(chain, other)}
    reward = await chain.reward(stock=9)
    states = {"void": State.ISSUED, "goods-returned": State.USED, "release": State.UNCERTAIN}
    for command in commands:
        words = [named.get(word, word) for word in shlex.split(command)]
        if words[0] == "voucher":
            words[2] = str(await chain.in_state(states[words[1]], reward, member))
        if words[1] == "clear":
            words = ["base" if word == "TYPE" else word for word in words]
            words[words.index("E0007")] = "E02"
            words[words.index("--last-day") + 1] = "2199-01-01"
        said = await by(*words, "--dry-run")
        assert said.out.startswith("would be: "), command
        if words[1] == "award":  # the next row takes it back
            await by(*words)
