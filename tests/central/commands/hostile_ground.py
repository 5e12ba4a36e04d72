"""A chain on which hostile words are typed, and what is wrong with an answer to one."""

from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from central.__main__ import main
from central.staff import people
from tests.central.commands.command_words import Ground, Typed
from tests.chain import Chain
from tests.postgres import Database
from wire.api.redemptions import State
from wire.api.staff import StaffRole


async def ground_of(chain: Chain, folder: Path) -> Ground:
    """Two members with points, goods, a voucher, staff."""
    chain.clock.at = datetime.now(UTC)
    async with chain.owner.acquire() as connection:
        for number, role in (
            ("E01", StaffRole.CLERK), ("E02", StaffRole.MANAGER), ("E05", StaffRole.CLERK),
            ("E06", StaffRole.CLERK),
        ):  # fmt: skip
            await people.add(connection, number, "李小红", role, ())
    member, other = await chain.member(500), await chain.member(20)
    await chain.award(member, 30, reference="S1:1:8")
    issued = await chain.in_state(State.ISSUED, await chain.reward(stock=5), member)
    numbers = [
        str(await chain.value("SELECT number FROM member WHERE id = $1", each))
        for each in (member, other)
    ]
    return Ground(*numbers, await chain.code_of(issued), str(folder))


def complaint(database: Database, typed: Typed) -> str:
    """What is wrong with how the command took it; empty: nothing."""
    environment = {"DATABASE_URL": database.url, "CENTRAL_DATA": str(database.data)}
    try:
        said = CliRunner().invoke(
            main, list(typed.words), env=environment, catch_exceptions=False, input=""
        )
    except Exception as error:  # noqa: BLE001  # whatever it is, a person would see a traceback
        return f"{typed.words}: {type(error).__name__}: {error}"
    if typed.refused_at_once and (said.exit_code != 2 or typed.name not in said.stderr):
        return f"{typed.words}: not refused at once: {said}"
    if said.exit_code not in (0, 1, 2):
        return f"{typed.words}: status {said.exit_code}"
    if said.exit_code and "Error: " not in said.stderr and "Aborted!" not in said.stderr:
        return f"{typed.words}: status {said.exit_code} without a word"
    return ""
