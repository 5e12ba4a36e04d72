"""What the kiosk is doing, as plain values: screens draw it, `handle` replaces it.

Times ending in `_s` are seconds of the injected monotonic clock (boot time), never of
the wall clock: a clock that jumps neither logs anybody out nor holds anybody in.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kiosk.aim import WAITING, Verdict
from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.door import BadgeAsked
from kiosk.flow.staff.values.service import SecondBadge
from kiosk.flow.staff.values.unions import StaffScreen
from kiosk.paper.gauge import NO_ROLL, PaperGauge
from wire.api.catalogue import Item
from wire.api.devices import DeviceConfig
from wire.api.members import Member
from wire.api.text import Language


class PrinterReadiness(StrEnum):
    """What the printer thread last knew; UNKNOWN is neither out of paper nor fine."""

    READY = "ready"
    NO_PAPER = "no_paper"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Health:
    """What the status chip shows and what decides whether a redemption can start."""

    online: bool = False
    printer: PrinterReadiness = PrinterReadiness.UNKNOWN
    scanner_ok: bool = True
    clock_ok: bool = True
    paused: bool = False
    """By the service (command or config) or by the journal after a disk fault."""


class MessageCode(StrEnum):
    """The codes of the wording catalogue; each says what happened, the points, what next."""

    E_QR_UNKNOWN = "E-QR-UNKNOWN"
    E_QR_OLD = "E-QR-OLD"
    E_QR_USED = "E-QR-USED"
    E_CARD_OLD = "E-CARD-OLD"
    E_CAM_COUNTER = "E-CAM-COUNTER"
    E_MEMBER = "E-MEMBER"
    E_FROZEN = "E-FROZEN"
    OFF_NO = "OFF-NO"
    E_PTS = "E-PTS"
    E_STOCK = "E-STOCK"
    E_STALE = "E-STALE"
    E_LIMIT = "E-LIMIT"
    E_LIMIT_EVER = "E-LIMIT-EVER"
    """A limit that does not come back."""
    E_TIER = "E-TIER"
    """A reward for other tiers."""
    E_WINDOW = "E-WINDOW"
    E_SESSION = "E-SESSION"
    E_PRINTER = "E-PRINTER"
    E_PIN_COUNTER = "E-PIN-COUNTER"
    E_HOLD = "E-HOLD"
    E_PAPER_PRE = "E-PAPER-PRE"
    E_PAPER_MID = "E-PAPER-MID"
    E_UNC = "E-UNC"
    E_STOP = "E-STOP"
    E_CLOCK = "E-CLOCK"
    E_READ_ONLY = "E-READ-ONLY"
    """A card, or a code seen just before at this kiosk: balance only."""
    E_REPRINT = "E-REPRINT"
    """Not printed again this time; the voucher is as good as before."""
    E_REPRINT_OVER = "E-REPRINT-OVER"
    """Used, returned or expired meanwhile: there is nothing to print."""
    HINT_BRIGHT = "HINT-BRIGHT"
    RESUME_RELEASED = "RESUME-RELEASED"
    RESUME_UNCERTAIN = "RESUME-UNCERTAIN"
    HELP = "HELP"
    NOT_TAKEN = "NOT-TAKEN"
    """A voucher stands in the slot."""
    VOUCHER_BACK = "VOUCHER-BACK"
    """It was taken back; the code lives."""
    ST_BADGE = "ST-BADGE"
    """What was shown is no badge of ours, or one that counts no more."""


@dataclass(frozen=True, slots=True)
class Message:
    """A code of the catalogue and the values for its braces."""

    code: MessageCode
    params: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """One shopper before the kiosk, from scan to goodbye; nothing of it survives the end."""

    member: Member
    received_s: float
    """When `member` arrived: its age decides how honestly the balance is shown."""
    spendable: int
    """`member.spendable`, less what was redeemed since."""
    hide_balance: bool = False
    redeemed: int = 0
    """Vouchers dispensed in this session."""


class SlotSight(StrEnum):
    """What is known of the last voucher that came out."""

    PRESENTED = "presented"
    """It came out; where nothing sees the slot, this is all that is ever known."""
    WAITS = "waits"
    """It is still there, after the time in which it should have been taken."""
    TAKEN = "taken"
    RETRACTED = "retracted"
    """The presenter took it back. Its code is as good as before."""


@dataclass(frozen=True, slots=True)
class InSlot:
    redemption: UUID | None
    """None: paper whose redemption is not known, from before a restart."""
    sight: SlotSight


# --- Screens -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attract:
    """S0: nobody is there. A code works right here. `notice` is told for a few seconds."""

    notice: Message | None = None
    notice_until_s: float = 0.0


class ScanTab(StrEnum):
    PHONE = "phone"
    CARD = "card"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Scan:
    """S1: how to hold the phone, a mirror of the scan window, and what to do if that fails."""

    since_s: float
    tab: ScanTab = ScanTab.PHONE
    hint: bool = False
    notice: Message | None = None
    notice_until_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Identifying:
    """A code was read; the service is asked who it is."""

    since_s: float


class Filter(StrEnum):
    """The fixed filters; a category's id is a filter too."""

    AFFORDABLE = "affordable"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class MemberHome:
    """S3 and S4: points card and rewards."""

    session: Session
    filter: str = Filter.AFFORDABLE
    page: int = 0
    notice: Message | None = None


