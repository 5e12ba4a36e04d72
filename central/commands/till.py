"""`central till check|use|restore CODE`"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import click
import msgspec

from central.commands.json_file import misfit, read_json
from central.commands.typed import LINE
from central.database.place import data_option
from central.database.session import in_database
from central.devices.enrolment import issue_code
from central.till.client import ServiceSilent, TillClient, TillIdentityBroken, TillRefused
from wire import voucher_code
from wire.api.devices import Role
from wire.api.vouchers import (
    Basket,
    BasketLine,
    CheckRequest,
    RestoreRequest,
    UseRequest,
    VoucherState,
)
from wire.errors import ErrorCode, Problem, Unmet
from wire.ids import new_id

_URL = re.compile(r"[!-~]+")
_FEN = click.IntRange(0, 10**12)
_LINE_NO = click.IntRange(1, 10**6)
_Decorator = Callable[[Callable[..., None]], Callable[..., None]]


@click.group(help="Check, use or restore a voucher as a till does, through the API.")
def command() -> None:
    pass


def _http_url(_context: click.Context, _parameter: click.Parameter, typed: str) -> str:
    try:
        url = urlsplit(typed)
        whole = url.scheme in ("http", "https") and url.hostname and url.port != 0
    except ValueError:  # what stands for the port
        whole = False
    if not whole or not _URL.fullmatch(typed):
        raise click.BadParameter(f"{typed!r} is no address: write it as http://127.0.0.1:8300")
    return typed


def _with_service(function: Callable[..., None]) -> Callable[..., None]:
    options: list[_Decorator] = [
        click.argument("code"),
        click.option(
            "--url",
            default="http://127.0.0.1:8300",
            show_default=True,
            callback=_http_url,
            help="Address of the API.",
        ),
        data_option,
    ]
    for option in reversed(options):
        function = option(function)
    return function


def _with_receipt(function: Callable[..., None]) -> Callable[..., None]:
    options: list[_Decorator] = [
        click.option(
            "--pos", type=LINE, default="1", show_default=True, help="Number of the till."
        ),
        click.option(
            "--receipt",
            type=LINE,
            help="Receipt number; else a new one, or to restore, the one that used it.",
        ),
        click.option(
            "--line", type=_LINE_NO, default=1, show_default=True, help="Line of the receipt."
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def _with_basket(function: Callable[..., None]) -> Callable[..., None]:
    options: list[_Decorator] = [
        click.option("--basket-fen", type=_FEN, help="What the basket costs, in fen."),
        click.option(
            "--basket",
            "lines",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help='Its lines, a JSON file: [{"sku": "A1", "category": "food", "net_fen": 1990}].',
        ),
        click.option("--member", help="The member's code or card, as it was scanned."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


@command.command(
    help="What the voucher is worth, and whether it can be used. Without a basket, place and time"
    " are judged only."
)
@_with_service
@_with_basket
def check(
    code: str,
    url: str,
    data: Path,
    basket_fen: int | None,
    lines: Path | None,
    member: str | None,
) -> None:
    typed = _canonical(code)
    request = CheckRequest(basket_fen, _basket(lines, member))
    with _till(url, data) as till:
        _tell("usable", till.check(typed, request))


@command.command(help="Use the voucher, once. The same receipt and line again: the same answer.")
@_with_service
@_with_receipt
@_with_basket
def use(
    code: str,
    url: str,
    data: Path,
    pos: str,
    receipt: str | None,
    line: int,
    basket_fen: int | None,
    lines: Path | None,
    member: str | None,
) -> None:
    number = receipt or f"TRY-{str(new_id())[-8:]}"
    request = UseRequest(pos, number, line, basket_fen, _basket(lines, member))
    typed = _canonical(code)
    with _till(url, data) as till:
        _tell("used", till.use(typed, request))


@command.command(help="The receipt is voided: its voucher can be used again.")
@_with_service
@_with_receipt
def restore(code: str, url: str, data: Path, pos: str, receipt: str | None, line: int) -> None:
    typed = _canonical(code)
    with _till(url, data) as till:
        known = receipt or till.check(typed).used_receipt
        if not known:
            raise click.ClickException("refused: no receipt has used the voucher")
        _tell("restored", till.restore(typed, RestoreRequest(pos, known, line)))


def _basket(lines: Path | None, member: str | None) -> Basket | None:
    if lines is None:
        return Basket(member=member) if member else None
    told = read_json(lines, "list of lines")
    try:
        return Basket(msgspec.convert(told, list[BasketLine]), member)
    except msgspec.ValidationError as error:
        raise misfit(lines, "list of lines", error) from None


def _canonical(code: str) -> str:
    try:
        scanned = code.startswith("V1") and len(code) == len("V1") + voucher_code.LENGTH
        return voucher_code.parse(code.removeprefix("V1") if scanned else code)
    except voucher_code.VoucherCodeError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _till(url: str, data: Path) -> Iterator[TillClient]:
    """The till of this data folder; enrols itself the first time, in the chain's first store.

    Inside, whatever the service or the folder refuses ends the command with one line.
    """
    folder = data / "till"
    try:
        with TillClient(url, folder) as till:
            if not till.enrolled:
                till.enrol(in_database(_issue))
            yield till
    except TillRefused as refused:
        raise click.ClickException(_why(refused.problem, folder)) from None
    except ServiceSilent as silent:
        raise click.ClickException(f"{silent}; is `central serve` running there?") from None
    except TillIdentityBroken as broken:
        raise click.ClickException(str(broken)) from None


async def _issue(connection: "asyncpg.Connection[Any]") -> str:
    store = await connection.fetchval("SELECT id FROM store ORDER BY id LIMIT 1")
    if store is None:
        raise click.ClickException("the chain has no store yet (`central demo-data` makes some)")
    return await issue_code(connection, store, Role.TILL, datetime.now(UTC))


def _tell(done: str, state: VoucherState) -> None:
    why = "see below" if state.unmet else state.state
    word = done if done != "usable" or state.usable else f"not usable ({why})"
    value = f"¥{state.value_fen // 100}.{state.value_fen % 100:02d}"
    click.echo(f"{word}: …{state.tail}  {state.reward.zh_hans}  {value}  {state.state}")
    for words in state.conditions:
        click.echo(f"  {words.zh_hans} / {words.en}")
    for unmet in state.unmet:
        click.echo(f"not met: {_unmet(unmet)}")
    if state.used_at is not None:
        click.echo(f"used {state.used_at:%Y-%m-%d %H:%M:%S}Z at {state.used_store}")


def _unmet(unmet: Unmet) -> str:
    """What is needed, in words, and where it is money how much is there."""
    said = f"{unmet.words.zh_hans} / {unmet.words.en}"
    if unmet.need is None:
        return said
    have = unmet.have or 0
    return f"{said} (¥{have // 100}.{have % 100:02d} of it is there)"


def _why(problem: Problem, folder: Path) -> str:
    if problem.unmet:
        return f"refused: {'; '.join(_unmet(unmet) for unmet in problem.unmet)}"
    if problem.code == ErrorCode.ALREADY_USED and problem.at is not None:
        return f"refused: used before, {problem.at:%Y-%m-%d %H:%M:%S}Z at store {problem.store}"
    if problem.code in {ErrorCode.DEVICE_REVOKED, ErrorCode.DEVICE_UNKNOWN}:
        return f"refused: {problem.title}; remove {folder} and this till enrols itself anew"
    return f"refused: {problem.title} {problem.detail}".strip()
