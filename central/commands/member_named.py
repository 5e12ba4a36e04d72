"""The argument MEMBER of the desk's commands."""

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
    now = member
    while row := await connection.fetchrow(_INTO, now.id):
        now = MemberOnRecord(UUID(int=row["id"].int), row["number"], row["display"])
    if now.id != member.id:
        click.echo(f"…{member.number[-4:]} was merged: its account is …{now.number[-4:]}", err=True)
    return now
