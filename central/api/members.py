"""/members: who stands before the kiosk."""

from litestar import post
from litestar.params import JSONBody

from central.api.problem import ApiRefused
from central.api.requesting import AnyRequest, IdempotencyKey, device_of, service_of
from central.api.responses import PROBLEMS
from wire import plain_card, tokens
from wire.api.members import LookupRequest, Member
from wire.errors import ErrorCode

_WAYS = 3
"""To say who it is; one at a time."""


@post("/members/lookup", status_code=200, responses=PROBLEMS, tags=["members"])
async def lookup(
    request: AnyRequest, data: JSONBody[LookupRequest], idempotency_key: IdempotencyKey
) -> Member:
    """By a rotating code (`token`) or a card; the answer opens a session of 20 minutes."""
    if [data.token, data.card, data.plain_card].count(None) != _WAYS - 1:
        raise ApiRefused(
            ErrorCode.BAD_REQUEST, "body: exactly one of `token`, `card` and `plain_card`"
        )
    service = service_of(request)
    device = device_of(request)
    if data.plain_card is not None:
        # No kiosk sends another form: it is nobody's number, and no guess at one either.
        if len(data.plain_card) != plain_card.LENGTH or not plain_card.looks_ours(data.plain_card):
            raise ApiRefused(ErrorCode.CODE_UNKNOWN)
        return await service.desk.by_plain_card(device.id, data.plain_card, idempotency_key)
    try:
        token = tokens.parse(data.token or data.card or "", await service.token_keys.public())
    except tokens.TokenError:
        raise ApiRefused(ErrorCode.CODE_UNKNOWN) from None
    match token:
        case tokens.MemberCode() if data.token is not None:
            return await service.desk.by_code(device.id, token, idempotency_key)
        case tokens.MemberCard() if data.card is not None:
            return await service.desk.by_card(device.id, token, idempotency_key)
        case _:
            raise ApiRefused(ErrorCode.CODE_UNKNOWN)


ROUTES = [lookup]
