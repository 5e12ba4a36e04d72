"""From a scanned text to a member: verified here first, then asked at the service."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.clock import AnchoredClock
from kiosk.flow import effect, event
from kiosk.flow.event import Event
from kiosk.flow.staff.door import BADGE
from kiosk.flow.staff.values.door import BadgeBad, BadgeGood
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from wire import plain_card
from wire.api.devices import ServerKey
from wire.api.members import LookupRequest, Member
from wire.provisioning import Provisioning
from wire.tokens import (
    VALID_AFTER_SLOT_S,
    VALID_BEFORE_SLOT_S,
    ForgedToken,
    MemberCode,
    NotOurCode,
    OfflineVoucher,
    PublicKeys,
    StaffBadge,
    VoucherToken,
    parse,
)

log = logging.getLogger(__name__)

QR = "QRCode"
BARS = frozenset({"Code128", "EAN13"})
"""In which plain cards are printed."""


class MemberDirectory(Protocol):
    """The service's lookup, as the sync client offers it."""

    async def lookup(self, request: LookupRequest) -> Member: ...


def public_keys(keys: list[ServerKey]) -> PublicKeys:
    """The service's token keys by kid; one that is no key at all is left out."""
    by_kid = {}
    for key in keys:
        try:
            by_kid[key.kid] = Ed25519PublicKey.from_public_bytes(key.public_key)
        except ValueError:
            log.warning("server key %s is not an Ed25519 key", key.kid)
    return by_kid


class Identifier:
    """Decides whose code was shown. The text is never logged, only its class and length.

    Args:
        keys: the token keys of the configuration as it stands now.
        badge_counts: whether a badge whose signature is right has neither expired nor been
            replaced.
    """

    def __init__(
        self,
        directory: MemberDirectory,
        clock: AnchoredClock,
        keys: Callable[[], PublicKeys],
        badge_counts: Callable[[StaffBadge], bool],
    ) -> None:
        self._badge_counts = badge_counts
        self._directory = directory
        self._clock = clock
        self._keys = keys

    async def look_up(self, wanted: effect.LookUp) -> Event:
        """The flow's answer to `LookUp`; never raises for what a code or the network may do."""
        if wanted.symbology in BARS:
            if not plain_card.looks_ours(wanted.text):
                return self._not_ours(wanted, "no plain card")
            return await self._ask(LookupRequest(plain_card=wanted.text[: plain_card.LENGTH]))
        if wanted.symbology != QR:
            return self._not_ours(wanted, "symbology")
        try:
            token = await asyncio.to_thread(parse, wanted.text, self._keys())
        except NotOurCode:
            return self._not_ours(wanted, "form")
        except ForgedToken:
            refused = self._not_ours(wanted, "signature")
            return BadgeBad() if wanted.text.startswith(BADGE) else refused
        if isinstance(token, VoucherToken | OfflineVoucher):
            return self._not_ours(wanted, "a voucher")
        if isinstance(token, StaffBadge):
            return BadgeGood(wanted.text) if self._badge_counts(token) else BadgeBad()
        if isinstance(token, Provisioning):
            return self._not_ours(wanted, "for enrolment")
        if isinstance(token, MemberCode):
            if self._expired(token):
                log.info("member code expired, length %d", len(wanted.text))
                return event.CodeNotOurs(expired=True)
            request = LookupRequest(token=wanted.text)
        else:
            request = LookupRequest(card=wanted.text)
        return await self._ask(request)

    async def _ask(self, request: LookupRequest) -> Event:
        try:
            return event.MemberFound(await self._directory.lookup(request))
        except ServiceRefused as refused:
            log.info("member refused: %s", refused.problem.code)
            return event.MemberRefused(refused.problem)
        except ServiceSilent as error:
            log.info("lookup without an answer: %s", type(error).__name__)
            return event.ServiceUnreachable()

    def _expired(self, code: MemberCode) -> bool:
        """Whether it is out of its window by any time that the clock may mean.

        Without a trusted clock nothing expires here; the service decides.
        """
        wall = self._clock.wall()
        if wall is None:
            return False
        age_s = (wall - code.slot_time).total_seconds()
        error_s = self._clock.error_s()
        return not -VALID_BEFORE_SLOT_S - error_s <= age_s < VALID_AFTER_SLOT_S + error_s

    @staticmethod
    def _not_ours(wanted: effect.LookUp, why: str) -> event.CodeNotOurs:
        log.info("not our code: %s, %s, length %d", why, wanted.symbology, len(wanted.text))
        return event.CodeNotOurs()
