"""`central stock list`, `receive`, `write-off`, `move` and `count`"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import click

from central.commands.deed import Deed, deed_options, done
from central.commands.stock_list import listed, moved
from central.database.place import data_option
from central.database.session import in_database
from central.ledger.refusal import LedgerRefused
from central.ledger.stock import OnShelf, Place, Stock
from wire.errors import ErrorCode

_NAMED = """
SELECT id, name->>'zh-Hans' AS name FROM reward
WHERE deleted_at IS NULL AND (id::text = $1 OR name->>'zh-Hans' = $1 OR name->>'en' = $1
    OR name->>'zh-Hant' = $1)
UNION
SELECT id, name->>'zh-Hans' FROM reward
WHERE deleted_at IS NULL AND length($1) > 0
    AND concat_ws(' ', name->>'zh-Hans', name->>'zh-Hant', name->>'en') ILIKE
        '%' || replace(replace($1, '%', ''), '_', '') || '%'
    AND NOT EXISTS (SELECT FROM reward r WHERE r.id::text = $1
        OR $1 IN (r.name->>'zh-Hans', r.name->>'zh-Hant', r.name->>'en'))
ORDER BY name, id LIMIT 6
"""
_PLACE = """
SELECT (SELECT id FROM store WHERE id = $1) AS store,
    (SELECT id FROM device WHERE number = $1 AND role = 'kiosk') AS kiosk
"""
_HELP = (
    "\n\nREWARD: its name or a part of it, or its id. PLACE: a store (S1), a kiosk's own box (K03),"
    " or `central`, which is the chain's own and what stores are filled from."
)


@click.group(
    help="Goods that rewards give: what is where, and every change of it."
    " Redemptions take from the kiosk's own box first, then from its store."
)
def command() -> None:
    pass


_REWARD = click.argument("reward")
_PIECES = click.argument("pieces", type=click.IntRange(1, 1_000_000))
_AT = click.argument("place")


@command.command("list", help="What is where, in pieces." + _HELP)
@click.argument("reward", required=False)
@click.option("--place", help="Only there.")
@click.option("--moves", is_flag=True, help="The last changes instead: when, what, who, why.")
@data_option
def list_(reward: str | None, place: str | None, moves: bool, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def work(connection: "asyncpg.Connection[Any]") -> list[str]:
        wanted = await _reward(connection, reward) if reward else None
        where = await _place(connection, place) if place else None
        return await (moved if moves else listed)(connection, wanted, where)

    for line in in_database(work):
        click.echo(line)


@command.command(help="PIECES of REWARD came in at PLACE." + _HELP)
@_REWARD
@_AT
@_PIECES
@deed_options
def receive(reward: str, place: str, pieces: int, deed: Deed) -> None:
    async def work(stock: Stock, where: Place, given: dict[str, Any]) -> list[OnShelf]:
        return [await stock.receive(place=where, pieces=pieces, **given)]

    _do(work, reward, [place], deed)


@command.command("write-off", help="PIECES of REWARD at PLACE are broken or gone." + _HELP)
@_REWARD
@_AT
@_PIECES
@deed_options
def write_off(reward: str, place: str, pieces: int, deed: Deed) -> None:
    async def work(stock: Stock, where: Place, given: dict[str, Any]) -> list[OnShelf]:
        return [await stock.write_off(place=where, pieces=pieces, **given)]

    _do(work, reward, [place], deed)


@command.command(help="PIECES of REWARD go from one PLACE to another." + _HELP)
@_REWARD
@click.argument("source", metavar="PLACE")
@click.argument("to", metavar="TO")
@_PIECES
@deed_options
def move(reward: str, source: str, to: str, pieces: int, deed: Deed) -> None:
    async def work(
        stock: Stock, where: Place, target: Place, given: dict[str, Any]
    ) -> list[OnShelf]:
        return list(await stock.transfer(source=where, to=target, pieces=pieces, **given))

    _do(work, reward, [source, to], deed)


@command.command(
    help="Somebody counted REWARD at PLACE: COUNTED pieces lie there, with those that are promised"
    " to vouchers still to be used. What is too few is written off." + _HELP
)
@_REWARD
@_AT
@click.argument("counted", type=click.IntRange(0, 1_000_000))
@deed_options
def count(reward: str, place: str, counted: int, deed: Deed) -> None:
    async def work(stock: Stock, where: Place, given: dict[str, Any]) -> list[OnShelf]:
        return [await stock.count(place=where, counted=counted, **given)]

    _do(work, reward, [place], deed)


def _do(
    work: Callable[..., Awaitable[list[OnShelf]]], reward: str, places: list[str], deed: Deed
) -> None:
    """Finds reward and places, does the work, tells what is there then or why it was not done."""

    async def run(connection: "asyncpg.Connection[Any]") -> list[OnShelf]:
        given = {"reward": await _reward(connection, reward), **deed.by()}
        found = [await _place(connection, place) for place in places]
        try:
            return await work(Stock(connection), *found, given)
        except LedgerRefused as refused:
            told = _why(refused, reward)
            if told is None:
                raise
            raise click.ClickException(told) from None

    for shelf in done(deed, run):
        click.echo(
            f"{deed.would}{shelf.place}: {shelf.on_hand} on hand, {shelf.promised} promised,"
            f" {shelf.written_off} written off"
        )


async def _reward(connection: "asyncpg.Connection[Any]", typed: str) -> UUID:
    rows = await connection.fetch(_NAMED, typed.strip())
    if len(rows) > 1:
        names = "; ".join(f"{row['name']} ({row['id']})" for row in rows)
        raise click.ClickException(f"{typed!r} may be several rewards, say which: {names}")
    if not rows:
        raise click.ClickException(f"no reward is called {typed!r}; `central stock list` has them")
    found: UUID = rows[0]["id"]
    return found


async def _place(connection: "asyncpg.Connection[Any]", typed: str) -> Place:
    if typed.lower() == "central":
        return Place()
    row = await connection.fetchrow(_PLACE, typed)
    if row["store"] is None and row["kiosk"] is None:
        known = await connection.fetchval("SELECT string_agg(id, ' ' ORDER BY id) FROM store")
        raise click.ClickException(
            f"{typed!r} is no place: a store ({known or 'there is none yet'}), the number of a"
            " kiosk (`central device list`), or `central`"
        )
    return Place(row["store"], None if row["store"] else row["kiosk"])


def _why(refused: LedgerRefused, reward: str) -> str | None:
    """None: nothing of goods, as every deed has it."""
    need, have = refused.facts.get("need"), refused.facts.get("have")
    match refused.code:
        case ErrorCode.OUT_OF_STOCK:
            return (
                f"refused: {need} are needed and {have} are there; what is promised to vouchers"
                " cannot be given away (void such a voucher first)"
            )
        case ErrorCode.REWARD_UNAVAILABLE:
            return f"refused: the stock of {reward!r} is not counted"
        case ErrorCode.BAD_REQUEST:
            return "refused: two different places are needed"
        case _:
            return None
