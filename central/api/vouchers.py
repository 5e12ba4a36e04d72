"""/vouchers: what a till asks of a code."""

from typing import Annotated

from litestar import post
from litestar.params import JSONBody, PathParameter

from central.api.problem import ApiRefused
from central.api.requesting import (
    AnyRequest,
    IdempotencyKey,
    device_of,
    service_of,
    signed_at,
)
from central.api.responses import PROBLEMS
from central.ledger.shown import Shown
from wire import tokens, voucher_code
from wire.api.vouchers import Basket, CheckRequest, RestoreRequest, UseRequest, VoucherState
from wire.errors import ErrorCode

_TAGS = ["vouchers"]
_PREFIX = "V1"
_SCANNED = len(_PREFIX) + voucher_code.LENGTH
Code = Annotated[
    str,
    PathParameter(
        max_length=64,
        description=(
            "As typed or scanned: 16 symbols, with or without the V1 of the QR before them; spaces,"
            " hyphens and case do not matter."
        ),
    ),
]


async def _canonical(request: AnyRequest, typed: str) -> str:
    """What is no code at all only gets its hint; a wrong check symbol counts as a guess."""
    try:
        if len(typed) == _SCANNED:
            return voucher_code.parse(typed.removeprefix(_PREFIX))
        return voucher_code.parse(typed)
    except voucher_code.VoucherCodeError as error:
        if isinstance(error, voucher_code.CheckSymbolWrong):
            await service_of(request).ledger.count_mistyped(device_of(request).id)
        raise ApiRefused(ErrorCode.VOUCHER_MISTYPED, str(error)) from None


async def _shown(request: AnyRequest, basket: Basket | None) -> Shown | None:
    """Whose code or card the till has read, if it was asked for one."""
    if basket is None or basket.member is None:
        return None
    service = service_of(request)
    try:
        token = tokens.parse(basket.member, await service.token_keys.public())
    except tokens.TokenError:
        raise ApiRefused(ErrorCode.CODE_UNKNOWN) from None
    match token:
        case tokens.MemberCode():
            return Shown.of(token, fresh=token.is_fresh(service.now()))
        case tokens.MemberCard():
            return Shown.of(token)
        case _:
            raise ApiRefused(ErrorCode.CODE_UNKNOWN)


@post("/vouchers/{code:str}/check", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def check(
    request: AnyRequest,
    code: Code,
    idempotency_key: IdempotencyKey,
    data: JSONBody[CheckRequest | None] = None,
) -> VoucherState:
    """What it is worth and whether it can be used for this basket; changes nothing.

    Without a body place and time are judged only: the rest stands in `conditions`.
    """
    assert idempotency_key  # noqa: S101  # a POST, so that no code stands in a proxy's cache
    canonical = await _canonical(request, code)
    shown = await _shown(request, data.basket if data else None)
    return await service_of(request).ledger.check_voucher(
        device_of(request).id, canonical, data, shown
    )


@post("/vouchers/{code:str}/use", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def use(
    request: AnyRequest, code: Code, data: JSONBody[UseRequest], idempotency_key: IdempotencyKey
) -> VoucherState:
    """Used, once. The same receipt and line again gets the same answer."""
    canonical = await _canonical(request, code)
    ledger = service_of(request).ledger
    shown = await _shown(request, data.basket)
    device = device_of(request).id
    signed = signed_at(request)
    return await ledger.use_voucher(
        device, canonical, idempotency_key, data, shown, signed_at=signed
    )


@post("/vouchers/{code:str}/restore", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def restore(
    request: AnyRequest, code: Code, data: JSONBody[RestoreRequest], idempotency_key: IdempotencyKey
) -> VoucherState:
    """The till voids the receipt that used it."""
    canonical = await _canonical(request, code)
    ledger = service_of(request).ledger
    device = device_of(request).id
    signed = signed_at(request)
    return await ledger.restore_voucher(device, canonical, idempotency_key, data, signed_at=signed)


ROUTES = [check, use, restore]
