"""The argument MEMBER of the desk's commands."""

from typing import Any

import asyncpg
import click

from central.members.naming import member_named
from central.members.phone import MemberNotFound, MemberOnRecord

member_argument = click.argument("member")


async def resolved(connection: "asyncpg.Connection[Any]", typed: str) -> MemberOnRecord:
    """The one member that is meant; else the command ends with one line."""
    try:
        return await member_named(connection, typed)
    except MemberNotFound as error:
        raise click.ClickException(str(error)) from None
