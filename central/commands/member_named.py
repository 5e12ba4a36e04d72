"""The argument MEMBER of the desk's commands."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import click

from central.members.naming import member_named
from central.members.phone import MemberNotFound, MemberOnRecord

_INTO = """
SELECT i.id, i.number, i.display FROM member m JOIN member i ON i.id = m.merged_into_id
WHERE m.id = $1 AND m.status = 'merged'
"""
member_argument = click.argument("member")


async def resolved(connection: "asyncpg.Connection[Any]", typed: str) -> MemberOnRecord:
    """The one member that is meant; else the command ends with one line."""
    try:
        return await member_named(connection, typed)
    except MemberNotFound as error:
        raise click.ClickException(str(error)) from None


async def account_of(
    connection: "asyncpg.Connection[Any]", member: MemberOnRecord
) -> MemberOnRecord:
    """The account that the member's points are in now; another one than was named is told."""
    now = await merged_into(connection, member)
    if now is None:
        return member
    click.echo(f"{_merged(member, now)}", err=True)
    return now


async def account_itself(
    connection: "asyncpg.Connection[Any]", member: MemberOnRecord, deed: str
) -> MemberOnRecord:
    """For what must not be done to another account than was named; such a command ends.

    Args:
        deed: what would have to be asked for instead, with the member left out.
    """
    now = await merged_into(connection, member)
    if now is not None:
        raise click.ClickException(
            f"{_merged(member, now)}; if that one is meant, `{deed.format(member=now.number)}`"
        )
    return member


async def merged_into(
    connection: "asyncpg.Connection[Any]", member: MemberOnRecord
) -> MemberOnRecord | None:
    """Where a member's points are now, after however many merges; None: in their own account."""
    now = None
    while row := await connection.fetchrow(_INTO, now.id if now else member.id):
        now = MemberOnRecord(UUID(int=row["id"].int), row["number"], row["display"])
    return now


def _merged(member: MemberOnRecord, now: MemberOnRecord) -> str:
    return f"…{member.number[-4:]} was merged: its account is …{now.number[-4:]}"


async def names(connection: "asyncpg.Connection[Any]", members: Sequence[UUID]) -> list[str]:
    """As `张*明 …6210 (id)`, in the same order; somebody who is not there by the id alone."""
    rows = await connection.fetch(
        "SELECT id, display, right(number, 4) AS tail FROM member WHERE id = ANY($1::uuid[])",
        members,
    )
    told = {row["id"]: f"{row['display']} …{row['tail']} ({row['id']})" for row in rows}
    return [told.get(member, str(member)) for member in members]
