"""The part of the composition root for vouchers in question, hours, handover, diagnostics."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from kiosk.clock import AnchoredClock
from kiosk.config import KioskConfig
from kiosk.devices.panel.nobody import NoPanel
from kiosk.devices.ports import Panel, PanelState
from kiosk.devices.printer.heard import Heard
from kiosk.flow.state import KioskState
from kiosk.health import HealthMonitor
from kiosk.journal.journal import Journal
from kiosk.panel_signs import lights_for
from kiosk.paper.ledger import PaperLedger
from kiosk.refresh import ServiceFacts
from kiosk.staff.deeds import StaffDeed, service_deeds, voucher_deeds
from kiosk.staff.diagnosis import Examiner, Sources
from kiosk.staff.handover import HandoverDesk
from kiosk.staff.hours import TimeClock
from kiosk.staff.search import CaseSearch
from kiosk.staff.session import StaffSession
from kiosk.staff.trials import Trials
from kiosk.staff.uncertain import UncertainDesk
from kiosk.sync.client import ServiceClient
from kiosk.sync.settle import Settler
from kiosk.vitals import cpu_temperature
from wire.api.text import Text


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What these tasks are made of.

    `accepted` says whether the service knows this kiosk, `state` what it shows now.
    """

    config: KioskConfig
    clock: AnchoredClock
    journal: Journal
    ledger: PaperLedger
    health: HealthMonitor
    facts: ServiceFacts
    session: StaffSession
    client: ServiceClient
    settler: Settler
    panel: Panel
    heard: Heard
    garbage: Callable[[], int]
    accepted: Callable[[], bool]
    state: Callable[[], KioskState]


def service_deeds_of(parts: ServiceParts) -> dict[type, StaffDeed]:
    """Who does what of them."""
    journal, client, session = parts.journal, parts.client, parts.session
    search = CaseSearch(journal, client, session, lambda item: _reward(parts.state(), item))
    vouchers = voucher_deeds(search, UncertainDesk(journal, client, session, parts.settler.wake))
    return vouchers | service_deeds(
        TimeClock(client, session, parts.clock.best),
        HandoverDesk(journal, client, session, lambda: parts.ledger.gauge),
        Examiner(_sources(parts)),
        Trials(
            parts.panel, client, parts.clock.now_s, lambda trial: lights_for(trial, parts.state())
        ),
    )


def _sources(parts: ServiceParts) -> Sources:
    facts = parts.facts
    return Sources(
        health=parts.health,
        clock=parts.clock,
        journal_path=parts.config.journal_path,
        printer_model=parts.config.printer.model.name,
        exchanges=parts.heard.exchanges,
        garbage=parts.garbage,
        panel=lambda: _state_of(parts.panel),
        temperature=cpu_temperature,
        device_no=lambda: "" if facts.config is None else facts.config.device_no,
        accepted=parts.accepted,
    )


def _state_of(panel: Panel) -> PanelState | None:
    return None if isinstance(panel, NoPanel) else panel.state


def _reward(state: KioskState, item: UUID) -> Text | None:
    return next((one.name for one in state.catalogue if one.id == item), None)
