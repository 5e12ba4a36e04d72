"""A proposal that the desk has written by hand, as a file: read, or told what in it cannot be."""

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from central.commands.json_file import misfit, read_json
from central.commands.typed import FIRST_DAY, LAST_DAY, LINE, MOST
from central.ledger.proposal import Proposal
from central.ledger.statement_words import EARNED
from central.members.phone import MemberOnRecord

_KIND = "proposal"


def read_proposal(path: Path, member: MemberOnRecord) -> Proposal:
    """What the file proposes, for this member, whomever it names.

    Raises:
        click.ClickException: the line and column, or the field, and what is wrong there.
    """
    told = read_json(path, _KIND)
    if not isinstance(told, dict):
        raise click.ClickException(f"{path} is no {_KIND}: an object in {{}} is needed")
    try:
        proposal = msgspec.convert(told | {"member": str(member.id)}, Proposal)
        _look(proposal)
    except msgspec.ValidationError as error:
        raise misfit(path, _KIND, error) from None
    return proposal


def _look(proposal: Proposal) -> None:
    """What its types do not say; a refusal of the ledger would name no field.

    Raises:
        msgspec.ValidationError
    """
    _line("reference", proposal.reference)
    _line("sale", proposal.sale)
    if proposal.store is not None:
        _line("store", proposal.store)
    _number("spend_fen", proposal.spend_fen, 0)
    _time("at", proposal.at)
    for place, line in enumerate(proposal.lines):
        at = f"lines[{place}]"
        _number(f"{at}.points", line.points, 1)
        if line.source not in EARNED:
            raise _wrong(f"{at}.source", f"{line.source!r} is none of {', '.join(EARNED)}")
        _time(f"{at}.available_at", line.available_at)
        _time(f"{at}.expires_at", line.expires_at)
        for index, counter in enumerate(line.counters):
            _line(f"{at}.counters[{index}].rule", counter.rule)
            _number(f"{at}.counters[{index}].cap", counter.cap, 0)


def _line(field: str, text: str) -> None:
    try:
        LINE.convert(text, None, None)
    except click.UsageError as error:
        raise _wrong(field, error.message) from None


def _number(field: str, number: int, least: int) -> None:
    if not least <= number <= MOST:
        raise _wrong(field, f"{number} is not within {least} and {MOST}")


def _time(field: str, at: datetime | None) -> None:
    if at is None:
        return
    if at.tzinfo is None:
        raise _wrong(field, f"{at.isoformat()} has no zone: add Z or +08:00")
    try:
        day = at.astimezone(UTC).date()
    except OverflowError:
        day = at.date()
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _wrong(field, f"{day} is not within {FIRST_DAY} and {LAST_DAY}")


def _wrong(field: str, what: str) -> msgspec.ValidationError:
    return msgspec.ValidationError(f"{what} - at `$.{field}`")
