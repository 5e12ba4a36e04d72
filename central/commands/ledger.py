"""`central ledger MEMBER`"""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import click
import msgspec

from central.commands.member_named import member_argument, resolved
from central.commands.typed import DAY, SEQ
from central.database.place import data_option
from central.database.session import in_database
from central.ledger.refusal import LedgerRefused
from central.ledger.statement import LINES_MAX, Statement, StatementBook
from central.ledger.statement_page import StatementPage, masked
from central.ledger.statement_words import words
from wire.api.text import Language


@click.command(
    help="What happened to the points of MEMBER, and how they stand: a statement that the member"
    " can read. MEMBER: number, its last digits, masked name, card, or the code on their phone."
)
@member_argument
@click.option(
    "--lang",
    "language",
    type=click.Choice([language.value for language in Language]),
    default=Language.ZH_HANS.value,
    show_default=True,
    help="Language of the statement.",
)
@click.option("--from", "first", type=DAY, help="First day.")
@click.option("--to", "last", type=DAY, help="Last day, inclusive.")
@click.option("--before", type=SEQ, help="Only lines before this one: the next page.")
@click.option(
    "--limit", type=click.IntRange(1, LINES_MAX), default=50, show_default=True, help="Lines."
)
@click.option("--every-line", is_flag=True, help="Also those that change nothing for the member.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@data_option
def command(
    member: str,
    language: str,
    first: date | None,
    last: date | None,
    before: int | None,
    limit: int,
    every_line: bool,
    as_json: bool,
    data: Path,  # noqa: ARG001  # `--data` takes effect through the environment
) -> None:
    if first is not None and last is not None and last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")

    async def read(connection: "asyncpg.Connection[Any]") -> Statement:
        found = await resolved(connection, member)
        zone = ZoneInfo(await connection.fetchval("SELECT timezone FROM programme"))
        return await StatementBook(connection).read(
            found.id,
            before=before,
            limit=limit,
            since=None if first is None else _begins(first, zone),
            until=None if last is None else _begins(last + timedelta(days=1), zone),
        )

    try:
        statement = in_database(read)
    except LedgerRefused as refused:
        raise click.ClickException(f"refused: {refused.code}") from None
    if as_json:
        click.echo(_json(statement))
        return
    for line in StatementPage(
        statement, Language(language), every_line=every_line, last=last
    ).text():
        click.echo(line)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _json(statement: Statement) -> str:
    """The statement with each line's words; receipts without phone numbers."""
    told = msgspec.to_builtins(statement)
    for line, raw in zip(statement.lines, told["lines"], strict=True):
        raw["words"] = msgspec.to_builtins(words(line))
        raw["reference"] = masked(line.reference)
    for lot in told["standing"]["lots"]:
        lot["reference"] = masked(lot["reference"])
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
