"""/catalogue by delta cursor, and the pictures by their content."""

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter, QueryParameter

from central.api.problem import ApiRefused
from central.api.requesting import AnyRequest, device_of, service_of
from central.api.responses import PROBLEMS
from wire.api import PAGE_LIMIT
from wire.api.catalogue import Page
from wire.errors import ErrorCode

_TAGS = ["catalogue"]

# Whatever changed after the cursor, for the device and its store, in the order of the changes. A
# deleted reward is told once more, as deleted. Of the stock: what a redemption here could take.
# A tier for points is in nobody's list: it prints nothing, which no kiosk can do yet. It was never
# anything else (`reward_kind_stays`), so there is nothing to take back either.
_CHANGES = """
WITH changed AS (
    SELECT r.id, greatest(r.catalogue_rev, coalesce(b.catalogue_rev, 0)) AS at,
        CASE WHEN NOT r.stock_counted THEN 'plenty'
            WHEN coalesce(b.on_hand, 0) = 0 THEN 'none'
            WHEN b.on_hand < r.few_below THEN 'few' ELSE 'plenty' END AS hint,
        b.on_hand, r.deleted_at IS NOT NULL AS gone
    FROM reward r LEFT JOIN LATERAL (
        SELECT max(catalogue_rev) AS catalogue_rev, sum(on_hand)::integer AS on_hand
        FROM stock_bucket
        WHERE reward_id = r.id AND (store_id = $2 OR kiosk_id = $4
            OR (r.from_central AND store_id IS NULL AND kiosk_id IS NULL))
    ) b ON r.stock_counted
    WHERE (r.catalogue_rev > $1 OR b.catalogue_rev > $1) AND r.kind <> 'tier'
    ORDER BY at, r.id LIMIT $3
)
SELECT jsonb_build_object(
    'items', coalesce(jsonb_agg(jsonb_build_object(
        'id', r.id, 'rev', r.rev, 'kind', r.kind,
        'category', jsonb_build_object('id', c.id, 'name', c.name),
        'name', r.name, 'description', r.description, 'value_fen', r.value_fen,
        'stores', (SELECT coalesce(jsonb_agg(s.store_id ORDER BY s.store_id), '[]')
            FROM reward_store s WHERE s.reward_id = r.id),
        'tiers', (SELECT coalesce(jsonb_agg(t.tier_id ORDER BY t.tier_id), '[]')
            FROM reward_tier t WHERE t.reward_id = r.id),
        'image', jsonb_build_object('sha256', r.image_sha256,
            'url', '/v1/images/' || r.image_sha256),
        'price_points', r.price_points,
        'prices', (SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                'points', p.points, 'tier', p.tier_id, 'valid_from', p.valid_from,
                'valid_to', p.valid_to)) ORDER BY p.points, p.id), '[]')
            FROM reward_price p WHERE p.reward_id = r.id),
        'limits', jsonb_strip_nulls(jsonb_build_object(
            'per_member_per_day', r.per_member_per_day,
            'per_member_per_month', r.per_member_per_month,
            'per_member_ever', r.per_member_ever)),
        'stock_hint', changed.hint,
        'stock_left', CASE changed.hint WHEN 'few' THEN changed.on_hand END,
        'offline_ok', r.offline_ok, 'valid_from', r.valid_from, 'valid_to', r.valid_to,
        'voucher_days', r.voucher_days, 'min_spend_fen', r.min_spend_fen,
        'conditions', reward_words(r.id))
        ORDER BY r.position, r.id) FILTER (WHERE NOT changed.gone), '[]'),
    'deleted', coalesce(jsonb_agg(r.id ORDER BY r.id) FILTER (WHERE changed.gone), '[]'),
    'next', coalesce(max(changed.at), $1)::text,
    'has_more', count(*) = $3)
FROM changed JOIN reward r USING (id) JOIN category c ON c.id = r.category_id
"""
_NEWEST = """
SELECT greatest((SELECT max(catalogue_rev) FROM reward),
    (SELECT max(catalogue_rev) FROM stock_bucket), 0)
"""
_CURSOR_MAX = 2**63 - 1


def _cursor(text: str | None) -> int:
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit()) or int(text) > _CURSOR_MAX:
        raise ApiRefused(ErrorCode.CURSOR_EXPIRED)
    return int(text)


@get("/catalogue", responses=PROBLEMS, tags=_TAGS)
async def changes(
    request: AnyRequest,
    since: Annotated[str | None, QueryParameter(name="since", max_length=40)] = None,
    limit: Annotated[int, QueryParameter(name="limit", ge=1, le=PAGE_LIMIT)] = PAGE_LIMIT,
) -> Page:
    """What changed since the cursor; all of it without one. 410: start over."""
    pool = service_of(request).pool
    cursor = _cursor(since)
    if cursor > await pool.fetchval(_NEWEST):
        raise ApiRefused(ErrorCode.CURSOR_EXPIRED)  # of another database, or one restored
    device = device_of(request)
    raw = await pool.fetchval(_CHANGES, cursor, device.store, limit, device.id)
    return msgspec.json.decode(raw, type=Page)


@get(
    "/images/{sha256:str}",
    responses=PROBLEMS
    | {200: ResponseSpec(bytes, description="The picture.", media_type="image/png")},
    tags=_TAGS,
)
async def image(
    request: AnyRequest, sha256: Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]
) -> Response[bytes]:
    """A picture by its content: it never changes."""
    row = await service_of(request).pool.fetchrow(
        "SELECT media_type, content FROM reward_image WHERE sha256 = $1", sha256
    )
    if row is None:
        raise ApiRefused(ErrorCode.NOT_FOUND)
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "ETag": f'"{sha256}"'}
    return Response(bytes(row["content"]), media_type=row["media_type"], headers=headers)


ROUTES = [changes, image]
