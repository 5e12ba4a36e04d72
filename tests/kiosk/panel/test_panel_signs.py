"""Lights and melodies by the state; events by the inputs."""

from dataclasses import replace
from uuid import UUID

import pytest
from PIL import Image

from kiosk.devices.panel.nobody import NoPanel
from kiosk.devices.panel.sensed_printer import SensedPrinter
from kiosk.devices.ports import Fact, Melody, PanelState, PrinterStatus
from kiosk.devices.printer.fake import READY, SILENT, FakePrinter
from kiosk.flow.event import Event, RollDoorMoved
from kiosk.flow.staff.values.diagnostics import Trial
from kiosk.flow.staff.values.door import StaffKeyTurned
from kiosk.flow.state import (
    Aim,
    Attract,
    Dispensing,
    Done,
    Identifying,
    InSlot,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    PrinterReadiness,
    Refused,
    Scan,
    SlotSight,
    Step,
    Stopped,
)
from kiosk.health import readiness
from kiosk.panel_signs import PanelSigns, lights_for, melody_between
from kiosk.screens import sample
from wire.api.devices import EventType

ID = UUID(int=5)
DISPENSING = Dispensing(sample.session(), sample.ITEMS[0], 500, ID, 1000.0)
DONE = Done(sample.session(), "1", sample.ITEMS[0], "5W8C", 1010.0)
REFUSED = Refused(Message(MessageCode.E_PRINTER), (), 1020.0)


class Shown(NoPanel):
    """A panel that remembers what it was told."""

    def __init__(self) -> None:
        self.lights = {"scan": False, "exit": False}
        self.played: list[Melody] = []
        self.told = 0

    def watch(self, on_change, on_key) -> None:
        self.on_change, self.on_key = on_change, on_key
        on_change(PanelState())

    def scan_light(self, on: bool) -> None:
        self.told += 1
        self.lights["scan"] = on

    def exit_light(self, on: bool) -> None:
        self.told += 1
        self.lights["exit"] = on

    def play(self, melody: Melody) -> None:
        self.played.append(melody)


class Board:
    def __init__(self) -> None:
        self.panel = Shown()
        self.events: list[Event] = []
        self.told: list[tuple[EventType, dict[str, object]]] = []
        self.rechecks = 0
        self.near: list[bool] = []
        self.signs = PanelSigns(
            self.panel,
            self.events.append,
            lambda kind, /, **payload: self.told.append((kind, payload)),
            self.recheck,
            self.near.append,
        )
        self.signs.begin()

    def recheck(self) -> None:
        self.rechecks += 1

    def show(self, screen, **changes) -> dict[str, bool]:
        self.signs.follow(sample.kiosk(screen, **changes))
        return self.panel.lights


@pytest.fixture
def board() -> Board:
    return Board()


# --- Lights -------------------------------------------------------------------------------


def test_the_scan_light_is_on_while_the_camera_reads(board: Board) -> None:
    for screen in (Attract(), Scan(1000.0), Aim(1300.0)):
        assert board.show(screen)["scan"]
    for screen in (Identifying(1000.0), MemberHome(sample.session()), DISPENSING, DONE, REFUSED):
        assert not board.show(screen)["scan"]


def test_the_exit_light_shows_the_way_from_the_cut_until_done_ends(board: Board) -> None:
    assert not board.show(DISPENSING)["exit"]
    assert not board.show(replace(DISPENSING, step=Step.PRINT))["exit"]
    assert board.show(replace(DISPENSING, step=Step.TAKE))["exit"]
    assert board.show(DONE)["exit"]
    assert not board.show(Attract())["exit"]


@pytest.mark.parametrize("sight", [SlotSight.TAKEN, SlotSight.RETRACTED])
def test_the_exit_light_rests_once_nothing_is_to_be_taken(board: Board, sight: SlotSight) -> None:
    assert board.show(DONE, slot=InSlot(ID, SlotSight.PRESENTED))["exit"]
    assert not board.show(DONE, slot=InSlot(ID, sight))["exit"]


