"""The composition root: every object of a running kiosk is built here and passed on.

In this order: clock, journal (a thread), panel, printer (a thread), recovery, runner, service,
scanner (a process); the view comes last, by whoever calls. One task group holds everything
that runs; a task that fails ends the kiosk, and what was opened is closed in reverse.
"""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from uuid import UUID

from kiosk.clock import AnchoredClock
from kiosk.composition_opened import (
    Opened,
    Replaced,
    ledger_of,
    open_parts,
    print_s,
    printer_status,
    recover_first,
)
from kiosk.composition_service import ServiceParts, service_deeds_of
from kiosk.composition_staff import PaperParts, badges_of, deeds_of
from kiosk.config import KioskConfig
from kiosk.deeds import KioskDeeds
from kiosk.devices.ports import (
    Panel,
    ScannedCode,
    Scanner,
    ScannerHealth,
)
from kiosk.devices.scanner.choice import scanner_from
from kiosk.events import EventDesk
from kiosk.flow.event import AimMeasured, PaperChanged, Scanned
from kiosk.flow.handle import start
from kiosk.flow.state import Aim, KioskState, Stopped, reads_codes
from kiosk.health import HealthMonitor
from kiosk.identify import Identifier, public_keys
from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.link import WatchedTransport
from kiosk.panel_signs import PanelSigns
from kiosk.paper.gauge import PaperGauge
from kiosk.paper.ledger import PaperLedger
from kiosk.redemption import Redeemer
from kiosk.refresh import Refresher, ServiceFacts
from kiosk.runner import Runner
from kiosk.signs import JournalSign
from kiosk.slot import PresenterOnThread, SlotKeeper
from kiosk.staff.deeds import StaffDeeds
from kiosk.staff.session import StaffSession
from kiosk.sync.client import ServiceClient
from kiosk.sync.events import EventSender
from kiosk.sync.identity import Identity
from kiosk.sync.rolls import RollSender
from kiosk.sync.settle import Settler
from kiosk.sync.snapshot import Snapshot
from kiosk.vitals import Vitals, cpu_temperature
from kiosk.voucher.voucher import render_voucher
from wire.api.devices import EventType

log = logging.getLogger(__name__)

