"""`central voucher void|goods-returned|release`"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import click

from central.commands.deed import Deed, deed_options, done, usable
from central.ledger.money import Ledger
from wire import voucher_code
from wire.api.redemptions import Redemption

_Call = Callable[[Ledger, UUID], Awaitable[Redemption]]
_code = click.argument("code")
_FOUND = """
SELECT r.id, r.points, r.member_id, m.display, right(m.number, 4) AS tail,
    v.reward_name ->> 'zh-Hans' AS reward
FROM voucher v JOIN redemption r ON r.id = v.redemption_id JOIN member m ON m.id = r.member_id
WHERE v.code = $1 OR r.id = $2
"""


@click.group(
    help="What the desk does to a voucher: points back for one that is unused, brought back, or in"
    " doubt. CODE: its sixteen symbols, typed or scanned, or the redemption's id."
)
def command() -> None:
    pass


@command.command(help="CODE was not used and will not be: it is dead, the points are back.")
@_code
@deed_options
def void(code: str, deed: Deed) -> None:
    _settle(code, deed, lambda ledger, id_: ledger.void(redemption=id_, **deed.by()))


@command.command(help="CODE was used and its goods came back: it is dead, the points are back.")
@_code
@click.option("--write-off", is_flag=True, help="The goods cannot be given once more.")
@deed_options
def goods_returned(code: str, write_off: bool, deed: Deed) -> None:
    _settle(
        code,
        deed,
        lambda ledger, id_: ledger.goods_returned(
            redemption=id_, restock=not write_off, **deed.by()
        ),
    )


@command.command(
    help="CODE is UNCERTAIN and was not printed, as somebody has made sure: it is dead first, then"
    " the points are back."
)
@_code
@deed_options
def release(code: str, deed: Deed) -> None:
    if deed.reason.startswith("staff_"):
        raise click.UsageError("a --reason that begins with staff_ is one of staff at a kiosk")
    _settle(code, deed, lambda ledger, id_: ledger.release_uncertain(redemption=id_, **deed.by()))


def _settle(typed: str, deed: Deed, call: _Call) -> None:
    code, redemption = _meant(typed)

    async def work(connection: "asyncpg.Connection[Any]") -> str:
        row = await connection.fetchrow(_FOUND, code, redemption)
        if row is None:
            raise click.ClickException("there is no such voucher")
        before, _ = await usable(connection, row["member_id"])
        settled = await call(Ledger(connection), UUID(int=row["id"].int))
        after, _ = await usable(connection, row["member_id"])
        return (
            f"{row['reward']} of {row['display']} …{row['tail']}: {settled.state},"
            f" {_back(after - before, row['points'])}; to spend {before:,} -> {after:,}"
        )

    click.echo(deed.would + done(deed, work))


def _back(came: int, paid: int) -> str:
    """Points that had an end may have died while they were set aside."""
    if came >= paid:
        return f"{paid:,} points are back"
    return f"{came:,} of {paid:,} points are back, the others have died meanwhile"


def _meant(typed: str) -> tuple[str | None, UUID | None]:
    try:
        return None, UUID(typed)
    except ValueError:
        pass
    try:
        scanned = typed.startswith("V1") and len(typed) == len("V1") + voucher_code.LENGTH
        return voucher_code.parse(typed.removeprefix("V1") if scanned else typed), None
    except voucher_code.VoucherCodeError as error:
        raise click.ClickException(str(error)) from None
