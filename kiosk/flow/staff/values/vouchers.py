"""Screens, events and effects of reprints, the uncertain queue and the dispute view."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from wire.api.redemptions import ReprintReason
from wire.api.text import Language


@dataclass(frozen=True, slots=True)
class SearchOpened:
    """补印 / 查券 on the dashboard."""


@dataclass(frozen=True, slots=True)
class QueueOpened:
    """待确认 on the dashboard."""


VoucherEvent = SearchOpened | QueueOpened


@dataclass(frozen=True, slots=True)
class StaffReprint:
    """The same code once more, for staff; answered like `kiosk.flow.effect.Redeem`."""

    dispenses: ClassVar[bool] = True

    redemption: UUID
    staff_ref: str
    login: UUID
    reason: ReprintReason
    language: Language


VoucherEffect = StaffReprint
