"""`central staff hours`"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import click

from central.commands.typed import DAY
from central.database.place import data_option
from central.database.session import in_database

_ENTRIES = """
SELECT s.staff_no, s.display, e.store_id, e.review, e.started_at, e.ended_at
FROM time_entry e JOIN staff s ON s.ref = e.staff_id
WHERE e.started_at >= $1 AND e.started_at < $2 AND ($3::text IS NULL OR e.store_id = $3)
ORDER BY s.staff_no, e.started_at
"""


@click.command(help="Who was at work when: entries that began in these days, and their sums.")
@click.option("--from", "first", type=DAY, help="First day; without it the first of this month.")
@click.option("--to", "last", type=DAY, help="Last day, included; without it today.")
@click.option("--store", help="Only what was clocked in there.")
@data_option
def hours(first: date | None, last: date | None, store: str | None, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def fetch(connection: "asyncpg.Connection[Any]") -> tuple[ZoneInfo, list[Any]]:
        name = await connection.fetchval("SELECT timezone FROM programme")
        if name is None:
            raise click.ClickException("the programme is not set up yet")
        zone = ZoneInfo(name)
        begins, ends = _days(zone, first, last)
        return zone, list(await connection.fetch(_ENTRIES, begins, ends, store))

    zone, rows = in_database(fetch)
    if not rows:
        click.echo("nobody has clocked in then")
    for row in rows:
        click.echo(_line(row, zone))
    for line in _sums(rows):
        click.echo(line)


def _days(zone: ZoneInfo, first: date | None, last: date | None) -> tuple[datetime, datetime]:
    """From the first midnight to the one after the last day."""
    today = datetime.now(UTC).astimezone(zone).date()
    begins = first or today.replace(day=1)
    ends = last or max(today, begins)
    if ends < begins:
        raise click.BadParameter(f"{ends} is before {begins}", param_hint="--to")
    return _midnight(begins, zone), _midnight(ends + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _minutes(row: Any) -> int:
    return int((row["ended_at"] - row["started_at"]).total_seconds()) // 60


def _counts(row: Any) -> bool:
    return row["ended_at"] is not None and not row["review"]


def _line(row: Any, zone: ZoneInfo) -> str:
    began = row["started_at"].astimezone(zone)
    if row["ended_at"] is None:
        told = f"{began:%H:%M}-       at work"
    else:
        ended = row["ended_at"].astimezone(zone)
        days = (ended.date() - began.date()).days
        until = f"{ended:%H:%M}" + (f" +{days}d" if days else "")
        told = f"{began:%H:%M}-{until:9}{_clock(_minutes(row))}"
        told += "  for review: over 16 hours, not counted" if row["review"] else ""
    return f"{row['staff_no']:10}{row['display']}  {row['store_id']:8}{began:%Y-%m-%d}  {told}"


def _sums(rows: list[Any]) -> list[str]:
    told = []
    for staff_no in dict.fromkeys(row["staff_no"] for row in rows):
        mine = [row for row in rows if row["staff_no"] == staff_no]
        minutes = sum(_minutes(row) for row in mine if _counts(row))
        odd = sum(row["review"] for row in mine)
        told.append(
            f"{staff_no}: {_clock(minutes)} in {sum(map(_counts, mine))} entries"
            + (f", {odd} for review" if odd else "")
        )
    return told


def _clock(minutes: int) -> str:
    """7:30, or 152:05 of a month."""
    return f"{minutes // 60}:{minutes % 60:02d}"
