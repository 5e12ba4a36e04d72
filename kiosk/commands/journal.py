"""`kiosk journal list|rolls|staff|verify`: what this kiosk has written down."""

import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
import msgspec

from kiosk.commands.configured import with_config
from kiosk.commands.roll_table import roll_lines
from kiosk.config import KioskConfig
from kiosk.journal import chain
from kiosk.journal import rolls as roll_table
from kiosk.journal.database import latest_schema
from kiosk.journal.entry import SELECT_ENTRY, Entry, entry_of
from kiosk.journal.row import JournalRow

_BY = re.compile(r"by [0-9a-f]{12}, ")


@click.group(name="journal", help="List or verify this kiosk's journal (reads only).")
def command() -> None:
    pass


@command.command(name="list", help="Every redemption and where it stands, oldest first.")
@click.option("--rows", is_flag=True, help="Every row of the hash chain instead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_config
def list_(config: KioskConfig, *, rows: bool, as_json: bool) -> None:
    with _reading(config.journal_path) as connection:
        found: list[Entry] | list[JournalRow]
        if rows:
            found = [row for row, _, _ in chain.rows(connection)]
        else:
            found = [entry_of(row) for row in connection.execute(SELECT_ENTRY + " ORDER BY id")]
    for one in found:
        if as_json:
            click.echo(msgspec.json.encode(one))
        else:
            click.echo(_line(one))
    if not found and not as_json:
        click.echo("no redemptions yet")


def _line(one: Entry | JournalRow) -> str:
    if isinstance(one, JournalRow):
        return f"{one.seq:6}  {one.wall[:19]}  {one.subject:36}  {one.state:15}  {one.reason}"
    points = "" if one.points is None else f"{one.points:,}"
    tail = f"...{one.tail}" if one.tail else ""
    number = f"#{one.device_seq}" if one.device_seq is not None else "elsewhere"
    copies = f"  reprinted {one.copy}x" if one.copy else ""
    begun = one.begun_at.isoformat(sep=" ", timespec="seconds")[:19]
    return f"{begun}  {number:>10}  {one.id}  {one.state:15}  {points:>9}  {tail:7}{copies}"


@command.command(help="Every roll, what was taken from it, and printed beside issued.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_config
def rolls(config: KioskConfig, *, as_json: bool) -> None:
    with _reading(config.journal_path) as connection:
        tallies = roll_table.tallies(connection)
        refusals = roll_table.refusals(connection)
        waiting = roll_table.calls_waiting(connection)
    if as_json:
        for tally in tallies:
            click.echo(msgspec.json.encode(tally))
        return
    for line in roll_lines(tallies, refusals, waiting):
        click.echo(line)


@command.command(help="What staff did here, oldest first: rolls, slips, reprints, points back.")
@click.option("--ref", default="", help="Only this person: 12 hexadecimal digits.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_config
def staff(config: KioskConfig, ref: str, *, as_json: bool) -> None:
    with _reading(config.journal_path) as connection:
        found = [row for row, _, _ in chain.rows(connection) if _BY.search(row.reason)]
    for row in found:
        if not ref or f"by {ref}," in row.reason:
            click.echo(msgspec.json.encode(row) if as_json else _line(row))
    if not found and not as_json:
        click.echo("no staff yet")


@command.command(help="Follow the hash chain; exit 1 and tell the first bad row if it is broken.")
@with_config
def verify(config: KioskConfig) -> None:
    with _reading(config.journal_path) as connection:
        verdict = chain.verify(connection)
    if verdict.ok:
        click.echo(f"{config.journal_path}: {verdict.rows} rows, the chain is whole")
        return
    click.echo(
        f"{config.journal_path}: row {verdict.bad_seq} {verdict.why};"
        f" {verdict.rows} rows before it are good",
        err=True,
    )
    sys.exit(1)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The journal, read only, beside a running kiosk."""
    if not path.exists():
        click.echo(f"kiosk: there is no journal at {path}; the kiosk has never run here", err=True)
        sys.exit(os.EX_NOINPUT)
    try:
        with closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            _need_this_schema(connection, path)
            yield connection
    except (sqlite3.Error, ValueError, TypeError) as error:
        click.echo(f"kiosk: {path} is damaged or cannot be read: {error}", err=True)
        sys.exit(1)


def _need_this_schema(connection: sqlite3.Connection, path: Path) -> None:
    """An older journal becomes a newer one when the kiosk starts, never by being read."""
    schema = connection.execute("PRAGMA user_version").fetchone()[0]
    if schema < latest_schema():
        click.echo(
            f"kiosk: {path} was written by an older version of this program (schema {schema});"
            " start the kiosk once, then ask again",
            err=True,
        )
        sys.exit(os.EX_UNAVAILABLE)
