"""K8: every part of the kiosk tried and looked at. Screen, events, effects."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from kiosk.aim import Light
from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.facts import Sensed

TOUCH_COLUMNS, TOUCH_ROWS = 4, 6
"""Fields of the touch test in portrait; landscape has as many."""


class Part(StrEnum):
    """What is looked at, in the order of the list."""

    PRINTER = "printer"
    PRINTER_LINE = "printer_line"
    """The bytes between kiosk and printer."""
    SCANNER = "scanner"
    NETWORK = "network"
    CLOCK = "clock"
    JOURNAL = "journal"
    STORAGE = "storage"
    TEMPERATURE = "temperature"
    PINS = "pins"
    VERSION = "version"


class Todo(StrEnum):
    """Codes of the wording catalogue: the one thing to do about a part that is not well."""

    NONE = ""
    PAPER = "ST-DO-PAPER"
    COVER = "ST-DO-COVER"
    MECHANISM = "ST-DO-MECHANISM"
    PRINTER_SILENT = "ST-DO-PRINTER-SILENT"
    LINE = "ST-DO-LINE"
    SCANNER = "ST-DO-SCANNER"
    NETWORK = "ST-DO-NETWORK"
    REFUSED = "ST-DO-REFUSED"
    CLOCK = "ST-DO-CLOCK"
    JOURNAL = "ST-DO-JOURNAL"
    STORAGE = "ST-DO-STORAGE"
    TEMPERATURE = "ST-DO-TEMPERATURE"
    PINS = "ST-DO-PINS"


@dataclass(frozen=True, slots=True)
class Check:
    """How one part is."""

    part: Part
    light: Light
    figure: str = ""
    """Language-neutral: `29 fps`, `47 ms`, `0.1.0`."""
    todo: Todo = Todo.NONE


class Sensor(StrEnum):
    """Each has its own words for OK and for FAULT, which is "active": open, near, out, taken up."""

    ROLL_DOOR = "roll_door"
    NEAR_END = "near_end"
    PAPER_END = "paper_end"
    SLOT = "slot"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Everything at one moment."""

    checks: tuple[Check, ...] = ()
    sensors: tuple[tuple[Sensor, Sensed], ...] = ()
    answers: tuple[str, ...] = ()
    """The printer's last answers, oldest first: `12 16` hex with what was asked, for engineers."""
    garbage: int = 0
    """Bytes from the printer that were no answer, since it was opened."""
    key_turns: int = 0


class DiagnosticsTab(StrEnum):
    PARTS = "parts"
    PRINTER = "printer"
    INPUTS = "inputs"
    """Sensors, sounds, lights."""
    TOUCH = "touch"


class Trial(StrEnum):
    """What can be made to act for a moment."""

    SOUND = "sound"
    SCAN_LIGHT = "scan_light"
    EXIT_LIGHT = "exit_light"


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """K8."""

    clerk: Clerk
    idle_at_s: float
    tab: DiagnosticsTab = DiagnosticsTab.PARTS
    seen: Diagnosis | None = None
    """None: being gathered."""
    due_s: float = 0.0
    """When it is gathered again."""
    asking_network: bool = False
    network: Check | None = None
    """The answer to the last network test."""
    touched: frozenset[int] = field(default_factory=frozenset)
    """Fields of the touch test that were hit."""
    trying: Trial | None = None
    """Acts now, or was the last."""


@dataclass(frozen=True, slots=True)
class DiagnosticsOpened:
    """On the dashboard."""


@dataclass(frozen=True, slots=True)
class DiagnosticsTabChosen:
    tab: DiagnosticsTab


@dataclass(frozen=True, slots=True)
class FieldTouched:
    """A field of the touch test."""

    number: int


@dataclass(frozen=True, slots=True)
class TouchTestCleared:
    pass


@dataclass(frozen=True, slots=True)
class TrialWanted:
    trial: Trial


@dataclass(frozen=True, slots=True)
class TrialOver:
    trial: Trial


@dataclass(frozen=True, slots=True)
class NetworkTestWanted:
    pass


@dataclass(frozen=True, slots=True)
class NetworkTold:
    check: Check


@dataclass(frozen=True, slots=True)
class Diagnosed:
    seen: Diagnosis


DiagnosticsEvent = (
    DiagnosticsOpened
    | DiagnosticsTabChosen
    | FieldTouched
    | TouchTestCleared
    | TrialWanted
    | TrialOver
    | NetworkTestWanted
    | NetworkTold
    | Diagnosed
)


@dataclass(frozen=True, slots=True)
class Diagnose:
    """Look at everything once; answered by Diagnosed."""

    dispenses: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class TestNetwork:
    """The service's own time, there and back; answered by NetworkTold."""

    dispenses: ClassVar[bool] = False
    __test__: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Try:
    """Let it act for a moment; answered by TrialOver."""

    dispenses: ClassVar[bool] = False

    trial: Trial


DiagnosticsEffect = Diagnose | TestNetwork | Try
