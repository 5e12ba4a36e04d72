"""Screens, events and effects of reprints, the uncertain queue and the dispute view."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from kiosk.flow.staff.values.case import Case, Moment
from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.told import Told
from wire.api.redemptions import ReleaseReason, ReprintReason
from wire.api.text import Language

TAIL_LENGTH = 4
VOID_REASONS = (ReleaseReason.STAFF_NOT_PRINTED, ReleaseReason.STAFF_TORN)


# --- Lists -------------------------------------------------------------------------------
class Source(StrEnum):
    HERE = "here"
    """This kiosk's journal."""
    STORE = "store"
    """The service: every kiosk of the store."""


@dataclass(frozen=True, slots=True)
class Found:
    """Cases as the two sources gave them; None while a source has not answered."""

    here: tuple[Case, ...] | None = None
    store: tuple[Case, ...] | None = None
    silent: bool = False
    """The service did not answer: only this kiosk's are known."""


class SearchWay(StrEnum):
    TIME = "time"
    TAIL = "tail"


@dataclass(frozen=True, slots=True)
class Search:
    """K6: find a voucher by the end of its code, or by when it was asked for."""

    clerk: Clerk
    idle_at_s: float
    way: SearchWay = SearchWay.TIME
    tail: str = ""
    """As far as it was typed."""
    found: Found = Found()
    page: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """K7: vouchers of which nobody knows whether they came out."""

    clerk: Clerk
    idle_at_s: float
    found: Found = Found()
    page: int = 0


# --- One voucher -------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CaseView:
    """Did it print? What was written down, what to tell the shopper, what to do."""

    clerk: Clerk
    idle_at_s: float
    case: Case
    back: Search | Queue
    history: tuple[Moment, ...] | None = None
    """Oldest first; None while it is being read."""
    live: bool | None = None
    """Whether the service was asked and answered; None while it is being asked."""


@dataclass(frozen=True, slots=True)
class ReprintAsk:
    """Why again? Then the button wakes."""

    clerk: Clerk
    idle_at_s: float
    case: Case
    back: Search | Queue
    armed_at_s: float
    """Taps on the button before this moment are ignored."""
    reason: ReprintReason | None = None


class ReprintStage(StrEnum):
    ASK = "ask"
    """The service is asked for its leave."""
    PRINT = "print"
    TAKE = "take"


@dataclass(frozen=True, slots=True)
class Reprinting:
    """The same code is printed again; no way back, and no idle time ends it."""

    clerk: Clerk
    idle_at_s: float
    case: Case
    back: Search | Queue
    since_s: float
    stage: ReprintStage = ReprintStage.ASK

    @property
    def redemption(self) -> UUID:
        return self.case.id


@dataclass(frozen=True, slots=True)
class Settle:
    """One uncertain voucher: what staff know decides what becomes of it."""

    clerk: Clerk
    idle_at_s: float
    case: Case
    back: Search | Queue
    armed_at_s: float


@dataclass(frozen=True, slots=True)
class VoidAsk:
    """Points back, code dead: a reason, and a second tap."""

    clerk: Clerk
    idle_at_s: float
    case: Case
    back: Search | Queue
    armed_at_s: float
    reason: ReleaseReason | None = None


class Settlement(StrEnum):
    TAKEN = "taken"
    """券已取: the shopper has it."""
    VOID = "void"
    """作废退分: the code is revoked, then the points are back."""


@dataclass(frozen=True, slots=True)
class Settling:
    """The service is being told."""

    clerk: Clerk
    idle_at_s: float
    case: Case
    back: Search | Queue
    wanted: Settlement
    since_s: float


VoucherScreen = (
    Search | Queue | CaseView | ReprintAsk | Reprinting | Settle | VoidAsk | Settling | Told
)


# --- Events ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class SearchOpened:
    """补印 / 查券 on the dashboard."""


@dataclass(frozen=True, slots=True)
class QueueOpened:
    """待确认 on the dashboard."""


@dataclass(frozen=True, slots=True)
class SearchWayChosen:
    way: SearchWay


@dataclass(frozen=True, slots=True)
class SymbolTyped:
    symbol: str
    """One of `wire.voucher_code.ALPHABET`."""


@dataclass(frozen=True, slots=True)
class SymbolErased:
    """The last one."""


@dataclass(frozen=True, slots=True)
class CasesTurned:
    """To another page of a list."""

    by: int


@dataclass(frozen=True, slots=True)
class CaseChosen:
    id: UUID


