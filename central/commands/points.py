"""`central points adjust|award|clawback|clear`"""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import click

from central.commands.deed import Deed, deed_options, done, named, usable
from central.commands.member_named import account_of, member_argument, resolved
from central.commands.proposal_file import read_proposal
from central.commands.typed import DAY, LINE, POINTS
from central.ledger.accounts import Accounts
from central.ledger.award_desk import AwardDesk
from central.ledger.proposal import Proposal, ProposedLine
from central.ledger.refusal import LedgerRefused
from central.ledger.statement_words import EARNED
from central.members.phone import MemberOnRecord
from wire.errors import ErrorCode

_Moved = Callable[["asyncpg.Connection[Any]", MemberOnRecord], Awaitable[str]]
_approver = click.option(
    "--approver",
    default="",
    help="Staff number of a manager, for more points than one person may move.",
)


@click.group(
    help="Points that the desk gives or takes: with a reason, on record, and above a limit by two."
)
def command() -> None:
    pass


@command.command(
    help="Give MEMBER points, or take some that are free (--points -50). Debt is settled first;"
    " what is taken never becomes debt."
)
@member_argument
@click.option(
    "--points",
    type=click.IntRange(-(10**12), 10**12),
    required=True,
    help="How many; below 0 they are taken.",
)
@click.option("--type", "kind", help="Kind of points that are given.  [default: base]")
@_approver
@deed_options
def adjust(member: str, points: int, kind: str | None, approver: str, deed: Deed) -> None:
    async def work(connection: "asyncpg.Connection[Any]", found: MemberOnRecord) -> str:
        if points > 0:
            await _require_type(connection, point_type)
        await Accounts(connection).adjust(
            member=found.id,
            points=points,
            point_type=point_type,
            approver=approver.upper(),
            **deed.by(),
        )
        return f"{points:+,} points"

    point_type = "base" if kind is None else kind
    if kind is not None and points < 0:
        raise click.UsageError(
            "--type goes with points that are given: what is taken is what ends first, of any type"
        )
    if points == 0:
        raise click.UsageError("--points 0 moves nothing")
    _move(member, deed, work)


@command.command(
    help="Award MEMBER the points of a sale that no till has told of, from options or from a file:"
    ' {"reference": "S0101:1:88", "sale": "any text that tells this sale from another",'
    ' "lines": [{"points": 30, "type": "base", "source": "sale"}]}. Limits and budgets named in its'
    " lines hold."
)
@member_argument
@click.option("--points", type=POINTS, help="How many.")
@click.option("--receipt", type=LINE, help="Of the sale: store, till and number.")
@click.option("--type", "point_type", default="base", show_default=True, help="Kind of points.")
@click.option(
    "--source",
    type=click.Choice(list(EARNED)),
    default="sale",
    show_default=True,
    help="What the points are for.",
)
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The proposal as JSON, instead of the options.",
)
@click.option("--again", is_flag=True, help="Although the receipt has given MEMBER points before.")
@_approver
@deed_options
def award(
    member: str,
    points: int | None,
    receipt: str | None,
    point_type: str,
    source: str,
    path: Path | None,
    approver: str,
    deed: Deed,
    *,
    again: bool,
) -> None:
    if (path is None) == (points is None or receipt is None):
        raise click.UsageError("give either --file, or --points and --receipt")

    async def work(connection: "asyncpg.Connection[Any]", found: MemberOnRecord) -> str:
        if path is not None:
            proposal = read_proposal(path, found)
        else:
            line = ProposedLine(points or 0, point_type, source)
            proposal = Proposal(found.id, receipt or "", f"by hand: {receipt}", (line,))
        for each in proposal.lines:
            await _require_type(connection, each.type)
        given = await AwardDesk(connection).award(
            proposal, approver=approver.upper(), again=again, **deed.by()
        )
        clipped = "".join(
            f"; {line.asked:,} were asked and {line.granted:,} granted: limit {line.clipped_by}"
            for line in given.lines
            if line.clipped_by
        )
        return f"{given.points:+,} points{clipped}"

    _move(member, deed, work)


