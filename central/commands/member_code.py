"""`central member-code`"""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import click
from PIL import Image

from central.database.place import NamedPath, data_option
from central.database.session import in_database
from central.members.phone import MemberNotFound, find_member, fresh_code, live_signer, picture
from central.members.token_keys import TokenKeyMissing
from wire.tokens import slot_of

_LOOK_EVERY_S = 1.0
_WATCHED = "member-code.png"


@click.command(
    help="A fresh rotating code (M2) of MEMBER: a member number, its last digits, or the masked"
    " name. Good for about two minutes, once."
)
@click.argument("member")
@click.option("--png", type=click.Path(path_type=Path, dir_okay=False), help="Write the QR here.")
@click.option(
    "--watch",
    type=NamedPath(path_type=Path, file_okay=False),
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
    for at in new_slots(lambda: datetime.now(UTC), lambda: time.sleep(_LOOK_EVERY_S)):
        _write(picture(_fresh(member, data)), watch / _WATCHED)
        click.echo(f"{at:%H:%M:%S}Z a fresh code")


def new_slots(now: Callable[[], datetime], pause: Callable[[], None]) -> Iterator[datetime]:
    """The time of now, and then of the first look into each slot; for ever."""
    seen = None
    while True:
        at = now()
        if slot_of(at) != seen:
            seen = slot_of(at)
            yield at
        pause()


def _fresh(member: str, data: Path) -> str:
    async def make(connection: "asyncpg.Connection[Any]") -> str:
        found = await find_member(connection, member)
        signer = await live_signer(connection, data)
        return await fresh_code(connection, found.id, signer, datetime.now(UTC))

    try:
        return in_database(make)
    except (MemberNotFound, TokenKeyMissing) as error:
        raise click.ClickException(str(error)) from None


def _write(image: Image.Image, path: Path) -> None:
    """Whole or not at all: somebody may be looking at it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(part, format="PNG")
        part.replace(path)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None
