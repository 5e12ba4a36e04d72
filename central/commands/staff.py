"""`central staff add`, `change`, `badge`, `pin`, `list`, `leave`, `return` and `hours`"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import click
import msgspec

from central.commands.staff_hours import hours
from central.database.place import data_option
from central.database.session import in_database
from central.members.card_art import FontMissing
from central.members.phone import live_signer
from central.members.token_keys import TokenKeyMissing
from central.staff import badge_art, people, pins
from central.staff.people import StaffOnRecord, StaffRefused
from wire.api.staff import PIN_DIGITS, StaffRole
from wire.api.text import Text

T = TypeVar("T")
Work = Callable[["asyncpg.Connection[Any]"], Awaitable[T]]

_LIST = """
SELECT s.staff_no, s.display, s.role, s.active, s.badge_version, s.badge_last_day,
    s.pin_hash IS NOT NULL AS has_pin, s.pin_blocked_at,
    (SELECT number FROM device WHERE id = s.pin_blocked_device_id) AS blocked_where,
    array(
        SELECT d.number || ' until ' || to_char(
            (array_agg(t.at ORDER BY t.at DESC))[10] AT TIME ZONE 'UTC' + interval '24 hours',
            'YYYY-MM-DD HH24:MI"Z"')
        FROM staff_try t JOIN device d ON d.id = t.device_id
        WHERE t.staff_id = s.ref AND t.at > now() - interval '24 hours'
        GROUP BY d.number HAVING count(*) >= 10 ORDER BY d.number
    ) AS locked_where,
    CASE WHEN s.every_store THEN 'every store'
        ELSE coalesce(string_agg(w.store_id, ' ' ORDER BY w.store_id), '-') END AS stores
FROM staff s LEFT JOIN staff_store w ON w.staff_id = s.ref
WHERE $1::text IS NULL OR s.every_store OR EXISTS (
    SELECT FROM staff_store x WHERE x.staff_id = s.ref AND x.store_id = $1)
