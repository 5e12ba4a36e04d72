"""`central enrol-code`"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import click

from central.database.place import data_option
from central.database.session import in_database
from central.devices.enrolment import TYPED_GOOD_FOR, issue_code
from wire.api.devices import Role


@click.command(help="Issue a code for one device of STORE: 8 characters, 15 minutes, one use.")
@click.argument("store")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.KIOSK.value,
    show_default=True,
)
@data_option
def command(store: str, role: str, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def issue(connection: "asyncpg.Connection[Any]") -> str:
        try:
            return await issue_code(connection, store, Role(role), datetime.now(UTC))
        except asyncpg.ForeignKeyViolationError:
            stores = await connection.fetch("SELECT id FROM store ORDER BY id")
            known = ", ".join(row["id"] for row in stores) or "none yet"
            raise click.ClickException(f"there is no store {store!r}; known: {known}") from None

    click.echo(in_database(issue))
    minutes = int(TYPED_GOOD_FOR.total_seconds() // 60)
    how = {
        Role.KIOSK: "on the kiosk, run `kiosk enrol CODE`",
        Role.TILL: "the till sends it with its public key to POST /v1/devices/enrol",
    }
    click.echo(f"good for {minutes} minutes: {how[Role(role)]}", err=True)