NOT_ACCEPTED = "the service, which does not accept this kiosk"
"""Who pauses a kiosk whose key is revoked or unknown."""


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A running kiosk, as its view and its supervisor need it."""

    config: KioskConfig
    runner: Runner
    clock: AnchoredClock
    health: HealthMonitor
    journal: Journal
    paper: PaperLedger
    journal_sign: JournalSign
    scanner: Scanner
    snapshot: Snapshot
    panel: Panel


class _Over(Exception):
    """The kiosk is to end: every task is cancelled."""


@asynccontextmanager
async def running_kiosk(
    config: KioskConfig, identity: Identity, replaced: Replaced | None = None
) -> AsyncIterator[Kiosk]:
    """A kiosk that runs, without a view yet; leaving the block ends it and closes everything.

    Raises:
        JournalBroken: the data folder cannot be written, or the disk fails.
        PanelError: the panel that kiosk.toml describes cannot be had.
        ExceptionGroup: a task failed while it ran.
    """
    async with AsyncExitStack() as stack:
        opened = await open_parts(config, replaced or Replaced(), stack)
        await recover_first(config, opened)
        transport = WatchedTransport(
            config.service.url,
            identity.key,
            str(identity.device_id),
            opened.clock,
            config.service.timeout_s,
        )
        stack.push_async_callback(transport.close)
        try:
            async with asyncio.TaskGroup() as tasks:
                given = replaced.scanner if replaced else None
                yield await _start(config, identity, opened, transport, given, tasks)
                raise _Over  # noqa: TRY301 - raised to end the group
        except* _Over:
            pass


async def _start(
    config: KioskConfig,
    identity: Identity,
    opened: Opened,
    transport: WatchedTransport,
    given_scanner: Scanner | None,
    tasks: asyncio.TaskGroup,
) -> Kiosk:
    """Builds what runs in the loop, and starts it."""
    clock, journal = opened.clock, opened.journal
    runner = Runner(
        _first_state(config),
        clock,
        tasks,
        on_state=lambda state: _follow_all(opened, scanner, signs, state),
    )
    scanner = given_scanner or scanner_from(
        config, on_aim=lambda measured: runner.emit(AimMeasured(measured))
    )
    desk = EventDesk(journal, tasks)
    paper = ledger_of(config, journal, clock)
    health = HealthMonitor(
        printer_status=lambda: printer_status(opened, paper),
        clock=clock,
        emit=runner.emit,
        tell=desk.tell,
        busy=lambda: runner.dispensing,
        free_mb=lambda: shutil.disk_usage(config.data_dir).free // 1_000_000,
    )
    transport.on_link = partial(_link, health)
    facts = ServiceFacts(identity.enrolment.server_keys)
    client = ServiceClient(transport, clock, facts.server_keys)
    badges = badges_of(
        client, clock, config.snapshot_dir / "badges.json", identity.device_id, facts
    )
    refresher = Refresher(
        client=client,
        snapshot=opened.snapshot,
        clock=clock,
        health=health,
        emit=runner.emit,
        heartbeat=Vitals(journal, health, clock, cpu_temperature, lambda: paper.gauge).heartbeat,
        facts=facts,
        also=badges.refresh,
    )
    sender = EventSender(journal, client, lambda said: refresher.config_rev_seen(said.config_rev))
    desk.wake_with(sender.wake)
    settler = Settler(journal, client)
    rolls = RollSender(journal, client)
    session = StaffSession(client)
    redeemer = Redeemer(
        journal,
        client,
        settler,
        paper,
        session,
        opened.printer,
        opened.printer_thread,
        partial(render_voucher, width_dots=config.printer.model.width_dots),
        facts.need_config,
        sender.wake,
        print_s(config),
    )
    identifier = Identifier(client, clock, lambda: public_keys(facts.server_keys()), badges.counts)
    staff = StaffDeeds(
        deeds_of(
            PaperParts(
                config=config,
                clock=clock,
                journal=journal,
                ledger=paper,
                health=health,
                facts=facts,
                session=session,
                badges=badges,
                sender=sender,
                printer=opened.printer,
                printer_thread=opened.printer_thread,
            )
        )
        | service_deeds_of(
            ServiceParts(
                config=config,
                clock=clock,
                journal=journal,
                ledger=paper,
                health=health,
                facts=facts,
                session=session,
                client=client,
                settler=settler,
                panel=opened.panel,
                heard=opened.heard,
                garbage=opened.garbage,
                accepted=lambda: not health.paused_by(NOT_ACCEPTED),
                state=lambda: runner.state,
            )
        )
    )
    signs = PanelSigns(
        opened.panel,
        runner.emit,
        desk.tell,
        recheck=lambda: _recheck(tasks, health),
        near_end=paper.near_end,
    )
    slot = SlotKeeper(
        sensor=lambda: opened.panel.state.slot,
        printer=PresenterOnThread(opened.printer, opened.printer_thread),
        retracts=config.printer.model.presenter is not None,
        retract_after_s=config.printer.retract_after_s,
        clock=clock,
        emit=runner.emit,
        write=partial(_write_slot, journal, sender),
        chime=signs.chime,
        printing=lambda: runner.dispensing,
    )
    runner.perform_with(KioskDeeds(identifier, redeemer, desk.tell, slot, staff))
    paper.wake_with(partial(_tell_paper, sender, rolls))
    await paper.restore()
    paper.subscribe(partial(_paper_changed, runner, health))
    await badges.restore()
    await refresher.restore()
    desk.tell(EventType.STARTED, app=version("points-kiosk"))
    sign = JournalSign(journal, clock)
    scanning = scanner.run(partial(_scanned, runner), partial(_scanner_health, health))
    for name, work in {
        "ticks": runner.run_ticks(),
        "health": health.run(),
        "refresh": refresher.run(),
        "settle": settler.run(),
        "events": sender.run(),
        "rolls": rolls.run(),
        "paper": paper.run(),
        "slot": slot.run(),
        "time": opened.time_keeper.run(),
        "journal": sign.run(),
        "scanner": scanning,
    }.items():
        tasks.create_task(work, name=name)
    _follow_all(opened, scanner, signs, runner.state)
    signs.begin()
    panel = opened.panel
    return Kiosk(
        config, runner, clock, health, journal, paper, sign, scanner, opened.snapshot, panel
    )


def _first_state(config: KioskConfig) -> KioskState:
    language = config.screen.language
    return start(KioskState(language=language, default_language=language))


def follow(scanner: Scanner, state: KioskState) -> None:
    """The camera reads on the screens that say so, and where its return is waited for.

    A camera that is told to rest is not lost any more, so it would be "back" at once, asked
    to read, and lost again, for ever.
    """
    awaited = isinstance(state.screen, Stopped) and not state.health.scanner_ok
    scanner.capture(reads_codes(state) or awaited)
    scanner.aim(isinstance(state.screen, Aim))


def _follow_all(opened: Opened, scanner: Scanner, signs: PanelSigns, state: KioskState) -> None:
    follow(scanner, state)
    signs.follow(state)
    opened.shop_time.zone = "" if state.config is None else state.config.timezone


def _recheck(tasks: asyncio.TaskGroup, health: HealthMonitor) -> None:
    """Ask the printer's status now, not at the next round."""
    tasks.create_task(health.check())


def _tell_paper(sender: EventSender, rolls: RollSender) -> None:
    sender.wake()
    rolls.wake()


def _paper_changed(runner: Runner, health: HealthMonitor, gauge: PaperGauge) -> None:
    health.paper(enough=gauge.enough)
    runner.emit(PaperChanged(gauge))


async def _write_slot(
    journal: Journal, sender: EventSender, redemption: UUID | None, what: str
) -> None:
    await journal.do(Book.slot_told, redemption, what)
    sender.wake()


def _link(health: HealthMonitor, online: bool, accepted: bool) -> None:
    health.pause(NOT_ACCEPTED, on=online and not accepted)
    health.link(online)


def _scanned(runner: Runner, code: ScannedCode) -> None:
    runner.emit(Scanned(code.text, code.symbology))


def _scanner_health(health: HealthMonitor, told: ScannerHealth) -> None:
    health.scanner(told)
