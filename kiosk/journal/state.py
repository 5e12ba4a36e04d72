"""Where a redemption can stand in the kiosk's journal, and every arrow between."""

from enum import StrEnum
from types import MappingProxyType


class JournalState(StrEnum):
    """DRAFT, the state before INTENT, is not written: nothing has been asked for yet."""

    INTENT = "INTENT"
    """The service is about to be asked, or has been: nobody knows."""
    RESERVED = "RESERVED"
    """Points are held; nothing can be on paper."""
    ARMED = "ARMED"
    """The service has acknowledged that the next byte may reach paper."""
    PRINTING = "PRINTING"
    """The page is given to the printer."""
    PRINTED = "PRINTED"
    """The fence came back; the service will hear of it."""
    CAPTURED = "CAPTURED"
    """The service has acknowledged the paper."""
    CLOSED = "CLOSED"
    """Over: there is one voucher, and the points are gone."""
    UNCERTAIN = "UNCERTAIN"
    """It may be on paper; the code lives, the points stay debited."""
    RELEASE_PENDING = "RELEASE_PENDING"
    """Proven not to be on paper; the service will be told until it has heard."""
    RELEASED = "RELEASED"
    """Over: the points are back, or were never taken."""


_S = JournalState
ARROWS: MappingProxyType[JournalState | None, frozenset[JournalState]] = MappingProxyType(
    {
        # None is "not in this journal". UNCERTAIN: another kiosk's, reprinted here, or one
        # that the service still has open after this journal was begun anew.
        None: frozenset({_S.INTENT, _S.UNCERTAIN}),
        # RELEASED: the service refused to reserve, so nothing is held.
        _S.INTENT: frozenset({_S.RESERVED, _S.RELEASE_PENDING, _S.RELEASED}),
        _S.RESERVED: frozenset({_S.ARMED, _S.RELEASE_PENDING}),
        _S.ARMED: frozenset({_S.PRINTING, _S.UNCERTAIN, _S.RELEASE_PENDING}),
        _S.PRINTING: frozenset({_S.PRINTED, _S.UNCERTAIN, _S.RELEASE_PENDING}),
        # RELEASED: staff had given the points back and revoked the code before we reported.
        _S.PRINTED: frozenset({_S.CAPTURED, _S.RELEASED}),
        _S.CAPTURED: frozenset({_S.CLOSED}),
        # PRINTED: printed again. CLOSED, RELEASED: the service says how it ended.
        _S.UNCERTAIN: frozenset({_S.PRINTED, _S.CLOSED, _S.RELEASED}),
        # UNCERTAIN, CLOSED: the service had decided otherwise before it heard us.
        _S.RELEASE_PENDING: frozenset({_S.RELEASED, _S.UNCERTAIN, _S.CLOSED}),
        # UNCERTAIN: another kiosk's that is printed again here once more; never one of ours
        # (`Book.reprint_asked` alone takes this arrow).
        _S.CLOSED: frozenset({_S.UNCERTAIN}),
        _S.RELEASED: frozenset(),
    }
)

IN_HAND = frozenset({_S.INTENT, _S.RESERVED, _S.ARMED, _S.PRINTING})
"""The shopper stands before the kiosk; at most one redemption is here."""
WAITING = frozenset({_S.PRINTED, _S.CAPTURED, _S.UNCERTAIN, _S.RELEASE_PENDING})
"""Waits for the service; any number, and they never lock the kiosk."""
OVER = frozenset({_S.CLOSED, _S.RELEASED})


def allowed(before: JournalState | None, after: JournalState) -> bool:
    """Whether the table has this arrow."""
    return after in ARROWS[before]
