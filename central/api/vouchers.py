"""/vouchers: what a till asks of a code."""

from typing import Annotated

from litestar import post
from litestar.params import JSONBody, PathParameter

from central.api.problem import ApiRefused
from central.api.requesting import AnyRequest, IdempotencyKey, device_of, service_of
from central.api.responses import PROBLEMS
from wire import voucher_code
from wire.api.vouchers import RestoreRequest, UseRequest, VoucherState
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


@post("/vouchers/{code:str}/check", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def check(request: AnyRequest, code: Code, idempotency_key: IdempotencyKey) -> VoucherState:
    """What it is worth and whether it can be used; changes nothing."""
    assert idempotency_key  # noqa: S101  # a POST, so that no code stands in a proxy's cache
    canonical = await _canonical(request, code)
    return await service_of(request).ledger.check_voucher(device_of(request).id, canonical)


@post("/vouchers/{code:str}/use", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def use(
    request: AnyRequest, code: Code, data: JSONBody[UseRequest], idempotency_key: IdempotencyKey
) -> VoucherState:
    """Used, once. The same receipt and line again gets the same answer."""
    canonical = await _canonical(request, code)
    ledger = service_of(request).ledger
    return await ledger.use_voucher(device_of(request).id, canonical, idempotency_key, data)


@post("/vouchers/{code:str}/restore", status_code=200, responses=PROBLEMS, tags=_TAGS)
async def restore(
    request: AnyRequest, code: Code, data: JSONBody[RestoreRequest], idempotency_key: IdempotencyKey
) -> VoucherState:
    """The till voids the receipt that used it."""
    canonical = await _canonical(request, code)
    ledger = service_of(request).ledger
    return await ledger.restore_voucher(device_of(request).id, canonical, idempotency_key, data)


ROUTES = [check, use, restore]
