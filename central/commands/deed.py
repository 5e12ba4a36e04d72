"""What every deed of the desk has: who, why, a key, a preview, and its refusals in plain words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict, TypeVar
from uuid import UUID

import asyncpg
import click

from central.api.problem import TITLES
from central.commands.typed import LINE
from central.database.place import data_option
from central.database.session import in_database
from central.ledger.refusal import LedgerRefused
from central.members.phone import MemberOnRecord
from central.staff import people
from central.staff.people import StaffRefused
from wire.api.staff import StaffRole
from wire.errors import ErrorCode
from wire.ids import new_id

T = TypeVar("T")
Command = Callable[..., None]


class By(TypedDict):
    operator: str
    reason: str
    key: str


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something by hand, and why."""

    operator: str
    reason: str
    key: str
    dry_run: bool

    def by(self) -> By:
        """As the faces of the ledger take it."""
        return By(operator=self.operator, reason=self.reason, key=self.key)

    @property
    def would(self) -> str:
        return "would be: " if self.dry_run else ""


def deed_options(command: Command) -> Command:
    """Gives a click command --operator, --reason, --key, --dry-run and --data; it takes `deed`.

    The innermost of its decorators.
    """

    def call(
        *args: Any,
        operator: str,
        reason: str,
        key: str | None,
        dry_run: bool,
        data: Path,  # noqa: ARG001  # `--data` takes effect through the environment
        **more: Any,
    ) -> None:
        deed = Deed(operator.upper(), reason, key or str(new_id()), dry_run)
        command(*args, deed=deed, **more)

    call.__name__ = command.__name__
    options: tuple[Callable[[Command], Command], ...] = (
        click.option(
            "--operator", type=LINE, required=True, help="Your staff number; it stays on record."
        ),
        click.option("--reason", type=LINE, required=True, help="Why; it stays on record."),
        click.option(
            "--key", type=LINE, help="Of a call whose answer was lost: it is not done twice."
        ),
        click.option("--dry-run", is_flag=True, help="Tell what it would do, and do nothing."),
        data_option,
    )
    made: Command = call
    for option in reversed(options):
        made = option(made)
    return made


def done(deed: Deed, work: "Callable[[asyncpg.Connection[Any]], Awaitable[T]]") -> T:
    """What the work answered; with --dry-run all that it did is rolled back. A refusal, an operator
    who is nobody of the chain's: the command ends with one line.
    """

    async def run(connection: "asyncpg.Connection[Any]") -> T:
        await _require(connection, deed.operator)
        if not deed.dry_run:
            return await work(connection)
        preview = connection.transaction()
        await preview.start()
        try:
            return await work(connection)
        finally:
            await preview.rollback()

    if not deed.dry_run:
        click.echo(f"key {deed.key} (with --key it is not done twice)", err=True)
    try:
        return in_database(run)
    except LedgerRefused as refused:
        raise click.ClickException(why(refused)) from None
    except StaffRefused as refused_person:
        raise click.ClickException(str(refused_person)) from None


async def _require(connection: "asyncpg.Connection[Any]", operator: str) -> None:
    person = await people.find(connection, operator)
    if not person.active:
        raise StaffRefused(f"{person.staff_no} has left the chain")
    if person.role is StaffRole.IT:
        raise StaffRefused(f"{person.staff_no} is of it, who touch no points")


def why(refused: LedgerRefused) -> str:
    """One line: what is wrong, and what can be done."""
    facts, code = refused.facts, refused.code
    match code:
        case ErrorCode.APPROVAL_NEEDED if not facts["need"]:
            return "this takes a second person: name a manager with --approver"
        case ErrorCode.APPROVAL_NEEDED:
            return (
                f"one person may move at most {facts['need']:,} points by hand, for one member in a"
                " day: name a manager with --approver"
            )
        case ErrorCode.STAFF_SAME_PERSON:
            return "--approver is a second person, and not the operator"
        case ErrorCode.STAFF_ROLE:
            return "--approver must be the staff number of a manager who is with the chain"
        case ErrorCode.INSUFFICIENT if facts.get("limit") == "spend_fen":
            return f"only {facts['have']:,} fen of that sale count, {facts['need']:,} were asked"
        case ErrorCode.INSUFFICIENT:
            return f"there are only {facts['have']:,} points to take, {facts['need']:,} were asked"
        case ErrorCode.RECEIPT_AWARDED:
            at = datetime.fromisoformat(str(facts["at"]))
            return (
                f"this receipt gave {facts['have']:,} points to …{facts['account']} already, on"
                f" {at:%Y-%m-%d %H:%M}Z: give --again if it is to give this account more; take it"
                " back first (`central points clawback`) if it went to the wrong one"
            )
        case ErrorCode.MEMBER_UNKNOWN:
            return "this account is closed, or the time in which that could be done is over"
        case ErrorCode.MEMBER_FROZEN:
            return "an account that is on hold cannot do that: `central member unfreeze` first"
        case ErrorCode.REDEMPTION_STATE:
            return f"its voucher is {facts['state']}, which does not allow this"
        case ErrorCode.WINDOW_CLOSED if "limit" in facts:
            until = datetime.fromisoformat(str(facts["until"]))
            return (
                f"points of type {facts['limit']} have ended on {until:%Y-%m-%d %H:%M}Z, all of"
                " them: set another day for that type (point_type.expiry_on), or name another type"
            )
        case ErrorCode.WINDOW_CLOSED if "until" in facts:
            until = datetime.fromisoformat(str(facts["until"]))
            return (
                f"vouchers can be voided for some days only: this one until {until:%Y-%m-%d %H:%M}Z"
            )
        case ErrorCode.IDEMPOTENCY_MISMATCH:
            return "this --key was used for something else: leave it out to do a new thing"
        case ErrorCode.IDEMPOTENCY_RUNNING:
            return "the first call with this --key is still running: try again in a moment"
        case _:
            return f"refused: {TITLES[code]} ({code})"


_USABLE = """
SELECT b.available + b.debt - coalesce((
    SELECT sum(remaining - held) FROM lot
    WHERE member_id = b.member_id AND state = 'active' AND remaining > held
        AND expires_at <= clock_timestamp()
), 0)::bigint, b.pending
FROM balance b WHERE b.member_id = $1
"""


async def usable(connection: "asyncpg.Connection[Any]", member: UUID) -> tuple[int, int]:
    """Points that a member has to spend (less debt), and that are pending. What has died counts
    no more, though a night may not have written it down yet.
    """
    row = await connection.fetchrow(_USABLE, member)
    return int(row[0]), int(row[1])


def named(member: MemberOnRecord) -> str:
    """As it is told: masked name, last digits."""
    return f"{member.display} …{member.number[-4:]}"
