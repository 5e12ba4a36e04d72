"""Screens, events and effects of the roll wizard and the test print."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.facts import PrinterFacts
from kiosk.paper.wizard_record import WizardRecord


# --- Screens ----------------------------------------------------------------------------
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


RollScreen = RollWizard | RollChanged | TestPrint


# --- Events -----------------------------------------------------------------------------
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


RollEvent = (
    RollWizardOpened
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


# --- Effects ----------------------------------------------------------------------------
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


RollEffect = (
    AskPrinter | BeginRoll | DropRoll | KeepStep | LoadRoll | FinishRoll | PrintTest | DoubtContact
)