@dataclass(frozen=True, slots=True)
class ReprintOpened:
    """重印 of the case that stands on the screen."""


@dataclass(frozen=True, slots=True)
class ReprintReasonChosen:
    reason: ReprintReason


@dataclass(frozen=True, slots=True)
class ReprintConfirmed:
    pass


@dataclass(frozen=True, slots=True)
class SettleOpened:
    """处理 of the uncertain case that stands on the screen."""


@dataclass(frozen=True, slots=True)
class StoryOpened:
    """看记录 of the case that stands on the screen."""


@dataclass(frozen=True, slots=True)
class TakenConfirmed:
    """券已取."""


@dataclass(frozen=True, slots=True)
class VoidOpened:
    """作废退分."""


@dataclass(frozen=True, slots=True)
class VoidReasonChosen:
    reason: ReleaseReason


@dataclass(frozen=True, slots=True)
class VoidConfirmed:
    pass


@dataclass(frozen=True, slots=True)
class CasesFound:
    """Answers FindHere and FindInStore; `tail` and `uncertain` repeat the question."""

    source: Source
    cases: tuple[Case, ...]
    tail: str = ""
    uncertain: bool = False
    silent: bool = False
    """The service did not answer."""


@dataclass(frozen=True, slots=True)
class SearchRefused:
    """Answers FindInStore and AskStanding where the service heard, and said no."""

    login: UUID
    role: bool
    """Vouchers are not theirs; else for another reason."""


@dataclass(frozen=True, slots=True)
class StoryRead:
    """Answers ReadStory, first from the journal alone, then with what the service says."""

    id: UUID
    history: tuple[Moment, ...]
    case: Case | None
    """As it stands now; None: nothing new is known."""
    live: bool | None


class Settled(StrEnum):
    """What the service said to a settlement."""

    DONE = "done"
    USED = "used"
    """Used at a till meanwhile."""
    ISSUED = "issued"
    """Settled before, in favour of the paper."""
    RELEASED = "released"
    ELSEWHERE = "elsewhere"
    """Not this kiosk's to settle."""
    LOGIN_OVER = "login_over"
    ROLE = "role"
    REFUSED = "refused"
    SILENT = "silent"
    """No answer: it may be done or not; doing it again is safe."""


@dataclass(frozen=True, slots=True)
class CaseSettled:
    """Answers SettleCase."""

    id: UUID
    wanted: Settlement
    outcome: Settled
    used_at: datetime | None = None
    used_where: str | None = None


VoucherEvent = (
    SearchOpened
    | QueueOpened
    | SearchWayChosen
    | SymbolTyped
    | SymbolErased
    | CasesTurned
    | CaseChosen
    | ReprintOpened
    | ReprintReasonChosen
    | ReprintConfirmed
    | SettleOpened
    | StoryOpened
    | TakenConfirmed
    | VoidOpened
    | VoidReasonChosen
    | VoidConfirmed
    | CasesFound
    | StoryRead
    | SearchRefused
    | CaseSettled
)


# --- Effects -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StaffReprint:
    """The same code once more, for staff; answered like `kiosk.flow.effect.Redeem`."""

    dispenses: ClassVar[bool] = True

    redemption: UUID
    staff_ref: str
    login: UUID
    reason: ReprintReason
    language: Language


@dataclass(frozen=True, slots=True)
class FindHere:
    """The newest of this kiosk's journal, all or with this tail; answered by CasesFound."""

    dispenses: ClassVar[bool] = False

    tail: str = ""
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class FindInStore:
    """The same of all kiosks of the store, by the service; answered by CasesFound."""

    dispenses: ClassVar[bool] = False

    login: UUID
    tail: str = ""
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class ReadStory:
    """What was written down about one; answered by StoryRead."""

    dispenses: ClassVar[bool] = False

    case: Case


@dataclass(frozen=True, slots=True)
class AskStanding:
    """How the service sees it now, with the story again; answered by StoryRead."""

    dispenses: ClassVar[bool] = False

    case: Case
    login: UUID


@dataclass(frozen=True, slots=True)
class SettleCase:
    """Tell the service; answered by CaseSettled."""

    dispenses: ClassVar[bool] = False

    redemption: UUID
    wanted: Settlement
    staff_ref: str
    login: UUID
    reason: ReleaseReason | None = None
    """For VOID."""


VoucherEffect = StaffReprint | FindHere | FindInStore | ReadStory | AskStanding | SettleCase
