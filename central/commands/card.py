"""`central card`"""

from pathlib import Path
from typing import Any

import asyncpg
import click
import msgspec
from PIL import Image

from central.database.place import data_option
from central.database.session import in_database
from central.members import card_art
from central.members.phone import MemberNotFound, card_text, find_member, live_signer
from central.members.token_keys import TokenKeyMissing
from wire.api.text import Text


@click.command(help="The card of MEMBER (number, last digits or masked name) as a picture.")
@click.argument("member")
@click.option(
    "--png",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("card.png"),
    show_default=True,
    help="Where to write it: 85.6 x 54 mm at 300 dpi.",
)
@data_option
def command(member: str, png: Path, data: Path) -> None:
    async def draw(connection: "asyncpg.Connection[Any]") -> Image.Image:
        found = await find_member(connection, member)
        text = await card_text(connection, found.id, await live_signer(connection, data))
        brand = await connection.fetchval("SELECT name FROM programme")
        tier = await connection.fetchval(
            "SELECT t.name FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.id = $1", found.id
        )
        return card_art.draw(text, _zh(brand), found.number, _zh(tier))

    try:
        face = in_database(draw)
    except (MemberNotFound, TokenKeyMissing, card_art.FontMissing) as error:
        raise click.ClickException(str(error)) from None
    try:
        card_art.save(face, png)
    except OSError as error:
        raise click.ClickException(f"cannot write {png}: {error.strerror}") from None
    click.echo(str(png))


def _zh(text_json: str) -> str:
    return msgspec.json.decode(text_json, type=Text).zh_hans
