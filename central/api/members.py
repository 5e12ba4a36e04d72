"""/members: who stands before the kiosk."""

from litestar import post
from litestar.params import JSONBody

from central.api.problem import ApiRefused
from central.api.requesting import AnyRequest, IdempotencyKey, device_of, service_of
from central.api.responses import PROBLEMS
from wire import tokens
from wire.api.members import LookupRequest, Member
from wire.errors import ErrorCode


@post("/members/lookup", status_code=200, responses=PROBLEMS, tags=["members"])
async def lookup(
    request: AnyRequest, data: JSONBody[LookupRequest], idempotency_key: IdempotencyKey
) -> Member:
    """By a rotating code (`token`) or a card; the answer opens a session of 20 minutes."""
    if (data.token is None) == (data.card is None):
        raise ApiRefused(ErrorCode.BAD_REQUEST, "body: exactly one of `token` and `card`")
    service = service_of(request)
    device = device_of(request)
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
