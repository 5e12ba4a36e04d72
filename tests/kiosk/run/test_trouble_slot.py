"""The panel and the slot in a whole kiosk: presenter, light barrier, key, sensors, power."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from kiosk.composition import running_kiosk
from kiosk.composition_opened import Replaced
from kiosk.config import PrinterConfig
from kiosk.config_panel import PanelConfig
from kiosk.devices.panel.fake import FakePanel
from kiosk.devices.panel.layout import PanelLayout, Signal
from kiosk.devices.ports import Fact, Melody
from kiosk.devices.printer.emulator.features import features_of
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.emulator.pty_line import PtyLine
from kiosk.devices.printer.emulator.slot import Fate
from kiosk.devices.printer.profile import load_profile
from kiosk.flow.state import (
    Attract,
    Done,
    MemberHome,
    MessageCode,
    PrinterReadiness,
    Refused,
    SlotSight,
)
from kiosk.headless import HeadlessView
from kiosk.journal.book import Book
from kiosk.journal.state import JournalState
from kiosk.paper.near_end import HELD_S
from tests.kiosk.run.shop import Shop
from tests.service import eventually
from wire.api.redemptions import State

PROFILE = "80mm-presenter"
BLIND = PanelLayout(
    lines={s: line for s, line in PanelLayout().lines.items() if s is not Signal.TAKEN}
)
"""Without a light barrier: the presenter's own sensor sees the slot."""


class HeardPanel(FakePanel):
    """A fake panel that remembers its melodies."""

    def __init__(self, shop: Shop, layout: PanelLayout) -> None:
        super().__init__(shop.clock, layout)
        self.melodies: list[Melody] = []

    def play(self, melody: Melody) -> None:
        self.melodies.append(melody)


@dataclass
class Counter:
    """A kiosk with a panel and a printer that presents."""

    shop: Shop
    printer: EmulatedPrinter
    line: PtyLine
    panel: HeardPanel
    pieces: list[Piece]
    fates: list[Fate] = field(default_factory=list)

    @property
    def sight(self) -> SlotSight | None:
        slot = self.shop.state.slot
        return None if slot is None else slot.sight

    async def seen(self, sight: SlotSight) -> None:
        await self.shop.until(lambda s: s.slot is not None and s.slot.sight is sight)

    def skip(self, seconds: float) -> None:
        self.shop.clock.skip(seconds)
        self.shop.running.runner.tick()

    async def chain(self, redemption) -> list[str]:
        rows = await self.shop.running.journal.do(Book.history, redemption)
        return [row.reason for row in rows]


@asynccontextmanager
async def counter(
    shop: Shop, layout: PanelLayout = BLIND, profile: str = PROFILE, backend: str = "uart"
) -> AsyncIterator[Counter]:
    model = load_profile(profile)
    pieces: list[Piece] = []
    fates: list[Fate] = []
    printer = EmulatedPrinter(
        model.width_dots, pieces.append, features=features_of(model), on_slot=fates.append
    )
    with PtyLine(printer) as line:
        printer_config = PrinterConfig(profile=profile, backend=backend, port=line.path)
        wired = PanelConfig(enabled=True)  # what is said of it; its pins are the fake's
        config = shop.config.model_copy(update={"printer": printer_config, "panel": wired})
        panel = HeardPanel(shop, layout)
        parts = Replaced(clock=shop.clock, scanner=shop.scanner, panel=panel)
        async with running_kiosk(config, shop.identity, parts) as kiosk:
            shop.kiosk = kiosk
            kiosk.runner.attach(HeadlessView(shop._on_state))
            await shop.until(
                lambda s: (
                    s.catalogue and s.health.online and s.health.printer is PrinterReadiness.READY
                )
            )
            yield Counter(shop, printer, line, panel, pieces, fates)
        shop.kiosk = None


async def test_a_voucher_is_taken(shop: Shop) -> None:
    async with counter(shop) as here:
        redemption = await shop.redeem()
        await shop.screen(Done)
        assert here.panel.wires.on[Signal.EXIT_LIGHT]
        assert here.panel.melodies[-1] is Melody.TAKE
        assert here.fates == [Fate.PRESENTED]
        here.line.command("take")
        await here.seen(SlotSight.TAKEN)
        assert not here.panel.wires.on[Signal.EXIT_LIGHT]
        assert "slot: taken" in await here.chain(redemption)
        assert Melody.NOT_TAKEN not in here.panel.melodies


async def test_nobody_takes_it_and_the_presenter_does_but_the_code_lives(shop: Shop) -> None:
    async with counter(shop) as here:
        redemption = await shop.redeem()
        await shop.screen(Done)
        here.skip(10.5)
        await here.seen(SlotSight.WAITS)
        assert isinstance(shop.state.screen, Done)
        assert here.panel.melodies[-1] is Melody.NOT_TAKEN
        here.skip(5)
        await shop.until(lambda s: isinstance(s.screen, Attract))
        assert here.panel.wires.on[Signal.EXIT_LIGHT]  # it still shows the way
        here.skip(5)
        await shop.screen(Attract, MessageCode.NOT_TAKEN)
        here.skip(10)
        await shop.screen(Attract, MessageCode.VOUCHER_BACK)
        assert here.fates == [Fate.PRESENTED, Fate.RETRACTED]
        assert not here.panel.wires.on[Signal.EXIT_LIGHT]
        assert "slot: retracted" in await here.chain(redemption)
        await shop.when_told("not_taken")
        payload = await shop.chain.value(
            "SELECT payload::text FROM device_event WHERE type = 'not_taken'"
        )
        assert str(redemption) in payload
        assert "true" in payload
        await shop.when_state(redemption, State.ISSUED)
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
        assert (await shop.balance(), await shop.held()) == (700, 0)
        await shop.books_are_right()


