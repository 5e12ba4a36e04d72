"""K8's facts: each part with a light and what to do, and what can be tried."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.aim import Light
from kiosk.clock import ManualClock
from kiosk.devices.ports import Fact, Melody, PanelState, PrinterStatus, ScannerHealth
from kiosk.devices.printer.fake import COVER_OPEN, NO_PAPER, READY
from kiosk.devices.printer.heard import Exchange, Heard, HeardLine
from kiosk.flow.staff.values.diagnostics import (
    Check,
    Diagnose,
    Diagnosis,
    Part,
    Sensor,
    TestNetwork,
    Todo,
    Trial,
    Try,
)
from kiosk.flow.staff.values.facts import Sensed
from kiosk.health import HealthMonitor
from kiosk.staff.diagnosis import VERIFY_S, Examiner, Sources
from kiosk.staff.trials import Trials
from tests.kiosk.staff.desk import Desk, staffed_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with staffed_desk(tmp_path) as desk:
        yield desk


class Bench:
    """A kiosk's parts as a test wants them."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.clock: ManualClock = desk.half.clock
        self.panel: PanelState | None = None
        self.garbage = 0
        self.heard: list[Exchange] = []
        self.degrees: float | None = 61.0
        self.accepted = True
        self.status = READY
        self.free_mb = 9100

        async def status() -> PrinterStatus:
            return self.status

        self.health = HealthMonitor(
            printer_status=status,
            clock=self.clock,
            emit=lambda _: None,
            tell=lambda *_, **__: None,
            busy=lambda: False,
            free_mb=lambda: self.free_mb,
        )
        self.examiner = Examiner(
            Sources(
                health=self.health,
                clock=self.clock,
                journal_path=folder / "journal.sqlite3",
                printer_model="80mm-cutter",
                exchanges=lambda: self.heard,
                garbage=lambda: self.garbage,
                panel=lambda: self.panel,
                temperature=lambda: self.degrees,
                device_no=lambda: "K07",
                accepted=lambda: self.accepted,
            )
        )

    async def diagnosis(self) -> Diagnosis:
        await self.health.check()
        return (await self.examiner.diagnose(Diagnose())).seen

    async def check(self, part: Part) -> Check:
        return next(c for c in (await self.diagnosis()).checks if c.part is part)


@pytest.fixture
def bench(desk: Desk, tmp_path: Path) -> Bench:
    return Bench(desk, tmp_path)


async def test_every_part_is_told_once(bench: Bench) -> None:
    assert [check.part for check in (await bench.diagnosis()).checks] == list(Part)


@pytest.mark.parametrize(
    ("status", "light", "todo"),
    [
        (READY, Light.GREEN, Todo.NONE),
        (NO_PAPER, Light.RED, Todo.PAPER),
        (COVER_OPEN, Light.RED, Todo.COVER),
        (replace(READY, mechanism=Fact.FAULT), Light.RED, Todo.MECHANISM),
        (replace(READY, near_end=Fact.FAULT), Light.AMBER, Todo.NONE),
        (PrinterStatus(), Light.RED, Todo.PRINTER_SILENT),
    ],
)
async def test_the_printer_says_what_to_do(bench: Bench, status, light, todo) -> None:
    bench.status = status
    check = await bench.check(Part.PRINTER)
    assert (check.light, check.todo) == (light, todo)
    assert check.figure == "80mm-cutter"


async def test_a_status_of_long_ago_tells_nothing(bench: Bench) -> None:
    await bench.health.check()
    bench.clock.advance(31)
    seen = (await bench.examiner.diagnose(Diagnose())).seen
    assert seen.checks[0].todo is Todo.PRINTER_SILENT


async def test_garbage_on_the_line_is_counted(bench: Bench) -> None:
    assert (await bench.check(Part.PRINTER_LINE)).light is Light.OFF
    bench.heard = [Exchange(bench.clock.now_s() - 2, b"\x10\x04\x01", b"\x12")]
    seen = await bench.diagnosis()
    assert seen.answers == ("−2.0 s   10 04 01 > 12",)
    assert (await bench.check(Part.PRINTER_LINE)).light is Light.GREEN
    bench.garbage = 3
    check = await bench.check(Part.PRINTER_LINE)
    assert (check.light, check.todo, (await bench.diagnosis()).garbage) == (
        Light.AMBER,
        Todo.LINE,
        3,
    )


