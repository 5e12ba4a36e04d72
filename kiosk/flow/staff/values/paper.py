"""Screens, events and effects of the door, the dashboard, the roll wizard and the test print."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.facts import KioskFacts, PrinterFacts
from kiosk.paper.wizard_record import WizardRecord


# --- Screens -----------------------------------------------------------------------------
class DoorNotice(StrEnum):
    """Why somebody stands at the door (still, or again)."""

    BAD_BADGE = "bad_badge"
    """Forged, expired, replaced, or disabled at the service."""
    NOT_LISTED = "not_listed"
    """The service is away, and this badge is not on the list that it left behind."""
    EXPIRED = "expired"
    """The log-in is over at the service: it was not used for five minutes."""
    PIN_UNSET = "pin_unset"
    SILENT = "silent"
    """The service took the PIN and did not answer; the badge is not on the list."""
    REFUSED = "refused"
    """The service lets nobody in here just now, whatever the badge and the PIN."""


@dataclass(frozen=True, slots=True)
class BadgeAsked:
    """K1: show your badge to the camera. Nobody is logged in."""

    idle_at_s: float
    notice: DoorNotice | None = None
    notice_until_s: float = 0.0
    checking: bool = False
    """A badge was read and is being checked."""


@dataclass(frozen=True, slots=True)
class PinAsked:
    """K2: six digits, which only the service can judge. Nobody is logged in."""

    idle_at_s: float
    badge: str = field(repr=False)
    """Verified on this kiosk."""
    typed: str = field(default="", repr=False)
    asking: bool = False
    """The PIN is with the service."""
    left: int | None = None
    """Tries that are left, after a wrong one."""
    locked_until: datetime | None = None
    blocked: bool = False
    """No PIN of this badge counts before a new one is set: waiting does not help."""


@dataclass(frozen=True, slots=True)
class StaffHome:
    """K3: how the kiosk is, and what can be done about it."""

    clerk: Clerk
    idle_at_s: float
    """Every staff screen has these two: who is there, and when they are logged out."""
    facts: KioskFacts | None = None
    """None: being gathered."""
    facts_due_s: float = 0.0
    """When they are asked for next."""
    unfinished: WizardRecord | None = None
    """A roll change that was left or cut off half way."""


class RollField(StrEnum):
    """What is typed on the number pad."""

    SERIAL = "serial"
    LENGTH = "length"


class PrintTrouble(StrEnum):
    """Why a test print did not come out."""

    NO_PAPER = "no_paper"
    COVER = "cover"
    PRINTER = "printer"
    """It says so, or nothing."""


@dataclass(frozen=True, slots=True)
class RollWizard:
    """K4: six steps from the open cover to a sharp test print."""

    clerk: Clerk
    idle_at_s: float
    record: WizardRecord
    """As it is on disk."""
    saving: bool = False
    """The next step is being written down; taps wait."""
    printer: PrinterFacts = field(default_factory=PrinterFacts)
    """As last told; UNKNOWN facts move nothing on."""
    printer_due_s: float = 0.0
    asking: bool = False
    """The printer was asked and has not answered yet."""
    field: RollField | None = None
    """The number pad is open for this one."""
    typed: str = ""
    printing: bool = False
    trouble: PrintTrouble | None = None
    blurred: bool = False
    """It was said not to be sharp: what to do about it is shown."""


@dataclass(frozen=True, slots=True)
class RollChanged:
    """The end of K4: thanks, and how long it took."""

    clerk: Clerk
    idle_at_s: float
    serial: str
    length_mm: int
    vouchers: int
    seconds: int | None
    """None: it was interrupted, so nobody knows."""


class TestStage(StrEnum):
    __test__ = False  # not a test, whatever pytest makes of the name

    READY = "ready"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TestPrint:
    """K5: a slip that is worth nothing shows whether the print is sharp."""

    __test__: ClassVar[bool] = False

    clerk: Clerk
    idle_at_s: float
    stage: TestStage = TestStage.READY
    trouble: PrintTrouble | None = None
    judged: bool = False
    """Somebody has looked at the slip."""
    blurred: bool = False
    """... and it was not sharp."""


DoorScreen = BadgeAsked | PinAsked
"""Nobody is logged in here."""
PaperScreen = DoorScreen | StaffHome | RollWizard | RollChanged | TestPrint


# --- Events ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class StaffKeyTurned:
    """The key switch on the panel was held: show the badge screen."""


@dataclass(frozen=True, slots=True)
class BadgeGood:
    """Signed by the service, not expired, not replaced as far as this kiosk knows."""

    badge: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BadgeBad:
    why: DoorNotice = DoorNotice.BAD_BADGE


@dataclass(frozen=True, slots=True)
class PinDigit:
    digit: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PinRubbed:
    """The last digit is taken back."""


@dataclass(frozen=True, slots=True)
class PinWrong:
    left: int


@dataclass(frozen=True, slots=True)
class PinLocked:
    until: datetime | None
    """None: until a new PIN is set."""


@dataclass(frozen=True, slots=True)
class LoginSilent:
    """The service did not answer in time: the badge alone must do, for paper."""


@dataclass(frozen=True, slots=True)
class ClerkCame:
    """Logged in; `unfinished` is a roll change that waits to be finished."""

    clerk: Clerk
    unfinished: WizardRecord | None = None


@dataclass(frozen=True, slots=True)
class LoginOver:
    """The service knows this log-in no more."""

    login: UUID


@dataclass(frozen=True, slots=True)
class StaffLeft:
    """离岗: log out."""


@dataclass(frozen=True, slots=True)
class StaffWentBack:
    """返回 on a staff screen: one step towards the dashboard, or out of the door."""


@dataclass(frozen=True, slots=True)
class StaffStayed:
    """继续 on the ring that warns of the log-out."""


@dataclass(frozen=True, slots=True)
class FactsTold:
    facts: KioskFacts
    unfinished: WizardRecord | None = None


@dataclass(frozen=True, slots=True)
class RollWizardOpened:
    """现在换卷, or 继续换卷."""


@dataclass(frozen=True, slots=True)
class RollBegun:
    """A roll change is on disk, at its first step."""

    record: WizardRecord


@dataclass(frozen=True, slots=True)
class RollDropped:
    """没有换卷 on the dashboard: the old roll stayed in."""


@dataclass(frozen=True, slots=True)
class WizardNext:
    """下一步: said by a hand where no sensor says it."""


@dataclass(frozen=True, slots=True)
class WizardStepBack:
    """上一步."""


@dataclass(frozen=True, slots=True)
class LengthChosen:
    length_mm: int


@dataclass(frozen=True, slots=True)
class RollFieldOpened:
    field: RollField


@dataclass(frozen=True, slots=True)
class RollFieldTyped:
    """A digit; "" takes the last one back."""

    digit: str


@dataclass(frozen=True, slots=True)
class RollFieldDone:
    """确定 on the number pad."""


@dataclass(frozen=True, slots=True)
class PrinterTold:
    """What the printer says of itself while a roll is changed."""

    status: PrinterFacts


@dataclass(frozen=True, slots=True)
class StepKept:
    """The record is on disk."""

    record: WizardRecord


@dataclass(frozen=True, slots=True)
class TestPrinted:
    __test__: ClassVar[bool] = False

    paper_mm: int


@dataclass(frozen=True, slots=True)
class TestFailed:
    __test__: ClassVar[bool] = False

    why: PrintTrouble


@dataclass(frozen=True, slots=True)
class SharpnessJudged:
    """清晰 or 不清晰, by a person who looked."""

    sharp: bool


@dataclass(frozen=True, slots=True)
class RollFinished:
    """The change is in the ledger and on its way to the service."""

    record: WizardRecord
    vouchers: int
    seconds: int | None


@dataclass(frozen=True, slots=True)
class TestPrintOpened:
    """测试打印 on the dashboard."""

    __test__: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class TestPrintWanted:
    """打印, or 再打一次."""

    __test__: ClassVar[bool] = False


PaperEvent = (
    StaffKeyTurned
    | BadgeGood
    | BadgeBad
    | PinDigit
    | PinRubbed
    | PinWrong
    | PinLocked
    | LoginSilent
    | ClerkCame
    | LoginOver
    | StaffLeft
    | StaffWentBack
    | StaffStayed
    | FactsTold
    | RollWizardOpened
    | RollBegun
    | RollDropped
    | WizardNext
    | WizardStepBack
    | LengthChosen
    | RollFieldOpened
    | RollFieldTyped
    | RollFieldDone
    | PrinterTold
    | StepKept
    | TestPrinted
    | TestFailed
    | SharpnessJudged
    | RollFinished
    | TestPrintOpened
    | TestPrintWanted
)


# --- Effects -----------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CheckBadge:
    """Is this text a badge of ours? Answered by BadgeGood or BadgeBad."""

    dispenses: ClassVar[bool] = False

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LogIn:
    """Answered by ClerkCame, PinWrong, PinLocked, BadgeBad or LoginSilent."""

    dispenses: ClassVar[bool] = False

    badge: str = field(repr=False)
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetInOffline:
    """By badge alone, if it is on the signed list. Answered by ClerkCame or BadgeBad."""

    dispenses: ClassVar[bool] = False

    badge: str = field(repr=False)
    why_not: DoorNotice = DoorNotice.NOT_LISTED
    """What to answer if it is not on the list."""


@dataclass(frozen=True, slots=True)
class LogOut:
    """The token is forgotten here and ended at the service. No answer."""

    dispenses: ClassVar[bool] = False

    staff_ref: str
    login: UUID | None


@dataclass(frozen=True, slots=True)
class StayIn:
    """Somebody is still here: the service keeps the log-in. Answered by LoginOver, or not."""

    dispenses: ClassVar[bool] = False

    login: UUID


@dataclass(frozen=True, slots=True)
class AskFacts:
    """Answered by FactsTold."""

    dispenses: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class AskPrinter:
    """Answered by PrinterTold."""

    dispenses: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class BeginRoll:
    """Write down that a roll is being changed. Answered by RollBegun."""

    dispenses: ClassVar[bool] = False

    id: UUID
    staff_ref: str
    login: UUID | None
    length_mm: int
    """To begin with: as long as the roll before."""


@dataclass(frozen=True, slots=True)
class DropRoll:
    """No roll was changed after all. No answer."""

    dispenses: ClassVar[bool] = False

    id: UUID


@dataclass(frozen=True, slots=True)
class KeepStep:
    """Write down where the roll change stands, then answer with StepKept."""

    dispenses: ClassVar[bool] = False

    record: WizardRecord


@dataclass(frozen=True, slots=True)
class LoadRoll:
    """The new roll is in: take it into the ledger, then answer with StepKept."""

    dispenses: ClassVar[bool] = False

    record: WizardRecord


@dataclass(frozen=True, slots=True)
class FinishRoll:
    """The test print is sharp: the change is over. Answered by RollFinished."""

    dispenses: ClassVar[bool] = False

    record: WizardRecord


@dataclass(frozen=True, slots=True)
class PrintTest:
    """Answered by TestPrinted or TestFailed. Prints nothing that is worth anything."""

    __test__: ClassVar[bool] = False
    dispenses: ClassVar[bool] = True

    staff_ref: str
    login: UUID | None


@dataclass(frozen=True, slots=True)
class DoubtContact:
    """Staff and the printer say otherwise than a contact of the panel: tell the service.

    No answer.
    """

    dispenses: ClassVar[bool] = False

    what: str


PaperEffect = (
    CheckBadge
    | LogIn
    | LetInOffline
    | LogOut
    | StayIn
    | AskFacts
    | AskPrinter
    | BeginRoll
    | DropRoll
    | KeepStep
    | LoadRoll
    | FinishRoll
    | PrintTest
    | DoubtContact
)
