"""Staff at the door, on the dashboard and with the paper, for pictures and their tests."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kiosk.flow.staff import wizard
from kiosk.flow.staff.values.clerk import Clerk
from kiosk.flow.staff.values.door import BadgeAsked, DoorNotice, PinAsked, StaffHome
from kiosk.flow.staff.values.facts import KioskFacts, PrinterFacts, Sensed
from kiosk.flow.staff.values.rolls import (
    PrintTrouble,
    RollChanged,
    RollField,
    RollWizard,
    TestPrint,
    TestStage,
)
from kiosk.flow.state import (
    Attract,
    Health,
    Message,
    MessageCode,
    PrinterReadiness,
    Screen,
    Stopped,
)
from kiosk.paper.gauge import PaperGauge
from kiosk.paper.wizard_record import WizardRecord
from wire.api.staff import StaffRole

NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
NOW_S = 1000.0
IDLE_S = NOW_S + 250
CLERK = Clerk("0a1b2c3d4e5f", StaffRole.CLERK, "李**", UUID(int=31))
OFFLINE = replace(CLERK, login=None)
FINE = PrinterFacts(*[Sensed.OK] * 4)
OPEN = replace(FINE, cover=Sensed.FAULT, paper=Sensed.FAULT)
FACTS = KioskFacts(
    issued_today=142,
    released_today=3,
    uncertain=1,
    pending=0,
    last_sync=NOW - timedelta(seconds=12),
    printer=FINE,
    printer_age_s=2.0,
    scanner_fps=29.0,
    clock_skew_s=0.2,
    cpu_temp=61.0,
    disk_free_mb=9100,
)
TROUBLED = replace(
    FACTS,
    uncertain=12,
    pending=37,
    offline_s=9000.0,
    printer=replace(FINE, mechanism=Sensed.FAULT),
    scanner_reason="slow",
    clock_suspect=True,
    clock_skew_s=4000.0,
    cpu_temp=86.0,
    disk_free_mb=31,
)
LOW = PaperGauge(
    known=True,
    serial="K07-261119-0912",
    length_mm=30_000,
    mm_left=4_180,
    vouchers_left=38,
    low=True,
    empty_at=datetime(2026, 11, 21, 8, 40, tzinfo=UTC),
)
ENOUGH = replace(
    LOW, mm_left=21_300, vouchers_left=193, low=False, empty_at=NOW + timedelta(days=2)
)
RECORD = WizardRecord(
    id=UUID(int=32),
    step=1,
    staff_ref=CLERK.staff_ref,
    login=CLERK.login,
    begun_at=NOW,
    begun_s=NOW_S - 20,
    boot_id="boot",
    roll_serial="K07-261121-140512",
    length_mm=30_000,
)
Changes = dict[str, object]


def at_step(step: int, **changes: object) -> RollWizard:
    """The wizard at a step; changes are the screen's own fields."""
    loaded = step >= wizard.TEST
    record = replace(RECORD, step=step, loaded=loaded)
    fields = {"printer": OPEN if wizard.OPEN < step < wizard.CLOSE else FINE}
    return RollWizard(CLERK, IDLE_S, record, **(fields | changes))  # type: ignore[arg-type]  # changes are RollWizard's own fields


def paper_screens() -> Iterator[tuple[str, Screen, Changes]]:
    """A name, a screen, and what else of the kiosk's state goes with it."""
    yield from _outside()
    yield from _door()
    yield from _dashboard()
    yield from _wizard()
    test = TestPrint(CLERK, IDLE_S)
    yield "staff-test", test, {}
    yield "staff-test-printing", replace(test, stage=TestStage.PRINTING), {}
    yield "staff-test-printed", replace(test, stage=TestStage.PRINTED), {}
    yield "staff-test-sharp", replace(test, stage=TestStage.PRINTED, judged=True), {}
    blurred = replace(test, stage=TestStage.PRINTED, judged=True, blurred=True)
    yield "staff-test-blurred", blurred, {}
    failed = replace(test, stage=TestStage.FAILED, trouble=PrintTrouble.NO_PAPER)
    yield "staff-test-failed", failed, {}


def _outside() -> Iterator[tuple[str, Screen, Changes]]:
    """What a shopper sees of staff: next to nothing."""
    bad = Message(MessageCode.ST_BADGE)
    yield "attract-bad-badge", Attract(bad, NOW_S + 5), {}
    paused: Changes = {"health": Health(online=True, paused=True)}
    yield "stopped-bad-badge", Stopped(Message(MessageCode.E_STOP), bad, NOW_S + 5), paused
    lost: Changes = {"health": Health(online=True, scanner_ok=False)}
    yield "stopped-no-camera", Stopped(Message(MessageCode.E_CAM_COUNTER)), lost
    yield "attract-staff-next", Attract(), {"staff_waits_until_s": NOW_S + 60}


