"""The service's own endpoints: time, liveness, readiness. Unsigned."""

from typing import Annotated

import asyncpg
import msgspec
from litestar import get
from litestar.params import QueryParameter

from central.api.problem import ApiRefused
from central.api.requesting import AnyRequest, service_of
from central.api.responses import PROBLEMS
from central.api.version import version
from central.database.trouble import DatabaseTrouble
from central.ledger import functions
from wire.api.devices import TimeAnswer
from wire.api.health import Health
from wire.errors import ErrorCode

_TAGS = ["service"]
UNSIGNED: list[dict[str, list[str]]] = [{}]


@get("/time", responses=PROBLEMS, tags=_TAGS, security=UNSIGNED)
async def time(
    request: AnyRequest, nonce: Annotated[str, QueryParameter(pattern="^[0-9A-Za-z_-]{8,64}$")]
) -> TimeAnswer:
    """The time, signed together with the asker's nonce, for a device without a clock."""
    service = service_of(request)
    kid, key = await service.token_keys.signer()
    now = service.now()
    written: str = msgspec.to_builtins(now)  # exactly as it stands in the answer
    signed = b"LYK/T1\0" + nonce.encode() + b"\0" + written.encode()
    return TimeAnswer(now, nonce, kid, key.sign(signed))


@get("/healthz", responses=PROBLEMS, tags=_TAGS, security=UNSIGNED)
async def healthz() -> Health:
    """The process lives."""
    return Health("ok", version())


@get("/readyz", responses=PROBLEMS, tags=_TAGS, security=UNSIGNED)
async def readyz(request: AnyRequest) -> Health:
    """The database answers, is migrated, and has this version's functions."""
    try:
        await functions.verify_async(service_of(request).pool)
    except DatabaseTrouble as trouble:
        raise ApiRefused(ErrorCode.UNAVAILABLE, trouble.message) from None
    except (OSError, asyncpg.PostgresError) as error:
        detail = f"the database does not answer ({type(error).__name__})"
        raise ApiRefused(ErrorCode.UNAVAILABLE, detail) from None
    return Health("ok", version())


ROUTES = [time, healthz, readyz]
