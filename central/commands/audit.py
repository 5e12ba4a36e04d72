"""`central audit`"""

import re
import sys
from pathlib import Path
from typing import Any

import asyncpg
import click
import msgspec

from central.commands.member_named import resolved
from central.commands.typed import SEQ
from central.database.place import data_option
from central.database.session import in_database
from central.ledger.audit_book import AuditBook, AuditEntry, AuditVerdict
from central.ledger.statement_page import masked

_HEAD = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_SHOWN_ELSEWHERE = {"approver", "reason"}


@click.command(
    help="Who did what by hand, newest first: each deed with its reason and, where two were needed,"
    " both people. --verify recomputes the chain of hashes and ends with status 1 if a row was"
    " changed or is missing."
)
@click.option("--member", help="Only what was done to this account or its vouchers.")
@click.option("--person", help="Only what this staff number did or approved.")
@click.option("--before", type=SEQ, help="Only older than this entry: the next page.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Entries."
)
@click.option("--verify", is_flag=True, help="Whether the record is whole; no entries are told.")
@click.option(
    "--head", help="With --verify: the head that was told before must still be in the chain."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@data_option
def command(
    member: str | None,
    person: str | None,
    before: int | None,
    limit: int,
    verify: bool,
    head: str | None,
    as_json: bool,
    data: Path,  # noqa: ARG001  # `--data` takes effect through the environment
) -> None:
    if head is not None and not _HEAD.fullmatch(head):
        raise click.UsageError("--head takes the 64 hexadecimal digits that --verify has told")
    if verify:
        _verify(head, as_json=as_json)
        return
    if head is not None:
        raise click.UsageError("--head goes with --verify")

    async def read(connection: "asyncpg.Connection[Any]") -> list[AuditEntry]:
        subjects = None
        if member is not None:
            subjects = [str((await resolved(connection, member)).id)]
        return await AuditBook(connection).entries(
            subjects=subjects,
            person=None if person is None else person.upper(),
            before=before,
            limit=limit,
        )

    entries = in_database(read)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(entries), indent=2).decode())
        return
    if not entries:
        click.echo("nothing was done by hand")
    for entry in entries:
        click.echo(line(entry))
    if len(entries) == limit:
        click.echo(f"older ones: --before {entries[-1].seq}", err=True)


def line(entry: AuditEntry) -> str:
    """E.g. `12  2026-11-22 09:41:07Z  E01 with E02  adjust 张*明 …6210 (0193...): points 1500
    “complaint 77”`, in one line whatever was typed.
    """
    who = f"{entry.actor} with {entry.approver}" if entry.approver else entry.actor
    facts = " ".join(
        f"{name} {masked(str(fact))}"
        for name, fact in sorted(entry.detail.items())
        if name not in _SHOWN_ELSEWHERE
    )
    subject = f"{entry.whom} ({entry.subject})" if entry.whom else entry.subject
    told = f"{entry.seq:6}  {entry.at:%Y-%m-%d %H:%M:%S}Z  {who}  {entry.action} {subject}"
    return f"{told}: {facts} “{masked(entry.reason)}”".replace(":  “", ": “")


def _verify(head: str | None, *, as_json: bool) -> None:
    async def read(connection: "asyncpg.Connection[Any]") -> tuple[AuditVerdict, bool]:
        verdict = await AuditBook(connection).verify()
        known = head is None or await connection.fetchval(
            "SELECT true FROM audit_event WHERE encode(hash, 'hex') = $1", head.lower()
        )
        return verdict, bool(known)

    verdict, known = in_database(read)
    if as_json:
        told = msgspec.to_builtins(verdict) | {"head_known": known}
        click.echo(msgspec.json.encode(told).decode())
    elif verdict.broken:
        numbers = ", ".join(map(str, verdict.broken[:20]))
        click.echo(f"{verdict.checked:,} entries, BROKEN at {numbers}")
    elif not known:
        click.echo(f"{verdict.checked:,} entries that follow from each other, but {head} is gone")
    else:
        click.echo(f"{verdict.checked:,} entries, each follows from the one before")
        click.echo(f"head {verdict.head or '(empty)'}: keep it elsewhere, and give it to --head")
    sys.exit(1 if verdict.broken or not known else 0)
