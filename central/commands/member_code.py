"""`central member-code`"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import click
from PIL import Image

from central.database.place import data_option
from central.database.session import in_database
from central.members import token_keys
from central.members.phone import MemberNotFound, find_member, fresh_code, picture
from wire.tokens import SLOT_S

_LOOK_EVERY_S = 1.0


@click.command(
    help="A fresh rotating code (M2) of MEMBER: a member number, its last digits, or the masked"
    " name. Good for about two minutes, once."
)
@click.argument("member")
@click.option("--png", type=click.Path(path_type=Path, dir_okay=False), help="Write the QR here.")
@click.option(
    "--watch",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep DIR/member-code.png fresh, minute by minute, until stopped.",
)
@data_option
def command(member: str, png: Path | None, watch: Path | None, data: Path) -> None:
    if watch is None:
        text = _fresh(member, data)
        if png is not None:
            _write(picture(text), png)
        click.echo(text)
        return
    watch.mkdir(parents=True, exist_ok=True)
    slot = -1
    while True:
        now = int(time.time() // SLOT_S)
        if now != slot:
            slot = now
            _write(picture(_fresh(member, data)), watch / "member-code.png")
            click.echo(f"{datetime.now(UTC):%H:%M:%S}Z a fresh code")
        time.sleep(_LOOK_EVERY_S)


def _fresh(member: str, data: Path) -> str:
    async def make(connection: "asyncpg.Connection[Any]") -> str:
        kid = await connection.fetchval("SELECT max(kid) FROM token_key WHERE retired_at IS NULL")
        found = await find_member(connection, member)
        signer = (kid, token_keys.load(data, kid))
        return await fresh_code(connection, found.id, signer, datetime.now(UTC))

    try:
        return in_database(make)
    except (MemberNotFound, token_keys.TokenKeyMissing) as error:
        raise click.ClickException(str(error)) from None


def _write(image: Image.Image, path: Path) -> None:
    """Whole or not at all: somebody may be looking at it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    image.save(part, format="PNG")
    part.replace(path)