async def test_the_next_voucher_waits_for_the_last_and_then_has_it_taken_back(shop: Shop) -> None:
    async with counter(shop) as here:
        first = await shop.redeem()
        await shop.screen(Done)
        shop.tap("continue")
        await shop.screen(MemberHome)
        await shop.choose()
        shop.confirm()
        second = shop.state.screen.redemption
        await here.seen(SlotSight.WAITS)
        assert await shop.state_there(second) is None, "no point is touched meanwhile"
        assert here.panel.melodies[-1] is Melody.NOT_TAKEN
        here.skip(8)
        await shop.until(lambda s: isinstance(s.screen, Done))
        assert here.fates == [Fate.PRESENTED, Fate.RETRACTED, Fate.PRESENTED]
        assert len(here.pieces) == 2
        assert "slot: retracted" in await here.chain(first)
        assert "slot: retracted" not in await here.chain(second)
        await shop.when_state(second, State.ISSUED)
        assert await shop.balance() == 400


async def test_the_next_voucher_comes_at_once_when_the_last_is_taken(shop: Shop) -> None:
    async with counter(shop) as here:
        await shop.redeem()
        await shop.screen(Done)
        shop.tap("continue")
        await shop.screen(MemberHome)
        await shop.choose()
        shop.confirm()
        await here.seen(SlotSight.WAITS)
        here.line.command("take")
        await shop.until(lambda s: isinstance(s.screen, Done))
        assert here.fates == [Fate.PRESENTED, Fate.TAKEN, Fate.PRESENTED]


async def test_a_light_barrier_sees_what_a_plain_cutter_cannot(shop: Shop) -> None:
    async with counter(shop, PanelLayout(), "80mm-cutter") as here:
        redemption = await shop.redeem()
        here.panel.drive(Signal.TAKEN, active=True)
        await shop.screen(Done)
        here.skip(10.5)
        await here.seen(SlotSight.WAITS)
        here.skip(20)
        await shop.when_told("not_taken")
        assert "slot: left standing" in await here.chain(redemption)
        here.panel.drive(Signal.TAKEN, active=False)
        await here.seen(SlotSight.TAKEN)


async def test_no_paper_by_the_panels_sensor_costs_nothing(shop: Shop) -> None:
    """Though the printer itself says that all is well."""
    async with counter(shop) as here:
        await shop.scan()
        await shop.choose()
        here.panel.drive(Signal.PAPER_END, active=True)
        await shop.until(lambda s: s.health.printer is PrinterReadiness.NO_PAPER)
        shop.confirm()
        redemption = shop.state.screen.redemption
        await shop.screen(Refused, MessageCode.E_PAPER_PRE)
        assert await shop.state_there(redemption) is None
        assert here.pieces == []
        here.panel.drive(Signal.PAPER_END, active=False)
        await shop.until(lambda s: s.health.printer is PrinterReadiness.READY)


async def test_a_sensor_that_says_paper_does_not_make_a_silent_printer_fine(shop: Shop) -> None:
    async with counter(shop) as here:
        here.line.command("silent")
        await shop.running.health.check()
        assert here.panel.state.paper_end is Fact.OK
        assert shop.state.health.printer is PrinterReadiness.UNKNOWN


async def driven(here: Counter, signal: Signal, *, active: bool) -> None:
    """Until it has stood still for long enough to be believed."""
    here.panel.drive(signal, active=active)
    says = {Signal.NEAR_END: "paper_near_end", Signal.ROLL_DOOR: "roll_door_open"}[signal]

    async def believed() -> bool:
        return getattr(here.panel.state, says) is (Fact.FAULT if active else Fact.OK)

    await eventually(believed, within_s=20)


async def test_near_end_warns(shop: Shop) -> None:
    async with counter(shop) as here:
        await driven(here, Signal.NEAR_END, active=True)
        await shop.running.health.check()
        assert not shop.state.paper.low, "not before it has held"
        await driven(here, Signal.ROLL_DOOR, active=True)
        await shop.running.health.check()
        shop.clock.skip(HELD_S)
        await shop.running.health.check()
        assert not (await shop.running.paper.refresh()).low, "hands are at the roll"
        await driven(here, Signal.ROLL_DOOR, active=False)
        await shop.running.health.check()
        shop.clock.skip(HELD_S)
        await shop.running.health.check()
        await shop.until(lambda s: s.paper.low)
        assert here.panel.melodies[-1] is Melody.STAFF


async def test_the_door_and_the_key(shop: Shop) -> None:
    async with counter(shop) as here:
        here.panel.drive(Signal.ROLL_DOOR, active=True)
        await shop.until(lambda s: s.roll_door_open)
        here.panel.drive(Signal.ROLL_DOOR, active=False)
        await shop.until(lambda s: not s.roll_door_open)
        await shop.when_told("door_opened", "door_closed")


def _power(here: Counter) -> list[bool]:
    return [on for signal, on in here.panel.wires.switched if signal is Signal.PRINTER_POWER]


async def test_a_serial_printer_has_power_while_its_port_is_open(shop: Shop) -> None:
    async with counter(shop) as here:
        assert _power(here) == [True]
    assert _power(here) == [True, False, False]  # by the port, and by the panel's end
    assert here.panel.wires.closed
