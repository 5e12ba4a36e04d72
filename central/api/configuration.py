"""/devices/me/config: what the chain decides for a device."""

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter

from central.api.problem import ApiRefused
from central.api.requesting import AnyRequest, device_of, service_of
from central.api.responses import PROBLEMS
from wire.api.devices import DeviceConfig
from wire.errors import ErrorCode

_CONFIG = """
SELECT jsonb_build_object(
    'rev', p.config_rev, 'device_no', d.number, 'timezone', p.timezone,
    'store', jsonb_build_object('id', s.id, 'name', s.name, 'address', s.address,
        'phone', s.phone),
    'brand', jsonb_build_object('name', p.name, 'colour', p.brand_colour),
    'point_unit', p.point_unit, 'fen_per_point', p.fen_per_point, 'idle_s', p.idle_s,
    'server_keys', '[]'::jsonb, 'features', '{}'::jsonb, 'paused', d.paused,
    'hotline', p.hotline, 'voucher_terms', p.voucher_terms,
    'min_app_version', p.min_app_version)
FROM device d JOIN store s ON s.id = d.store_id CROSS JOIN programme p
WHERE d.id = $1
"""


@get(
    "/devices/me/config",
    responses=PROBLEMS | {304: ResponseSpec(None, description="Nothing has changed.")},
    tags=["devices"],
)
async def config(
    request: AnyRequest,
    if_none_match: Annotated[str | None, HeaderParameter(name="If-None-Match")] = None,
) -> Response[DeviceConfig | None]:
    """The device's configuration; its `rev` is the ETag."""
    service = service_of(request)
    raw = await service.pool.fetchval(_CONFIG, device_of(request).id)
    if raw is None:
        raise ApiRefused(ErrorCode.UNAVAILABLE, "the programme is not set up yet")
    found = msgspec.json.decode(raw, type=DeviceConfig)
    etag = f'"{found.rev}"'
    if if_none_match == etag:
        return Response(None, status_code=304, headers={"ETag": etag})
    told = msgspec.structs.replace(found, server_keys=await service.token_keys.server_keys())
    return Response(told, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


ROUTES = [config]