async def test_a_printer_that_answers_nothing_is_a_cable(bench: Bench) -> None:
    bench.heard = [Exchange(1.0, b"\x10\x04\x01")] * 3
    check = await bench.check(Part.PRINTER_LINE)
    assert (check.light, check.todo) == (Light.RED, Todo.PRINTER_SILENT)


async def test_the_scanner_tells_its_own_reason(bench: Bench) -> None:
    bench.health.scanner(ScannerHealth(ok=False, reason="no frame for 2 s"))
    check = await bench.check(Part.SCANNER)
    assert (check.light, check.figure, check.todo) == (
        Light.RED,
        "no frame for 2 s",
        Todo.SCANNER,
    )


async def test_the_network_is_red_while_the_service_is_silent(bench: Bench) -> None:
    assert (await bench.check(Part.NETWORK)).light is Light.OFF
    bench.health.link(True)
    assert (await bench.check(Part.NETWORK)).light is Light.GREEN
    bench.health.link(False)
    bench.clock.advance(75)
    check = await bench.check(Part.NETWORK)
    assert (check.light, check.figure, check.todo) == (Light.RED, "−0:01:15", Todo.NETWORK)
    bench.accepted = False
    assert (await bench.check(Part.NETWORK)).todo is Todo.REFUSED


async def test_a_journal_that_was_changed_is_red(desk: Desk, bench: Bench, tmp_path: Path) -> None:
    await desk.printed()
    good = await bench.check(Part.JOURNAL)
    assert (good.light, good.todo) == (Light.GREEN, Todo.NONE)
    assert int(good.figure) > 3
    with sqlite3.connect(tmp_path / "journal.sqlite3") as connection:
        connection.execute("UPDATE journal SET reason = 'nothing happened' WHERE seq = 3")
    connection.close()
    assert (await bench.check(Part.JOURNAL)).light is Light.GREEN, "once a minute"
    bench.clock.advance(VERIFY_S + 1)
    bad = await bench.check(Part.JOURNAL)
    assert (bad.light, bad.figure, bad.todo) == (Light.RED, "#3", Todo.JOURNAL)


async def test_damaged_text_is_a_finding(desk: Desk, bench: Bench, tmp_path: Path) -> None:
    await desk.printed()
    with sqlite3.connect(tmp_path / "journal.sqlite3") as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        assert connection.execute("UPDATE paper_use SET kind = 'gift'").rowcount
    connection.close()
    bad = await bench.check(Part.JOURNAL)
    assert (bad.light, bad.figure, bad.todo) == (Light.RED, "ValueError", Todo.JOURNAL)


