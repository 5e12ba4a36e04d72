"""`central plain-card add`, `draw`, `block` and `unblock`"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import click

from central.database.place import data_option
from central.database.session import in_database
from central.members import card_art, card_bars, plain_cards
from central.members.card_bars import Bars
from central.members.phone import MemberNotFound, find_member
from central.members.plain_cards import PlainCardRefused

_PNG = Path("plain-card.png")
_NUMBER_HELP = "\n\nNUMBER: the twelve digits, or the thirteen of an EAN-13."


def _done(work: Callable[[], str]) -> str:
    try:
        return work()
    except (MemberNotFound, PlainCardRefused) as error:
        raise click.ClickException(str(error)) from None


def _twelve(_ctx: click.Context, _param: click.Parameter, typed: str) -> str:
    return _done(lambda: plain_cards.number_of(typed))


_number = click.argument("number", callback=_twelve)
_bars = click.option(
    "--bars",
    type=click.Choice([kind.value for kind in Bars]),
    default=Bars.CODE128.value,
    show_default=True,
    help="Which bars to draw.",
)


@click.group(help="Cards from before the member codes: a number in bars, good for the balance.")
def command() -> None:
    pass


@command.command(
    help="Register NUMBER as a card of MEMBER (number, last digits or name)." + _NUMBER_HELP
)
@click.argument("member")
@_number
@click.option("--png", type=click.Path(path_type=Path, dir_okay=False), help="Draw it here, too.")
@_bars
@data_option
def add(member: str, number: str, png: Path | None, bars: str, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def register(connection: "asyncpg.Connection[Any]") -> str:
        found = await find_member(connection, member)
        new = await plain_cards.register(connection, number, found)
        return f"{number} is {'now' if new else 'already'} a card of {found.number}"

    click.echo(_done(lambda: in_database(register)))
    if png is not None:
        _draw(number, bars, png)


@command.command(help="Draw NUMBER in bars, whether anybody has it or not." + _NUMBER_HELP)
@_number
@click.option(
    "--png",
    type=click.Path(path_type=Path, dir_okay=False),
    default=_PNG,
    show_default=True,
    help="Where to write it: 85.6 x 54 mm at 300 dpi.",
)
@_bars
def draw(number: str, png: Path, bars: str) -> None:
    _draw(number, bars, png)


@command.command(
    help="NUMBER was lost or stolen: a kiosk tells nothing of it any more." + _NUMBER_HELP
)
@_number
@data_option
def block(number: str, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    _set_blocked(number, datetime.now(UTC))
    click.echo(f"{number} is blocked")


@command.command(help="NUMBER was found again." + _NUMBER_HELP)
@_number
@data_option
def unblock(number: str, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    _set_blocked(number, None)
    click.echo(f"{number} is good again")


def _set_blocked(number: str, at: datetime | None) -> None:
    async def work(connection: "asyncpg.Connection[Any]") -> str:
        await plain_cards.block(connection, number, at)
        return number

    _done(lambda: in_database(work))


def _draw(number: str, bars: str, png: Path) -> None:
    try:
        card_art.save(card_bars.picture(number, Bars(bars)), png)
    except OSError as error:
        raise click.ClickException(f"cannot write {png}: {error.strerror}") from None
    click.echo(str(png))