def _door() -> Iterator[tuple[str, Screen, Changes]]:
    badge = BadgeAsked(IDLE_S)
    yield "staff-badge", badge, {}
    yield "staff-badge-checking", replace(badge, checking=True), {}
    for notice in DoorNotice:
        yield f"staff-badge-{notice.value}", replace(badge, notice=notice), {}
    blind: Changes = {"health": Health(online=True, scanner_ok=False)}
    yield "staff-badge-no-camera", badge, blind
    pin = PinAsked(IDLE_S, "S1...")
    yield "staff-pin", replace(pin, typed="135"), {}
    yield "staff-pin-wrong", replace(pin, left=3), {}
    yield "staff-pin-asking", replace(pin, asking=True), {}
    soon, far = NOW + timedelta(minutes=15), NOW + timedelta(days=1)
    yield "staff-pin-locked", replace(pin, locked_until=soon), {}
    yield "staff-pin-locked-long", replace(pin, locked_until=far), {}
    yield "staff-pin-blocked", replace(pin, blocked=True), {}


def _dashboard() -> Iterator[tuple[str, Screen, Changes]]:
    home = StaffHome(CLERK, IDLE_S, FACTS)
    yield "staff-home", home, {"paper": LOW}
    fine = replace(FACTS, uncertain=0)
    yield "staff-home-fine", replace(home, facts=fine), {"paper": ENOUGH}
    yield "staff-home-opening", replace(home, facts=None), {}
    yield "staff-home-warning", replace(home, idle_at_s=NOW_S + 17.2), {"paper": LOW}
    out = Health(online=True, printer=PrinterReadiness.NO_PAPER)
    yield "staff-home-no-paper", home, {"health": out, "paper": replace(LOW, vouchers_left=0)}
    waits = replace(home, unfinished=replace(RECORD, step=3, interrupted=True))
    yield "staff-home-unfinished", waits, {"paper": LOW}
    loaded = replace(waits.unfinished or RECORD, step=5, loaded=True)
    yield "staff-home-unfinished-loaded", replace(home, unfinished=loaded), {"paper": ENOUGH}
    away = Health(online=False, printer=PrinterReadiness.READY)
    offline = StaffHome(OFFLINE, IDLE_S, replace(FACTS, offline_s=9000.0, pending=4))
    yield "staff-home-offline", offline, {"health": away, "paper": LOW}
    broken = Health(online=False, printer=PrinterReadiness.FAULT, scanner_ok=False)
    troubled: Changes = {"health": broken, "paper": LOW, "roll_door_open": True}
    yield "staff-home-trouble", replace(home, facts=TROUBLED), troubled
    it = replace(CLERK, role=StaffRole.IT)
    unknown = replace(
        FACTS, printer=PrinterFacts(), scanner_fps=None, clock_skew_s=None, cpu_temp=None
    )
    yield "staff-home-unknown", StaffHome(it, IDLE_S, unknown), {}


def _wizard() -> Iterator[tuple[str, Screen, Changes]]:
    for step in range(1, 7):
        yield f"staff-roll-{step}", at_step(step), {}
    blind = PrinterFacts()
    yield "staff-roll-1-blind", at_step(1, printer=blind), {}
    yield "staff-roll-3-paper", at_step(3, printer=replace(FINE, cover=Sensed.FAULT)), {}
    odd = replace(RECORD, step=3, length_mm=64_000, roll_serial="880012345678")
    yield "staff-roll-3-odd", RollWizard(CLERK, IDLE_S, odd, printer=OPEN), {}
    length = at_step(3, field=RollField.LENGTH, typed="64")
    yield "staff-roll-3-length", length, {}
    yield "staff-roll-3-length-empty", replace(length, typed=""), {}
    yield "staff-roll-3-serial", replace(length, field=RollField.SERIAL, typed="8800123"), {}
    still_open = replace(FINE, cover=Sensed.FAULT)
    yield "staff-roll-4-open", at_step(4, printer=still_open), {}
    yield "staff-roll-4-no-paper", at_step(4, printer=replace(FINE, paper=Sensed.FAULT)), {}
    yield "staff-roll-4-door", at_step(4, printer=FINE), {"roll_door_open": True}
    yield "staff-roll-5-printing", at_step(5, printing=True), {}
    for trouble in PrintTrouble:
        yield f"staff-roll-5-{trouble.value}", at_step(5, trouble=trouble), {}
    yield "staff-roll-6-blurred", at_step(6, blurred=True), {}
    done = RollChanged(CLERK, IDLE_S, "K07-261121-140512", 30_000, 272, 52)
    yield "staff-roll-changed", done, {"paper": ENOUGH}
    yield "staff-roll-changed-slow", replace(done, seconds=148), {"paper": ENOUGH}
    yield "staff-roll-changed-interrupted", replace(done, seconds=None), {"paper": ENOUGH}