@dataclass(frozen=True, slots=True)
class Confirm:
    """S5 and S6: one reward, its terms, the sum; the button wakes after a second."""

    session: Session
    item: Item
    price: int
    armed_at_s: float
    """Taps on the primary button before this moment are ignored."""
    back: MemberHome
    notice: Message | None = None

    @property
    def blocked(self) -> bool:
        """Whether the notice says why this cannot be redeemed (a new price only informs)."""
        return self.notice is not None and self.notice.code is not MessageCode.E_STALE


class Step(StrEnum):
    """S7's three steps."""

    DEDUCT = "deduct"
    PRINT = "print"
    TAKE = "take"


@dataclass(frozen=True, slots=True)
class Dispensing:
    """S7: points move, the voucher prints. No way back, no idle time."""

    session: Session
    item: Item | None
    """None for a reprint."""
    price: int
    redemption: UUID
    since_s: float
    step: Step = Step.DEDUCT


@dataclass(frozen=True, slots=True)
class Done:
    """S8: take the voucher."""

    session: Session
    reward: str | None
    """Id of the item, or None after a reprint."""
    item: Item | None
    tail: str
    until_s: float


@dataclass(frozen=True, slots=True)
class Vouchers:
    """Vouchers of this member that wait: uncertain ones can be printed again here."""

    session: Session
    back: MemberHome


class RefusalWay(StrEnum):
    """Where a refusal's buttons lead; the first is the primary one."""

    HOME = "home"
    """Back to the rewards."""
    RETRY = "retry"
    """The same redemption again, under a new id."""
    END = "end"
    CALL_STAFF = "call_staff"


@dataclass(frozen=True, slots=True)
class Refused:
    """A full screen that says what happened, what it means for the points, what to do next."""

    message: Message
    ways: tuple[RefusalWay, ...]
    until_s: float
    session: Session | None = None
    retry: Confirm | None = None
    staff_called: bool = False


@dataclass(frozen=True, slots=True)
class StillHere:
    """SX: a countdown with no data behind it."""

    until_s: float
    resume: "MemberHome | Confirm | Vouchers"


@dataclass(frozen=True, slots=True)
class Stopped:
    """The kiosk cannot serve: paused, no clock or no camera. Staff can still come in."""

    message: Message
    notice: Message | None = None
    """What is wrong with a badge that was shown here, for a few seconds."""
    notice_until_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Aim:
    """I3: how the camera sees, for staff and IT. Codes read here are looked up by nobody."""

    idle_at_s: float
    """When it is left by itself: nobody touched the glass or held a code for so long."""
    verdict: Verdict = WAITING
    measured_s: float = 0.0
    """When the camera was last heard of."""
    clerk: Clerk | None = None
    """Who came from the diagnostics, and goes back to the dashboard; None: by the socket."""


Screen = (
    Attract
    | Scan
    | Identifying
    | MemberHome
    | Confirm
    | Dispensing
    | Done
    | Vouchers
    | Refused
    | StillHere
    | Stopped
    | Aim
    | StaffScreen
)


@dataclass(frozen=True, slots=True)
class KioskState:
    """All that a screen may draw."""

    screen: Screen = field(default_factory=Attract)
    now_s: float = 0.0
    language: Language = Language.ZH_HANS
    default_language: Language = Language.ZH_HANS
    health: Health = field(default_factory=Health)
    config: DeviceConfig | None = None
    catalogue: tuple[Item, ...] = ()
    idle_at_s: float = 0.0
    """When "still here?" comes, on screens that have an idle time."""
    wall: datetime | None = None
    """The anchored wall clock at `now_s`, aware; None while it is not trusted."""
    fresh_id: UUID | None = None
    """From the last tick: the id of the next redemption."""
    paper: PaperGauge = NO_ROLL
    roll_door_open: bool = False
    slot: InSlot | None = None
    """The last voucher on its way to the shopper; None: none since the start."""
    staff_waits_until_s: float = 0.0
    staff_told_s: float = 0.0
    """When the service was last told that staff are here: at the log-in, then while they touch."""
    """A key was turned while a shopper was there: until when it opens the door; 0: none was."""


def reads_codes(state: KioskState) -> bool:
    """Whether the camera may read now: attract, scan, aim, badge; a stopped kiosk, for badges."""
    match state.screen:
        case Attract() | Scan() | Aim() | BadgeAsked() | SecondBadge():
            return True
        case Stopped():
            return state.health.scanner_ok
        case _:
            return False
