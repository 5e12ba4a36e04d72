"""What can happen to the flow: touches, devices, answers, time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kiosk.aim import Measurement
from kiosk.flow.staff.values.unions import StaffEvent
from kiosk.flow.state import Health, ScanTab, Step
from kiosk.paper.gauge import PaperGauge
from wire.api.catalogue import Item
from wire.api.devices import DeviceConfig
from wire.api.members import Member
from wire.api.redemptions import Redemption
from wire.api.text import Language
from wire.errors import Problem


# --- The shopper's touches ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Touched:
    """Any touch anywhere: wakes the attract screen, restarts the idle time."""


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    language: Language


@dataclass(frozen=True, slots=True)
class ScanOpened:
    """The big card of the attract screen."""


@dataclass(frozen=True, slots=True)
class ScanTabChosen:
    tab: ScanTab


@dataclass(frozen=True, slots=True)
class FilterChosen:
    filter: str


@dataclass(frozen=True, slots=True)
class PageTurned:
    by: int


@dataclass(frozen=True, slots=True)
class ItemChosen:
    item: UUID


@dataclass(frozen=True, slots=True)
class BalanceHidden:
    """The eye: toggles."""


@dataclass(frozen=True, slots=True)
class VouchersOpened:
    pass


@dataclass(frozen=True, slots=True)
class ReprintChosen:
    redemption: UUID


@dataclass(frozen=True, slots=True)
class Confirmed:
    pass


@dataclass(frozen=True, slots=True)
class WentBack:
    pass


@dataclass(frozen=True, slots=True)
class Continued:
    """继续 on "still here?", 再换一张 on done, the primary way of a refusal."""


@dataclass(frozen=True, slots=True)
class Ended:
    """退出, 结束."""


@dataclass(frozen=True, slots=True)
class StaffCalled:
    pass


@dataclass(frozen=True, slots=True)
class Retried:
    pass


# --- Staff and IT ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class AimOpened:
    """The camera is to be aimed; no shopper's screen has a way to it."""


@dataclass(frozen=True, slots=True)
class AimClosed:
    pass


@dataclass(frozen=True, slots=True)
class AimMeasured:
    """How the camera sees now; five times a second while it is being aimed."""

    measured: Measurement


# --- Time and devices --------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Tick:
    """Comes before every other event and four times a second."""

    now_s: float
    wall: datetime | None
    fresh_id: UUID
    """A new UUIDv7 for the next redemption, should one begin: the flow makes none itself."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A text from the camera, of one of our symbologies; not yet verified."""

    text: str
    symbology: str


@dataclass(frozen=True, slots=True)
class HealthChanged:
    health: Health


@dataclass(frozen=True, slots=True)
class PaperChanged:
    paper: PaperGauge


@dataclass(frozen=True, slots=True)
class RollDoorMoved:
    is_open: bool


@dataclass(frozen=True, slots=True)
class VoucherWaits:
    """A voucher still stands in the slot: 10 s after it came, or before the next can come."""

    redemption: UUID | None


@dataclass(frozen=True, slots=True)
class VoucherTaken:
    redemption: UUID | None


@dataclass(frozen=True, slots=True)
class VoucherRetracted:
    """Nobody took it; the presenter did. The code lives."""

    redemption: UUID | None


@dataclass(frozen=True, slots=True)
class ConfigChanged:
    config: DeviceConfig


@dataclass(frozen=True, slots=True)
class CatalogueChanged:
    items: tuple[Item, ...]


# --- Answers to effects ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class MemberFound:
    member: Member


@dataclass(frozen=True, slots=True)
class MemberRefused:
    """The service answered, and said no."""

    problem: Problem


@dataclass(frozen=True, slots=True)
class CodeNotOurs:
    """Refused on the kiosk, before any call: not our form, forged, or expired."""

    expired: bool = False


@dataclass(frozen=True, slots=True)
class ServiceUnreachable:
    """A lookup got no usable answer within 5 s."""


@dataclass(frozen=True, slots=True)
class StepReached:
    redemption: UUID
    step: Step


@dataclass(frozen=True, slots=True)
class RedemptionRefused:
    """No points moved: the service said no, or the points are back. `problem` says why."""

    redemption: UUID
    problem: Problem


@dataclass(frozen=True, slots=True)
class RedemptionUnreached:
    """Reserve or /printing got no answer in 5 s: nothing printed, what is held is released."""

    redemption: UUID


@dataclass(frozen=True, slots=True)
class PrinterRefused:
    """The printer was not ready, before points were touched or before the first byte."""

    redemption: UUID
    no_paper: bool
    counted: int = 0
    """The copy that the service has counted all the same; 0: it was not asked for one."""


@dataclass(frozen=True, slots=True)
class VoucherPrinted:
    """The fence came back: the voucher is on paper."""

    redemption: UUID
    tail: str
    answer: Redemption
    """As reserved (or reprinted); its `spendable` is the balance after."""


@dataclass(frozen=True, slots=True)
class VoucherUncertain:
    """Bytes went out, the fence did not come back: the code lives, points stay debited."""

    redemption: UUID
    tail: str
    no_paper: bool


Event = (
    Touched
    | LanguageChosen
    | ScanOpened
    | ScanTabChosen
    | FilterChosen
    | PageTurned
    | ItemChosen
    | BalanceHidden
    | VouchersOpened
    | ReprintChosen
    | Confirmed
    | WentBack
    | Continued
    | Ended
    | StaffCalled
    | Retried
    | AimOpened
    | AimClosed
    | AimMeasured
    | Tick
    | Scanned
    | HealthChanged
    | PaperChanged
    | RollDoorMoved
    | VoucherWaits
    | VoucherTaken
    | VoucherRetracted
    | ConfigChanged
    | CatalogueChanged
    | MemberFound
    | MemberRefused
    | CodeNotOurs
    | ServiceUnreachable
    | StepReached
    | RedemptionRefused
    | RedemptionUnreached
    | PrinterRefused
    | VoucherPrinted
    | VoucherUncertain
    | StaffEvent
)