GROUP BY s.ref ORDER BY s.staff_no
"""

_who = click.argument("staff_no")
_where = click.option(
    "--store", "stores", multiple=True, help="Where they work; may be given twice."
)
_everywhere = click.option("--every-store", is_flag=True, help="They work in every store.")


def _done(work: "Work[T]") -> T:
    try:
        return in_database(work)
    except (StaffRefused, TokenKeyMissing) as error:
        raise click.ClickException(str(error)) from None


@click.group(help="People who may open a kiosk: their badges, PINs and hours.")
def command() -> None:
    pass


@command.command(
    help="Somebody new. Of NAME only the first character is kept. STAFF_NO: the chain's own number."
)
@_who
@click.option("--name", required=True, help="Kept masked only: 李小红 becomes 李**.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in StaffRole]),
    default=StaffRole.CLERK.value,
    show_default=True,
    help="it: paper, diagnostics and hours; neither reprints nor points.",
)
@_where
@_everywhere
@data_option
def add(
    staff_no: str,
    name: str,
    role: str,
    stores: tuple[str, ...],
    every_store: bool,
    data: Path,  # noqa: ARG001  # `--data` takes effect through the environment
) -> None:
    if every_store == bool(stores):
        raise click.UsageError("give either --store or --every-store")
    added = _done(lambda c: people.add(c, staff_no, name, StaffRole(role), stores))
    click.echo(f"{added.staff_no} ({added.display}, {added.role}) is on record")
    click.echo(
        f"next: `central staff badge {added.staff_no}`, `central staff pin {added.staff_no}`",
        err=True,
    )


@command.command(
    help="STAFF_NO works elsewhere or as something else. With another role they need a new badge."
)
@_who
@click.option("--role", type=click.Choice([role.value for role in StaffRole]))
@_where
@_everywhere
@data_option
def change(
    staff_no: str,
    role: str | None,
    stores: tuple[str, ...],
    every_store: bool,
    data: Path,  # noqa: ARG001  # `--data` takes effect through the environment
) -> None:
    if every_store and stores:
        raise click.UsageError("give either --store or --every-store")
    if not (role or stores or every_store):
        raise click.UsageError("nothing to change: --role, --store or --every-store")

    async def work(connection: "asyncpg.Connection[Any]") -> tuple[StaffOnRecord, bool]:
        before = await people.find(connection, staff_no)
        async with connection.transaction():
            if stores or every_store:
                await people.move(connection, before, stores)
            if role is not None:
                await people.set_role(connection, before, StaffRole(role))
        after = await people.find(connection, staff_no)
        return after, after.role is not before.role and after.badge_version > 0

    person, badge_is_old = _done(work)
    click.echo(f"{person.staff_no} ({person.display}, {person.role}) is changed")
    if badge_is_old:
        click.echo(
            f"their badge is worthless now: `central staff badge {person.staff_no} --replace`",
            err=True,
        )


@command.command(
    help="The badge of STAFF_NO: its text (S1) on standard output, and a card to print. Made the"
    " first time; after that the same one again, unless --replace makes every older one worthless."
)
@_who
@click.option(
    "--png",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the card here: 54 x 85.6 mm at 300 dpi.",
)
@click.option(
    "--svg", type=click.Path(path_type=Path, dir_okay=False), help="Draw the card here, as SVG."
)
@click.option(
    "--days",
    type=click.IntRange(1, people.BADGE_DAYS_MAX),
    default=people.BADGE_DAYS,
    show_default=True,
    help="That a new badge is good for.",
)
@click.option("--replace", is_flag=True, help="It was lost: a new one, the old one is worthless.")
@data_option
def badge(
    staff_no: str, png: Path | None, svg: Path | None, days: int, replace: bool, data: Path
) -> None:
    async def make(connection: "asyncpg.Connection[Any]") -> tuple[StaffOnRecord, str, str]:
        signer = await live_signer(connection, data)  # first: without it no version is used up
        person = await people.badge(
            connection,
            await people.find(connection, staff_no),
            datetime.now(UTC),
            days=days,
            replace=replace,
        )
        brand = await connection.fetchval("SELECT name FROM programme")
        return person, people.badge_text(person, signer), brand

    person, text, brand = _done(make)
    click.echo(text)
    if person.badge_last_day is None:
        raise click.ClickException(f"{person.staff_no} has no badge")
    face = badge_art.BadgeFace(
        text,
        msgspec.json.decode(brand, type=Text).zh_hans,
        person.staff_no,
        person.display,
        person.role,
        person.badge_last_day,
    )
    for path, draw in ((png, badge_art.png), (svg, badge_art.svg)):
        if path is not None:
            _draw(draw, face, path)
    click.echo(
        f"badge {person.badge_version} of {person.staff_no} ({person.display}), good through"
        f" {person.badge_last_day}",
        err=True,
    )


def _draw(
    draw: Callable[[badge_art.BadgeFace, Path], None], face: badge_art.BadgeFace, path: Path
) -> None:
    try:
        draw(face, path)
    except OSError as error:
        raise click.ClickException(f"cannot write {path}: {error.strerror}") from None
    except FontMissing as error:
        raise click.ClickException(str(error)) from None
    click.echo(str(path), err=True)


@command.command(
    help=f"Set the PIN of STAFF_NO ({PIN_DIGITS} digits): asked for twice, not shown. It ends every"
    " lock that wrong PINs have made."
)
@_who
@click.option("--generate", is_flag=True, help="Make one up and print it, to be handed over.")
@data_option
def pin(staff_no: str, generate: bool, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    person = _done(lambda c: people.find(c, staff_no))
    chosen = pins.generated() if generate else _asked(person)
    hashed = pins.PinVerifier().hash(chosen)
    _done(lambda c: people.set_pin(c, person.ref, hashed))
    if generate:
        click.echo(chosen)
    click.echo(f"{person.staff_no} ({person.display}) has a new PIN", err=True)


def _asked(person: StaffOnRecord) -> str:
    typed: str = click.prompt(
        f"PIN of {person.staff_no} ({person.display})",
        hide_input=True,
        confirmation_prompt="once more",
        err=True,
    )
    try:
        pins.require_hard(typed)
    except pins.PinTooEasy as error:
        raise click.ClickException(str(error)) from None
    return typed


@command.command("list", help="One line each.")
@click.option("--store", help="Only who works there.")
@data_option
def list_staff(store: str | None, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    async def fetch(connection: "asyncpg.Connection[Any]") -> list[Any]:
        return list(await connection.fetch(_LIST, store))

    rows = _done(fetch)
    if not rows:
        click.echo("nobody is on record; `central staff add` adds somebody")
    for row in rows:
        click.echo(_line(row))


def _line(row: Any) -> str:
    made = f"badge {row['badge_version']} to {row['badge_last_day']}"
    badge_told = made if row["badge_version"] else "no badge"
    told = badge_told if row["active"] else "has left"
    name = row["display"] + " " * max(10 - _columns(row["display"]), 1)
    return f"{row['staff_no']:10}{name}{row['role']:9}{row['stores']:14} {told:24}{_pin(row)}"


def _pin(row: Any) -> str:
    if row["pin_blocked_at"]:
        where = f" at {row['blocked_where']}" if row["blocked_where"] else ""
        return f"PIN blocked since {row['pin_blocked_at']:%Y-%m-%d %H:%M}Z{where}"
    told = "PIN set" if row["has_pin"] else "no PIN"
    return ", ".join([told, *(f"locked at {where}" for where in row["locked_where"])])


def _columns(text: str) -> int:
    """On a terminal: an ideograph takes two."""
    return sum(1 if char.isascii() else 2 for char in text)


@command.command(help="STAFF_NO works here no longer: badge, PIN and log-ins are dead at once.")
@_who
@data_option
def leave(staff_no: str, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    click.echo(f"{_set_active(staff_no, active=False)} has left")


@command.command("return", help="STAFF_NO works here again, with the badge and PIN of before.")
@_who
@data_option
def come_back(staff_no: str, data: Path) -> None:  # noqa: ARG001  # `--data` takes effect through the environment
    click.echo(f"{_set_active(staff_no, active=True)} works here again")


def _set_active(staff_no: str, *, active: bool) -> str:
    async def work(connection: "asyncpg.Connection[Any]") -> str:
        person = await people.find(connection, staff_no)
        await people.set_active(connection, person, active=active)
        return f"{person.staff_no} ({person.display})"

    return _done(work)


command.add_command(hours)
