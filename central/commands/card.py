"""`central card`"""

from pathlib import Path
from typing import Any

import asyncpg
import click
import msgspec

from central.database.place import data_option
from central.database.session import in_database
from central.members import card_art, token_keys
from central.members.phone import MemberNotFound, card_text, find_member
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
    async def draw(connection: "asyncpg.Connection[Any]") -> None:
        kid = await connection.fetchval("SELECT max(kid) FROM token_key WHERE retired_at IS NULL")
        found = await find_member(connection, member)
        text = await card_text(connection, found.id, (kid, token_keys.load(data, kid)))
        brand = await connection.fetchval("SELECT name FROM programme")
        tier = await connection.fetchval(
            "SELECT t.name FROM member m JOIN tier t ON t.id = m.tier_id WHERE m.id = $1", found.id
        )
        face = card_art.draw(text, _zh(brand), found.number, _zh(tier))
        card_art.save(face, png)

    try:
        in_database(draw)
    except (MemberNotFound, token_keys.TokenKeyMissing, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(str(png))


def _zh(text_json: str) -> str:
    return msgspec.json.decode(text_json, type=Text).zh_hans
