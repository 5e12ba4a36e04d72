"""`central rolls`"""

from pathlib import Path
from typing import Any

import asyncpg
import click

from central.database.place import data_option
from central.database.session import in_database

_ROLLS = """
SELECT d.number, d.store_id, r.serial, r.length_mm, r.loaded_at, r.removed_at, r.mm_left,
    r.printed, r.issued, r.seconds,
    coalesce(s.staff_no, r.staff_ref) AS loaded_by,
    array(SELECT jsonb_array_elements_text(r.review)) AS review,
    (d.heartbeat ->> 'paper_mm_left')::bigint AS mm_left_now,
    p.at AS low_since
FROM roll r
JOIN device d ON d.id = r.device_id
LEFT JOIN staff s ON s.ref = r.staff_id
LEFT JOIN LATERAL (
    SELECT at FROM (
        SELECT type, at FROM device_event
        WHERE device_id = r.device_id AND type IN ('paper_low', 'paper_ok')
        ORDER BY seq DESC LIMIT 1
    ) AS last WHERE type = 'paper_low' AND at >= r.loaded_at
) AS p ON r.removed_at IS NULL
WHERE ($1::text IS NULL OR d.store_id = $1) AND ($2 OR r.removed_at IS NULL OR r.review <> '[]')
ORDER BY d.number, r.loaded_at DESC
"""


@click.command(
    help="Rolls of paper: the one that is in each kiosk, and whatever is for review; with --all"
    " every one that ever was."
)
@click.option("--store", help="Only there.")
@click.option("--all", "everything", is_flag=True, help="Also those that are used up.")
@data_option
def command(store: str | None, everything: bool, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def fetch(connection: "asyncpg.Connection[Any]") -> list[Any]:
        return list(await connection.fetch(_ROLLS, store, everything))

    rows = in_database(fetch)
    if not rows:
        click.echo("no kiosk has told of a roll yet")
    for row in rows:
        click.echo(_line(row))


def _line(row: Any) -> str:
    told = [
        f"{row['number']:6}{row['store_id']:8}{row['serial']:16}{_metres(row['length_mm']):>8}",
        f"loaded {row['loaded_at']:%Y-%m-%d %H:%M}Z by {row['loaded_by']}",
    ]
    if row["seconds"] is not None:
        told.append(f"in {row['seconds']} s")
    if row["removed_at"] is None:
        told.append("in, " + _left(row["mm_left_now"]))
        if row["low_since"] is not None:
            told.append(f"LOW since {row['low_since']:%Y-%m-%d %H:%M}Z")
    else:
        told.append(f"out {row['removed_at']:%Y-%m-%d %H:%M}Z, " + _left(row["mm_left"]))
        if row["printed"] is not None:
            told.append(f"printed {row['printed']}, issued {row['issued']}")
    if row["review"]:
        told.append("REVIEW: " + ", ".join(row["review"]))
    return "  ".join(told)


def _left(mm: int | None) -> str:
    return "left unknown" if mm is None else f"{_metres(mm)} left"


def _metres(mm: int) -> str:
    return f"{mm / 1000:.1f} m"
