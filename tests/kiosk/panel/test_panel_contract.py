"""One contract for every panel: the fake, gpiozero's mock, and the header of a Pi."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import time

import gpiozero
import pytest

from kiosk.devices.panel.debounce import CHATTER_S
from kiosk.devices.panel.layout import OUTPUTS, PanelLayout, Signal
from kiosk.devices.ports import Fact, Melody
from tests.kiosk.panel.panel_stage import (
    FakeStage,
    HeaderStage,
    MockStage,
    Stage,
    until,
    until_without_the_loop,
)

S = Signal
STAGES = {
    "fake": FakeStage,
    "mock": MockStage,
    "lgpio": HeaderStage,
}
LAYOUT = PanelLayout(gate_s=0.02, gate_max_s=0.05)


@pytest.fixture(params=["fake", "mock", pytest.param("lgpio", marks=pytest.mark.hardware)])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def made() -> Iterator[list[Stage]]:
    stages: list[Stage] = []
    yield stages
    for stage in stages:
        stage.panel.close()
    if gpiozero.Device.pin_factory is not None:
        gpiozero.Device.pin_factory.reset()
        pytest.fail("somebody used gpiozero's own pin factory")


@pytest.fixture
def stage(kind: str, made: list[Stage]) -> Stage:
    return staged(kind, made)


def staged(
    kind: str, made: list[Stage], layout: PanelLayout = LAYOUT, hour: time | None = time(12)
) -> Stage:
    made.append(STAGES[kind](layout, lambda: hour))
    return made[-1]


class TestPanel:
    def test_everything_is_off_at_the_start(self, stage: Stage) -> None:
        assert [signal for signal in OUTPUTS if stage.on(signal)] == []

    def test_an_active_low_output_is_off_at_the_start_too(
        self, kind: str, made: list[Stage]
    ) -> None:
        lines = dict(LAYOUT.lines)
        lines[S.PRINTER_POWER] = replace(lines[S.PRINTER_POWER], active_high=False)
        stage = staged(kind, made, replace(LAYOUT, lines=lines))
        assert not stage.on(S.PRINTER_POWER)
        stage.panel.printer_power(True)
        assert stage.on(S.PRINTER_POWER)
        stage.panel.close()
        assert not stage.on(S.PRINTER_POWER)

    def test_lights_and_power_do_as_they_are_told(self, stage: Stage) -> None:
        stage.panel.scan_light(True)
        stage.panel.printer_power(True)
        assert stage.on(S.SCAN_LIGHT)
        assert stage.on(S.PRINTER_POWER)
        stage.panel.scan_light(False)
        stage.panel.printer_power(False)
        assert not stage.on(S.SCAN_LIGHT)
        assert not stage.on(S.PRINTER_POWER)

    async def test_the_exit_light_breathes_until_it_is_told_to_rest(self, stage: Stage) -> None:
        stage.panel.exit_light(True)
        await until(lambda: stage.on(S.EXIT_LIGHT))
        stage.panel.exit_light(False)
        assert not stage.on(S.EXIT_LIGHT)

    async def test_a_melody_sounds_and_ends(self, stage: Stage) -> None:
        stage.panel.play(Melody.OK)
        await until(lambda: stage.on(S.BUZZER))
        await until(lambda: not stage.on(S.BUZZER))

    def test_a_silent_panel_stays_silent(self, kind: str, made: list[Stage]) -> None:
        stage = staged(kind, made, replace(LAYOUT, volume=0))
        for melody in Melody:
            stage.panel.play(melody)
        assert not stage.on(S.BUZZER)

    def test_nothing_is_known_before_it_is_watched(self, stage: Stage) -> None:
        assert stage.panel.state.roll_door_open is Fact.UNKNOWN

    async def test_what_is_known_is_told_at_once(self, stage: Stage) -> None:
        stage.drive(S.ROLL_DOOR, active=True)
        stage.panel.watch(stage.states.append, lambda: None)
        assert len(stage.states) == 1
        assert stage.state.roll_door_open is Fact.FAULT
        assert stage.state.paper_end is Fact.OK
        assert stage.panel.state == stage.state

    async def test_an_input_that_is_not_wired_is_unknown(
        self, kind: str, made: list[Stage]
    ) -> None:
        lines = {s: line for s, line in LAYOUT.lines.items() if s not in {S.TAKEN, S.BUSY}}
        stage = staged(kind, made, replace(LAYOUT, lines=lines))
        await stage.watch()
        assert stage.state.slot is Fact.UNKNOWN
        assert stage.panel.busy() is None
        assert stage.state.paper_end is Fact.OK

    @pytest.mark.parametrize(
        ("signal", "field"),
        [
            (S.ROLL_DOOR, "roll_door_open"),
            (S.NEAR_END, "paper_near_end"),
            (S.PAPER_END, "paper_end"),
            (S.TAKEN, "slot"),
        ],
    )
    async def test_each_sensor_is_its_own_fact(
        self, stage: Stage, signal: Signal, field: str
    ) -> None:
        await stage.watch()
        before = stage.state
        stage.drive(signal, active=True)
        await stage.advance(1)
        assert stage.state == replace(before, **{field: Fact.FAULT})
        stage.drive(signal, active=False)
        await stage.advance(1)
        assert stage.state == before

    async def test_a_bouncing_contact_is_one_change_after_it_has_settled(
        self, stage: Stage
    ) -> None:
        await stage.watch()
        told = len(stage.states)
        for number in range(9):
            stage.drive(S.ROLL_DOOR, active=number % 2 == 0)
            await stage.advance(0.03)  # less than the 50 ms that it must stand still
            assert len(stage.states) == told
        await stage.advance(0.03)
        assert len(stage.states) == told + 1
        assert stage.state.roll_door_open is Fact.FAULT

    async def test_a_glitch_is_nothing(self, stage: Stage) -> None:
        await stage.watch()
        told = len(stage.states)
        stage.drive(S.PAPER_END, active=True)
        await stage.advance(0.02)
        stage.drive(S.PAPER_END, active=False)
        await stage.advance(2)
        assert len(stage.states) == told

    async def test_a_contact_that_chatters_says_nothing_until_it_rests(self, stage: Stage) -> None:
        await stage.watch()
        steps = int(CHATTER_S / 0.02) + 3
        for number in range(steps + steps % 2):
            stage.drive(S.PAPER_END, active=number % 2 == 0)
            await stage.advance(0.02)
        assert stage.state.paper_end is Fact.UNKNOWN
        assert stage.state.faults == ("paper_end chatters",)
        await stage.advance(0.2)
        assert stage.state.paper_end is Fact.OK
        assert stage.state.faults == ()

    async def test_the_key_is_heard_once_when_it_was_held(self, stage: Stage) -> None:
        await stage.watch()
        stage.drive(S.STAFF_KEY, active=True)
        await stage.advance(1.9)
        assert stage.keys == 0
        await stage.advance(0.2)
        assert stage.keys == 1
        await stage.advance(30)
        assert stage.keys == 1

    async def test_a_short_turn_of_the_key_is_nothing(self, stage: Stage) -> None:
        await stage.watch()
        for _ in range(4):
            stage.drive(S.STAFF_KEY, active=True)
            await stage.advance(1)
            stage.drive(S.STAFF_KEY, active=False)
            await stage.advance(0.5)
        await stage.advance(5)
        assert stage.keys == 0

    async def test_a_bounce_while_the_key_is_held_does_not_matter(self, stage: Stage) -> None:
        await stage.watch()
        stage.drive(S.STAFF_KEY, active=True)
        await stage.advance(1)
        stage.drive(S.STAFF_KEY, active=False)
        await stage.advance(0.01)
        stage.drive(S.STAFF_KEY, active=True)
        await stage.advance(1.2)
        assert stage.keys == 1

    async def test_a_key_that_is_left_turned_opens_once_and_is_no_fault(self, stage: Stage) -> None:
        await stage.watch()
        stage.drive(S.STAFF_KEY, active=True)
        await stage.advance(3600)
        assert stage.keys == 1
        stage.drive(S.STAFF_KEY, active=False)
        await stage.advance(1)
        stage.drive(S.STAFF_KEY, active=True)
        await stage.advance(3)
        assert stage.keys == 2
        assert {fault for state in stage.states for fault in state.faults} == set()

    async def test_a_key_that_was_turned_before_the_start_opens_nothing(self, stage: Stage) -> None:
        stage.drive(S.STAFF_KEY, active=True)
        await stage.watch()
        await stage.advance(3600)
        assert stage.keys == 0
        assert {fault for state in stage.states for fault in state.faults} == set()

    async def test_edges_of_other_threads_are_heard_in_the_loop(
        self, kind: str, made: list[Stage]
    ) -> None:
        lines = dict(LAYOUT.lines)
        lines[S.ROLL_DOOR] = replace(lines[S.ROLL_DOOR], settle_ms=0)  # believed at the edge
        stage = staged(kind, made, replace(LAYOUT, lines=lines))
        heard: list[threading.Thread] = []
        stage.panel.watch(lambda _: heard.append(threading.current_thread()), lambda: None)
        await stage.advance(1)
        mover = threading.Thread(target=lambda: stage.drive(S.ROLL_DOOR, active=True))
        mover.start()
        mover.join()
        await stage.advance(1)
        assert len(heard) == 2
        assert set(heard) == {threading.current_thread()}

    def test_busy_is_what_the_line_says_now(self, stage: Stage) -> None:
        assert stage.panel.busy() is False
        stage.drive(S.BUSY, active=True)
        assert stage.panel.busy() is True

    async def test_the_gate_closes_by_itself(self, stage: Stage) -> None:
        assert stage.panel.open_gate()
        assert stage.on(S.GATE)
        await until(lambda: not stage.on(S.GATE))

    async def test_the_gate_closes_though_the_loop_hangs(self, stage: Stage) -> None:
        asyncio.get_running_loop().call_soon(stage.panel.open_gate)
        await asyncio.sleep(0)
        assert stage.on(S.GATE)
        until_without_the_loop(lambda: not stage.on(S.GATE))

    async def test_the_gate_is_never_driven_longer_than_its_maximum(
        self, kind: str, made: list[Stage]
    ) -> None:
        stage = staged(kind, made, replace(LAYOUT, gate_s=60.0))
        assert stage.panel.open_gate()
        await until(lambda: not stage.on(S.GATE))

    async def test_the_coil_rests_between_pulses(self, stage: Stage) -> None:
        assert stage.panel.open_gate()
        await until(lambda: not stage.on(S.GATE))
        stage.clock.advance(0.19)  # 20 ms at a tenth of the time: 200 ms in all
        assert not stage.panel.open_gate()
        assert not stage.on(S.GATE)
        stage.clock.advance(0.02)
        assert stage.panel.open_gate()

    def test_a_gate_that_is_not_wired_opens_nothing(self, kind: str, made: list[Stage]) -> None:
        lines = {s: line for s, line in LAYOUT.lines.items() if s is not S.GATE}
        assert not staged(kind, made, replace(LAYOUT, lines=lines)).panel.open_gate()

    async def test_closed_is_safe_and_stays_so(self, stage: Stage) -> None:
        await stage.watch()
        panel = stage.panel
        panel.scan_light(True)
        panel.exit_light(True)
        panel.printer_power(True)
        panel.play(Melody.NOT_TAKEN)
        panel.open_gate()
        panel.close()
        assert [signal for signal in OUTPUTS if stage.on(signal)] == []
        panel.close()
        panel.scan_light(True)
        panel.exit_light(True)
        panel.printer_power(True)
        panel.play(Melody.STAFF)
        assert not panel.open_gate()
        assert [signal for signal in OUTPUTS if stage.on(signal)] == []
        assert panel.busy() is None

    async def test_nothing_is_heard_after_the_end(self, stage: Stage) -> None:
        await stage.watch()
        told = len(stage.states)
        stage.drive(S.ROLL_DOOR, active=True)
        stage.panel.close()
        await stage.advance(1)
        assert len(stage.states) == told
