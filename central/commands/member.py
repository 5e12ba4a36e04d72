"""`central member freeze|unfreeze|close|reopen|merge`"""

from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import Any

import asyncpg
import click

from central.commands.deed import Deed, deed_options, done, named, usable
from central.commands.member_named import (
    account_itself,
    account_of,
    member_argument,
    merged_into,
    resolved,
)
from central.ledger.accounts import Accounts, AccountStatus, Merged
from central.ledger.refusal import LedgerRefused
from central.members.phone import MemberOnRecord
from wire.errors import ErrorCode

_Call = Callable[[Accounts, MemberOnRecord], Awaitable[AccountStatus]]


@click.group(help="What the desk does to an account: on hold, closed, opened again, merged.")
def command() -> None:
    pass


@command.command(help="MEMBER cannot spend until `unfreeze`; what is under way resolves.")
@member_argument
@deed_options
def freeze(member: str, deed: Deed) -> None:
    _status(member, deed, lambda a, m: a.freeze(member=m.id, frozen=True, **deed.by()))


@command.command(help="MEMBER may spend again.")
@member_argument
@deed_options
def unfreeze(member: str, deed: Deed) -> None:
    _status(member, deed, lambda a, m: a.freeze(member=m.id, frozen=False, **deed.by()))


@command.command(
    help="Close the account of MEMBER. Its points are forfeited after the programme's cooling-off"
    " time; until then `reopen` brings it back."
)
@member_argument
@deed_options
def close(member: str, deed: Deed) -> None:
    _status(
        member,
        deed,
        lambda a, m: a.close(member=m.id, **deed.by()),
        itself="central member close {member}",
    )


@command.command(help="Open the account of MEMBER again, within the cooling-off time.")
@member_argument
@deed_options
def reopen(member: str, deed: Deed) -> None:
    _status(member, deed, lambda a, m: a.reopen(member=m.id, **deed.by()))


def _status(member: str, deed: Deed, call: _Call, *, itself: str = "") -> None:
    """Args:
    itself: nothing is done to another account than was named; what to call for that one.
    """

    async def work(connection: "asyncpg.Connection[Any]") -> str:
        typed = await resolved(connection, member)
        if itself:
            found = await account_itself(connection, typed, itself)
        else:
            found = await account_of(connection, typed)
        stands = await _stands(connection, found)
        try:
            status = await call(Accounts(connection), found)
        except LedgerRefused as refused:
            if refused.code is not ErrorCode.MEMBER_UNKNOWN:
                raise
            raise click.ClickException(stands) from None
        until = ""
        if status.forfeits_at is not None:
            at = status.forfeits_at.astimezone(UTC)
            until = f"; the points are forfeited {at:%Y-%m-%d %H:%M}Z, until then `reopen`"
        return f"{named(found)}: {status.status}{until}"

    click.echo(deed.would + done(deed, work))


@command.command(
    help="All that MEMBER has goes on in the account INTO: points with their dates, vouchers,"
    " cards, codes, debt. It cannot be undone; repeating it changes nothing."
)
@member_argument
@click.option("--into", required=True, help="The account that stays; named as MEMBER is.")
@deed_options
def merge(member: str, into: str, deed: Deed) -> None:
    async def work(connection: "asyncpg.Connection[Any]") -> str:
        one, typed = await resolved(connection, member), await resolved(connection, into)
        other = await account_itself(
            connection, typed, f"central member merge {one.number} --into {{member}}"
        )
        if one.id == other.id:
            raise click.ClickException("both names mean the same account")
        went = await merged_into(connection, one)
        if went is not None and went.id != other.id:
            raise click.ClickException(f"{named(one)} was merged into {named(went)} before")
        merged = await Accounts(connection).merge(member=one.id, into=other.id, **deed.by())
        have, pending = await usable(connection, other.id)
        return (
            f"{named(one)} is {named(other)}: {_went_over(merged)}; there are now {have:,} points"
            f" to spend and {pending:,} pending"
        )

    click.echo(deed.would + done(deed, work))


async def _stands(connection: "asyncpg.Connection[Any]", member: MemberOnRecord) -> str:
    """Why an account was not put into the other state: how it stands."""
    row = await connection.fetchrow(
        "SELECT m.status, c.forfeits_at <= clock_timestamp() AS over, c.forfeits_at FROM member m"
        " LEFT JOIN account_closing c ON c.member_id = m.id WHERE m.id = $1",
        member.id,
    )
    match row["status"]:
        case "active":
            return f"{named(member)} is not closed: it is active"
        case "frozen":
            return f"{named(member)} is not closed, but on hold: `central member unfreeze`"
    if row["over"]:
        at = row["forfeits_at"].astimezone(UTC)
        return (
            f"{named(member)} is closed for good: it could be reopened until {at:%Y-%m-%d %H:%M}Z"
        )
    return f"{named(member)} is closed: `central member reopen` first"


def _went_over(merged: Merged) -> str:
    return (
        f"{merged.lots} lots with {merged.available:,} available, {merged.pending:,} pending,"
        f" {merged.held:,} held and {-merged.debt:,} of debt went over"
    )
