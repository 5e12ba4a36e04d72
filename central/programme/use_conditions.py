"""What a till checks of a reward's vouchers: the shape of `Reward.use_conditions`.

Checked by `voucher_unmet` (central/ledger/sql/voucher_conditions.sql), told in three languages by
`voucher_words`. A reward with conditions that are not of this shape cannot be saved.
"""

import msgspec

from wire.api.text import Text


class Hours(msgspec.Struct, frozen=True, rename={"since": "from", "until": "to"}):
    """A time of the day in the programme's zone, `10:00` to `14:00`: its end is out of it.

    From 22:00 to 02:00 goes over midnight; an end may be 24:00.
    """

    since: str
    until: str


class Days(msgspec.Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Days in the programme's zone, `2026-10-01` to `2026-10-07`, both among them."""

    first: str
    last: str


class UseConditions(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All of them must be met; one that is left out does not matter."""

    stores: tuple[str, ...] = ()
    """Where it can be used; elsewhere it is not."""
    weekdays: tuple[int, ...] = ()
    """1 is Monday, 7 Sunday."""
    hours: tuple[Hours, ...] = ()
    """Any one of them."""
    not_on: tuple[Days, ...] = ()
    excluded_skus: tuple[str, ...] = ()
    """Lines of these neither count to the minimum nor can it be used for them alone."""
    excluded_categories: tuple[str, ...] = ()
    """The same for whole categories, and what is below them (`wine` and `wine/red`)."""
    excluded_words: Text | None = None
    """What the paper says of both; without it their names stand there."""
    bound: bool = False
    """Only for the member who got it, whose code or card the till must have read."""

    def json(self) -> str:
        """As the column holds it."""
        return msgspec.json.encode(self).decode()
