"""Badges: what this kiosk can say of one by itself, and the list that lets paper go on offline.

The list is signed by the service and kept on disk exactly as it came; its signature, its
device and its time are looked at each time that somebody wants in by it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from kiosk.clock import AnchoredClock
from kiosk.identify import public_keys
from kiosk.sync.badge_list import BadgeListForged, opened
from kiosk.sync.errors import ServiceError
from kiosk.sync.identity import write_atomically
from wire.api.devices import ServerKey
from wire.api.staff import BadgeEntry, BadgeList, SignedBadgeList
from wire.tokens import StaffBadge, TokenError, parse

log = logging.getLogger(__name__)

REFRESH_S = 600.0
"""The list is good for 24 hours; somebody who was added is known everywhere in ten minutes."""


class BadgeSource(Protocol):
    """The service's list, as the sync client offers it."""

    async def badge_list(self) -> SignedBadgeList: ...


class Badges:
    """Thread: the loop; the file in threads.

    Args:
        file: where the list is kept; made at the first save.
        device: whose list it must be.
        keys: the service's token keys as they stand now.
        timezone: the store's, by whose calendar a badge expires.
    """

    def __init__(
        self,
        source: BadgeSource,
        clock: AnchoredClock,
        file: Path,
        device: UUID,
        keys: Callable[[], Sequence[ServerKey]],
        timezone: Callable[[], str],
    ) -> None:
        self._source = source
        self._clock = clock
        self._file = file
        self._device = device
        self._keys = keys
        self._timezone = timezone
        self._list: SignedBadgeList | None = None
        self._on_disk: SignedBadgeList | None = None
        self._due_s = 0.0
        self._failed = False

    async def restore(self) -> None:
        """Begin with the list of the last run; a damaged one is no list."""
        try:
            raw = await asyncio.to_thread(self._file.read_bytes)
            self._list = self._on_disk = msgspec.json.decode(raw, type=SignedBadgeList)
        except FileNotFoundError:
            return
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            log.warning("the list of badges is unreadable: %s", type(error).__name__)

    async def refresh(self) -> None:
        """Fetch the list if it is due; a service that has none costs one line in the log."""
        if self._clock.now_s() < self._due_s:
            return
        try:
            fetched = await self._source.badge_list()
        except ServiceError as error:
            if not self._failed:
                log.warning("no list of badges: %s", error)
            self._failed = True
            return
        self._failed = False
        self._due_s = self._clock.now_s() + REFRESH_S
        self._list = fetched
        if self._on_disk is not None and _as_good(self._on_disk, fetched):
            return
        try:
            await asyncio.to_thread(write_atomically, self._file, msgspec.json.encode(fetched))
            self._on_disk = fetched
        except OSError as error:
            log.warning("the list of badges is not kept: %s", error.strerror)

    async def verified(self, text: str) -> StaffBadge | None:
        """The badge that a scanned text is, if it can be one; the text is never logged.

        None for what is no badge, is forged, has expired, or was replaced as far as is known.
        """
        try:
            token = await asyncio.to_thread(parse, text, public_keys(list(self._keys())))
        except TokenError as error:
            log.info("no badge: %s, length %d", type(error).__name__, len(text))
            return None
        return token if isinstance(token, StaffBadge) and self.counts(token) else None

    def counts(self, badge: StaffBadge) -> bool:
        """Whether a badge whose signature is right has neither expired nor been replaced."""
        today = self._today()
        if today is not None and badge.last_day < today:
            log.info("badge of staff %s has expired", badge.staff.hex())
            return False
        entry = self._entry(badge)
        if entry is not None and badge.version < entry.version:
            log.info("badge of staff %s was replaced", badge.staff.hex())
            return False
        return True

    def listed(self, badge: StaffBadge) -> BadgeEntry | None:
        """Who may do paper tasks by this badge alone; None for anybody else.

        Without a trusted clock nobody: the list's age cannot be told.
        """
        entry = self._entry(badge)
        if entry is None or badge.version != entry.version or not self.counts(badge):
            return None
        return entry

    def _entry(self, badge: StaffBadge) -> BadgeEntry | None:
        known = self._good_list()
        ref = badge.staff.hex()
        return next((e for e in known.badges if e.staff_ref == ref), None) if known else None

    def _good_list(self) -> BadgeList | None:
        """The list, if it is signed, ours and not too old right now."""
        now = self._clock.wall()
        if self._list is None or now is None:
            return None
        try:
            known = opened(self._list, self._keys())
        except BadgeListForged as error:
            log.warning("the list of badges lets nobody in: %s", error)
            return None
        in_time = self._slack(known.issued_at) <= now < known.expires_at
        return known if known.device_id == self._device and in_time else None

    def _slack(self, issued_at: datetime) -> datetime:
        """The kiosk's own clock may be a little behind the service's."""
        return datetime.fromtimestamp(
            issued_at.timestamp() - self._clock.error_s() - 1.0, issued_at.tzinfo
        )

    def _today(self) -> date | None:
        """By the store's calendar; None while the time is not trusted."""
        now = self._clock.wall()
        return None if now is None else now.astimezone(ZoneInfo(self._timezone())).date()


def _as_good(kept: SignedBadgeList, fetched: SignedBadgeList) -> bool:
    """Whether the list on disk says the same, for half of its validity at least.

    Each one that is fetched is dated anew: without this the disk is written all day.
    """
    try:
        old, new = (msgspec.json.decode(one.badges, type=BadgeList) for one in (kept, fetched))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    half = old.issued_at + (old.expires_at - old.issued_at) / 2
    said = (kept.kid, old.device_id, old.badges) == (fetched.kid, new.device_id, new.badges)
    return said and new.issued_at < half