async def test_the_journal_is_followed_once_at_a_time(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it takes longer than staff wait, and than the minute it is good for."""
    go, began, begun = threading.Event(), threading.Event(), []

    def slow(path: Path) -> Check:
        begun.append(path)
        began.set()
        go.wait(10)
        return Check(Part.JOURNAL, Light.GREEN, "3")

    monkeypatch.setattr("kiosk.staff.diagnosis._verified", slow)
    first = asyncio.create_task(bench.diagnosis())
    assert await asyncio.to_thread(began.wait, 10)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    bench.clock.advance(VERIFY_S + 1)
    others = [asyncio.create_task(bench.diagnosis()) for _ in range(3)]
    for _ in range(50):
        await asyncio.sleep(0)
    bench.clock.advance(VERIFY_S + 1)
    go.set()
    await asyncio.gather(*others)
    assert (await bench.check(Part.JOURNAL)).figure == "3"
    assert len(begun) == 1


@pytest.mark.parametrize(
    ("free_mb", "light"), [(9100, Light.GREEN), (150, Light.AMBER), (10, Light.RED)]
)
async def test_storage(bench: Bench, free_mb, light) -> None:
    bench.free_mb = free_mb
    assert (await bench.check(Part.STORAGE)).light is light


@pytest.mark.parametrize(
    ("degrees", "light"),
    [(None, Light.OFF), (61.0, Light.GREEN), (78.0, Light.AMBER), (85.0, Light.RED)],
)
async def test_temperature(bench: Bench, degrees, light) -> None:
    bench.degrees = degrees
    assert (await bench.check(Part.TEMPERATURE)).light is light


async def test_the_panel_tells_its_faults_and_its_inputs(bench: Bench) -> None:
    assert (await bench.check(Part.PINS)).light is Light.OFF
    assert dict((await bench.diagnosis()).sensors)[Sensor.ROLL_DOOR] is Sensed.UNKNOWN
    bench.panel = PanelState(roll_door_open=Fact.FAULT, faults=("paper_end chatters",))
    check = await bench.check(Part.PINS)
    assert (check.light, check.figure) == (Light.AMBER, "paper_end chatters")
    sensors = dict((await bench.diagnosis()).sensors)
    assert sensors[Sensor.ROLL_DOOR] is Sensed.FAULT
    assert sensors[Sensor.PAPER_END] is Sensed.OK, "the printer's own, where none is wired"


# --- Trials ------------------------------------------------------------------------------
class FakeLights:
    """The part of a panel that is tried."""

    def __init__(self) -> None:
        self.did: list[object] = []

    def play(self, melody: Melody) -> None:
        self.did.append(melody)

    def scan_light(self, on: bool) -> None:
        self.did.append(("scan", on))

    def exit_light(self, on: bool) -> None:
        self.did.append(("exit", on))


def trials(desk: Desk, lights: FakeLights, pause=None, wanted=frozenset()) -> Trials:
    async def at_once(_: float) -> None:
        lights.did.append("waited")

    return Trials(
        lights, desk.half.client, desk.half.clock.now_s, wanted.__contains__, pause or at_once
    )


async def test_sound_and_lights_act_for_a_moment(desk: Desk) -> None:
    lights = FakeLights()
    for trial in Trial:
        assert (await trials(desk, lights).act(Try(trial))).trial is trial
    assert lights.did == [
        Melody.OK,
        "waited",
        ("scan", True),
        "waited",
        ("scan", False),
        ("exit", True),
        "waited",
        ("exit", False),
    ]


@pytest.mark.parametrize("trial", [Trial.SCAN_LIGHT, Trial.EXIT_LIGHT])
async def test_a_light_that_the_kiosk_needs_stays_on(desk: Desk, trial: Trial) -> None:
    lights, wanted = FakeLights(), set()

    async def meanwhile(_: float) -> None:
        wanted.add(trial)  # a voucher stands in the slot, or a code may be read

    await trials(desk, lights, meanwhile, wanted).act(Try(trial))
    assert [on for _, on in lights.did] == [True, True]


async def test_a_light_goes_out_whatever_happens(desk: Desk) -> None:
    lights = FakeLights()

    async def broken(_: float) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await trials(desk, lights, broken).act(Try(Trial.EXIT_LIGHT))
    assert lights.did[-1] == ("exit", False)


async def test_a_service_that_is_not_there_is_named(desk: Desk) -> None:
    told = await trials(desk, FakeLights()).ask_network(TestNetwork())
    assert told.check.light is Light.RED
    assert told.check.part is Part.NETWORK
    assert told.check.todo in (Todo.NETWORK, Todo.REFUSED)


# --- What the printer said ---------------------------------------------------------------
class Loop:
    """A line that answers each question with two bytes."""

    def __init__(self) -> None:
        self.waiting = b""

    def write(self, data: bytes, deadline: float) -> None:
        self.waiting += b"\x12\x16"

    def read_byte(self, deadline: float) -> int | None:
        byte, self.waiting = self.waiting[:1], self.waiting[1:]
        return byte[0] if byte else None

    def discard_output(self) -> None: ...

    def close(self) -> None: ...


def test_questions_and_answers_are_kept_and_pictures_are_not() -> None:
    heard = Heard(lambda: 5.0)
    line = HeardLine(Loop(), heard)
    line.write(b"\x10\x04\x01", 1)
    assert line.read_byte(1) == 0x12
    line.write(bytes(5000), 1)
    while line.read_byte(1) is not None:
        pass
    (one,) = heard.exchanges()
    assert one.text == "10 04 01 > 12 16 12 16"
    for n in range(100):
        heard.asked(bytes((n,)))
    assert len(heard.exchanges()) == 40
