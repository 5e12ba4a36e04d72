"""`central device list` and `central device revoke`"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import click

from central.database.place import data_option
from central.database.session import in_database

_LIST = """
SELECT d.id, d.number, d.role, d.store_id, d.revoked_at, d.heartbeat_at, d.paused,
    (d.heartbeat ->> 'paper_mm_left')::bigint AS paper_mm_left,
    coalesce((
        SELECT type = 'paper_low' FROM device_event e
        WHERE e.device_id = d.id AND e.type IN ('paper_low', 'paper_ok')
        ORDER BY e.seq DESC LIMIT 1), false) AS paper_low
FROM device d ORDER BY d.number
"""


@click.group(help="List or revoke the kiosks and tills that are enrolled.")
def command() -> None:
    pass


@command.command("list", help="One line per device.")
@data_option
def list_devices(data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def fetch(connection: "asyncpg.Connection[Any]") -> list[Any]:
        return list(await connection.fetch(_LIST))

    rows = in_database(fetch)
    if not rows:
        click.echo("no device is enrolled yet; `central enrol-code STORE` issues a code")
    for row in rows:
        seen = f"{row['heartbeat_at']:%Y-%m-%d %H:%M}Z" if row["heartbeat_at"] else "never"
        state = "revoked" if row["revoked_at"] else "paused" if row["paused"] else "active"
        line = f"{row['number']:6}{row['role']:7}{row['store_id']:8}{state:9}"
        click.echo(f"{line}heard {seen:18}{_paper(row):14}{row['id']}")


def _paper(row: Any) -> str:
    """What a kiosk says of its paper; nothing of a till."""
    metres = "" if row["paper_mm_left"] is None else f"{row['paper_mm_left'] / 1000:.1f} m"
    return " ".join(filter(None, [metres, "LOW" if row["paper_low"] else ""]))


@command.command(help="Refuse a device from now on (within 2 s). DEVICE: its number or id.")
@click.argument("device")
@data_option
def revoke(device: str, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def set_revoked(connection: "asyncpg.Connection[Any]") -> str | None:
        number: str | None = await connection.fetchval(
            "UPDATE device SET revoked_at = coalesce(revoked_at, $2)"
            " WHERE number = $1 OR id = $3 RETURNING number",
            device.upper(),
            datetime.now(UTC),
            _uuid(device),
        )
        return number

    number = in_database(set_revoked)
    if number is None:
        raise click.ClickException(f"there is no device {device!r}; see `central device list`")
    click.echo(f"{number} is revoked; a new code and a new key pair enrol it again")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