def test_the_exit_light_goes_on_for_a_voucher_that_waits(board: Board) -> None:
    waits = InSlot(ID, SlotSight.WAITS)
    assert board.show(Attract(), slot=waits)["exit"]
    assert not board.show(Attract(), slot=InSlot(ID, SlotSight.TAKEN))["exit"]


@pytest.mark.parametrize(
    ("state", "scan", "exit_"),
    [
        (KioskState(), True, False),
        (KioskState(screen=replace(DISPENSING, step=Step.TAKE)), False, True),
        (KioskState(slot=InSlot(None, SlotSight.WAITS)), True, True),
        (KioskState(slot=InSlot(None, SlotSight.TAKEN)), True, False),
    ],
)
def test_what_a_light_that_was_tried_goes_back_to(state, scan: bool, exit_: bool) -> None:
    assert lights_for(Trial.SCAN_LIGHT, state) is scan
    assert lights_for(Trial.EXIT_LIGHT, state) is exit_
    assert not lights_for(Trial.SOUND, state)


def test_lights_are_told_only_what_changes(board: Board) -> None:
    board.show(Attract())
    told = board.panel.told
    for _ in range(5):
        board.show(Attract())
    assert board.panel.told == told


# --- Melodies -----------------------------------------------------------------------------

CHANGES = {
    "a voucher": (DISPENSING, DONE, Melody.TAKE),
    "a refusal": (DISPENSING, REFUSED, Melody.REFUSED),
    "a member": (Identifying(1.0), MemberHome(sample.session()), Melody.OK),
    "a code that is refused": (
        Identifying(1.0),
        Attract(Message(MessageCode.E_QR_OLD), 9.0),
        Melody.REFUSED,
    ),
    "staff called": (REFUSED, replace(REFUSED, staff_called=True), Melody.STAFF),
    "the same again": (DONE, replace(DONE, until_s=1100.0), None),
    "the end": (DONE, Attract(), None),
    "a shopper comes": (Attract(), Identifying(1.0), None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_heard(name: str) -> None:
    before, after, melody = CHANGES[name]
    assert melody_between(sample.kiosk(before), sample.kiosk(after)) is melody


def test_low_paper_calls_staff_once(board: Board) -> None:
    low = replace(KioskState().paper, low=True)
    board.show(Attract())
    board.show(Attract(), paper=low)
    board.show(Stopped(Message(MessageCode.E_STOP)), paper=low)
    assert board.panel.played == [Melody.STAFF]


def test_the_first_state_is_silent(board: Board) -> None:
    board.show(DONE)
    assert board.panel.played == []


def test_a_voucher_that_is_not_taken_chimes(board: Board) -> None:
    board.signs.chime()
    assert board.panel.played == [Melody.NOT_TAKEN]


# --- Inputs -------------------------------------------------------------------------------


def test_the_key_opens_the_door_of_staff(board: Board) -> None:
    board.panel.on_key()
    assert board.events == [StaffKeyTurned()]


def test_the_roll_door_is_told_to_flow_and_service(board: Board) -> None:
    closed = PanelState(roll_door_open=Fact.OK)
    board.panel.on_change(closed)
    assert board.told == []  # it was closed all the time
    board.panel.on_change(replace(closed, roll_door_open=Fact.FAULT))
    board.panel.on_change(closed)
    assert board.events == [RollDoorMoved(False), RollDoorMoved(True), RollDoorMoved(False)]
    assert [kind for kind, _ in board.told] == [EventType.DOOR_OPENED, EventType.DOOR_CLOSED]


def test_a_door_that_was_open_at_the_start_is_told(board: Board) -> None:
    board.panel.on_change(PanelState(roll_door_open=Fact.FAULT))
    assert board.events == [RollDoorMoved(True)]
    assert [kind for kind, _ in board.told] == [EventType.DOOR_OPENED]


def test_a_contact_that_chatters_moves_no_door(board: Board) -> None:
    board.panel.on_change(PanelState(roll_door_open=Fact.OK))
    board.panel.on_change(PanelState(faults=("roll_door chatters",)))
    assert board.events == [RollDoorMoved(False)]
    assert board.told == [(EventType.PANEL_FAULT, {"what": "roll_door chatters"})]


def test_a_fault_of_the_panel_is_told_once(board: Board) -> None:
    chatters = PanelState(faults=("paper_end chatters",))
    board.panel.on_change(chatters)
    board.panel.on_change(replace(chatters, paper_end=Fact.OK))
    assert board.told == [(EventType.PANEL_FAULT, {"what": "paper_end chatters"})]


def test_a_contact_that_comes_and_goes_does_not_fill_the_outbox(board: Board) -> None:
    chatters = PanelState(faults=("taken chatters",))
    for minute in range(70):
        board.show(Attract(), now_s=1000.0 + 60 * minute)
        board.panel.on_change(chatters)
        board.panel.on_change(PanelState())
    assert len(board.told) == 2


def test_near_end_goes_to_the_paper_ledger(board: Board) -> None:
    for fact in (Fact.OK, Fact.FAULT, Fact.UNKNOWN, Fact.OK):
        board.panel.on_change(PanelState(paper_near_end=fact))
    assert board.near == [False, True, False]


def test_paper_end_has_the_printer_asked_at_once(board: Board) -> None:
    board.panel.on_change(PanelState(paper_end=Fact.OK))
    board.panel.on_change(PanelState(paper_end=Fact.FAULT))
    assert board.rechecks == 2


# --- Paper, by the printer and by the panel -----------------------------------------------


@pytest.mark.parametrize(
    ("printer", "sensor", "ready"),
    [
        (READY, Fact.FAULT, PrinterReadiness.NO_PAPER),
        (SILENT, Fact.FAULT, PrinterReadiness.NO_PAPER),
        (SILENT, Fact.OK, PrinterReadiness.UNKNOWN),
        (READY, Fact.OK, PrinterReadiness.READY),
        (READY, Fact.UNKNOWN, PrinterReadiness.READY),
        (replace(READY, paper=Fact.FAULT), Fact.OK, PrinterReadiness.NO_PAPER),
        (replace(READY, paper=Fact.UNKNOWN), Fact.OK, PrinterReadiness.UNKNOWN),
    ],
)
def test_no_paper_by_either_is_no_paper_and_unknown_is_never_fine(
    printer: PrinterStatus, sensor: Fact, ready: PrinterReadiness
) -> None:
    panel = PanelState(paper_end=sensor)
    sensed = SensedPrinter(FakePrinter(status=printer), lambda: panel)
    status = sensed.status(1.0)
    assert readiness(status) is ready
    assert status.ready is (ready is PrinterReadiness.READY)


@pytest.mark.parametrize(
    ("printer", "sensor", "near"),
    [
        (Fact.UNKNOWN, Fact.FAULT, Fact.FAULT),
        (Fact.OK, Fact.FAULT, Fact.FAULT),
        (Fact.FAULT, Fact.OK, Fact.FAULT),
        (Fact.OK, Fact.UNKNOWN, Fact.OK),
        (Fact.UNKNOWN, Fact.OK, Fact.OK),
    ],
)
def test_near_end_by_either_is_near_the_end(printer: Fact, sensor: Fact, near: Fact) -> None:
    fake = FakePrinter(status=replace(READY, near_end=printer))
    panel = PanelState(paper_near_end=sensor)
    assert SensedPrinter(fake, lambda: panel).status(1.0).near_end is near


def test_everything_else_is_the_printers_own() -> None:
    fake = FakePrinter()
    fake.slot_says = Fact.OK
    sensed = SensedPrinter(fake, PanelState)
    sensed.print(Image.new("1", (384, 8), 1), 1.0)
    assert sensed.slot() is Fact.FAULT
    assert sensed.retract(1.0)
    sensed.reset(1.0)
    sensed.close()
    assert (len(fake.pages), fake.retracted, fake.resets, fake.closed) == (1, 1, 1, True)


def test_where_there_is_no_panel_nothing_is_known_and_nothing_happens() -> None:
    panel = NoPanel()
    seen: list[PanelState] = []
    panel.watch(seen.append, lambda: pytest.fail("a key without a panel"))
    panel.scan_light(True)
    panel.exit_light(True)
    panel.play(Melody.TAKE)
    panel.printer_power(True)
    assert seen == [PanelState()]
    assert panel.busy() is None
    assert not panel.open_gate()
    panel.close()