@command.command(
    help="Take back what a sale gave to MEMBER, when it was returned and no till has told of it:"
    " its own points first, then as far as the programme's policy goes. Never more than it gave."
    " What was spent counts towards tiers no more."
)
@member_argument
@click.option("--receipt", type=LINE, required=True, help="Of the sale, as its award has it.")
@click.option("--points", type=POINTS, help="Only so many; else all that is left.")
@click.option(
    "--spend-fen",
    type=POINTS,
    help="Fen of it that count towards tiers no more; else as large a part as of the points.",
)
@deed_options
def clawback(
    member: str, receipt: str, points: int | None, spend_fen: int | None, deed: Deed
) -> None:
    async def work(connection: "asyncpg.Connection[Any]", found: MemberOnRecord) -> str:
        try:
            taken = await AwardDesk(connection).clawback(
                member=found.id,
                reference=receipt,
                points=points,
                spend_fen=spend_fen,
                **deed.by(),
            )
        except LedgerRefused as refused:
            if refused.code is ErrorCode.INSUFFICIENT and points is None and spend_fen is None:
                raise click.ClickException(
                    f"nothing is left of receipt {receipt}: all that it gave {named(found)} was"
                    " taken back or waived"
                ) from None
            if refused.code is not ErrorCode.BAD_REQUEST:
                raise
            raise click.ClickException(
                f"receipt {receipt} gave {named(found)} nothing; `central ledger` shows receipts"
            ) from None
        debt = f", {taken.to_debt:,} of them as debt" if taken.to_debt else ""
        waived = f"; {taken.waived:,} are waived by policy" if taken.waived else ""
        fen = taken.spend_fen
        spend = (
            f"; ¥{fen // 100:,}.{fen % 100:02d} spent count towards tiers no more" if fen else ""
        )
        died = f"; {taken.died:,} had ended unused" if taken.died else ""
        moved = taken.from_lots + taken.to_debt
        told = f"-{moved:,} points" if moved else "no points"
        return f"{told}{debt}{waived}{died}{spend}"

    _move(member, deed, work)


@command.command(
    help="Announce that points of TYPE which are not held die with a day to come"
    " (固定时段兑换后清空), whoever has them: always by two, from tomorrow on; or take that back,"
    " until then."
)
@click.argument("point_type", metavar="TYPE")
@click.option("--last-day", type=DAY, required=True, help="On which they are good.")
@click.option("--withdraw", is_flag=True, help="It does not take place.")
@click.option("--approver", default="", help="Staff number of a manager, a second person.")
@deed_options
def clear(point_type: str, last_day: date, *, withdraw: bool, approver: str, deed: Deed) -> None:
    day = last_day

    async def work(connection: "asyncpg.Connection[Any]") -> str:
        await _require_type(connection, point_type)
        at, today, zone = await connection.fetchrow(
            "SELECT ($1::date + 1)::timestamp AT TIME ZONE timezone,"
            " (now() AT TIME ZONE timezone)::date, timezone FROM programme",
            day,
        )
        if day < today:
            raise click.ClickException(f"{day} is over: what has died stays dead")
        accounts = Accounts(connection)
        if withdraw:
            announced = await connection.fetchval(
                "SELECT true FROM point_clearing WHERE (type, clears_at) = ($1, $2)"
                " AND withdrawn_at IS NULL",
                point_type,
                at,
            )
            if not announced:
                raise click.ClickException(f"no clearing of {point_type} is announced for {day}")
            await accounts.withdraw_clearing(point_type=point_type, last_day=day, **deed.by())
            return (
                f"{point_type} points are not cleared after {day}; each lot has its own end again"
                " with the next night (`central run-night` for now)"
            )
        if day == today:
            raise click.ClickException(
                f"{day} is today ({zone}): announce a day from tomorrow on, so that there is time"
                " to take it back"
            )
        await accounts.announce_clearing(
            point_type=point_type, last_day=day, approver=approver.upper(), **deed.by()
        )
        left = await connection.fetchval(
            "SELECT coalesce(sum(remaining), 0) FROM lot WHERE type = $1 AND available_at < $2"
            " AND (expires_at IS NULL OR expires_at >= $2)",
            point_type,
            at,
        )
        return f"{point_type} points die with {day}; {left:,} of them live beyond it today"

    click.echo(deed.would + done(deed, work))


def _move(member: str, deed: Deed, work: _Moved) -> None:
    """One line: what was moved, and what the member had before and has now."""

    async def run(connection: "asyncpg.Connection[Any]") -> str:
        found = await account_of(connection, await resolved(connection, member))
        before, _ = await usable(connection, found.id)
        told = await work(connection, found)
        after, pending = await usable(connection, found.id)
        waits = f" and {pending:,} pending" if pending else ""
        return f"{named(found)}: {told}; to spend {before:,} -> {after:,}{waits}"

    click.echo(deed.would + done(deed, run))


async def _require_type(connection: "asyncpg.Connection[Any]", code: str) -> None:
    known = [row[0] for row in await connection.fetch("SELECT code FROM point_type ORDER BY code")]
    if code not in known:
        raise click.ClickException(f"there is no point type {code!r}; known: {', '.join(known)}")
