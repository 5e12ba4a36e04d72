"""All screens, built once; the one that fits a state is shown, the others rest."""

from typing import Any

from kivy.uix.floatlayout import FloatLayout

from kiosk.flow import state as s
from kiosk.flow.staff.values import diagnostics, door, rolls, service, told, vouchers
from kiosk.screens.aim import AimScreen
from kiosk.screens.attract import AttractScreen
from kiosk.screens.confirm import ConfirmScreen
from kiosk.screens.dispensing import DispensingScreen
from kiosk.screens.done import DoneScreen
from kiosk.screens.home import HomeScreen
from kiosk.screens.kit import Kit, Part
from kiosk.screens.refused import RefusedScreen
from kiosk.screens.scan import ScanScreen
from kiosk.screens.staff.asks import ReprintAskScreen, VoidAskScreen
from kiosk.screens.staff.badge import BadgeScreen
from kiosk.screens.staff.case import CaseScreen
from kiosk.screens.staff.dashboard import DashboardScreen
from kiosk.screens.staff.diagnostics import DiagnosticsScreen
from kiosk.screens.staff.handover import HandoverScreen, HandoverSignScreen
from kiosk.screens.staff.hours import HoursScreen
from kiosk.screens.staff.pin import PinScreen
from kiosk.screens.staff.progress import ReprintingScreen, SettlingScreen
from kiosk.screens.staff.roll_changed import RollChangedScreen
from kiosk.screens.staff.roll_wizard import RollWizardScreen
from kiosk.screens.staff.search import QueueScreen, SearchScreen
from kiosk.screens.staff.second import SecondBadgeScreen, SecondPinScreen
from kiosk.screens.staff.settle import SettleScreen
from kiosk.screens.staff.test_print import TestPrintScreen
from kiosk.screens.staff.told import ToldScreen
from kiosk.screens.still_here import StillHereScreen
from kiosk.screens.vouchers import VouchersScreen
from kiosk.screens.waiting import IdentifyingScreen, StoppedScreen
from kiosk.screens.widgets.placing import seen
from kiosk.screens.widgets.target import Target

_SCREENS: dict[type, type[Part]] = {
    s.Attract: AttractScreen,
    s.Scan: ScanScreen,
    s.Identifying: IdentifyingScreen,
    s.MemberHome: HomeScreen,
    s.Confirm: ConfirmScreen,
    s.Dispensing: DispensingScreen,
    s.Done: DoneScreen,
    s.Vouchers: VouchersScreen,
    s.Refused: RefusedScreen,
    s.StillHere: StillHereScreen,
    s.Stopped: StoppedScreen,
    s.Aim: AimScreen,
    door.BadgeAsked: BadgeScreen,
    door.PinAsked: PinScreen,
    door.StaffHome: DashboardScreen,
    rolls.RollWizard: RollWizardScreen,
    rolls.RollChanged: RollChangedScreen,
    rolls.TestPrint: TestPrintScreen,
    vouchers.Search: SearchScreen,
    vouchers.Queue: QueueScreen,
    vouchers.CaseView: CaseScreen,
    vouchers.ReprintAsk: ReprintAskScreen,
    vouchers.Reprinting: ReprintingScreen,
    vouchers.Settle: SettleScreen,
    vouchers.VoidAsk: VoidAskScreen,
    vouchers.Settling: SettlingScreen,
    told.Told: ToldScreen,
    service.Hours: HoursScreen,
    service.Handover: HandoverScreen,
    service.SecondBadge: SecondBadgeScreen,
    service.SecondPin: SecondPinScreen,
    service.HandoverSign: HandoverSignScreen,
    diagnostics.Diagnostics: DiagnosticsScreen,
}


class Gallery(FloatLayout):  # type: ignore[misc]  # Kivy has no types
    """The root of the window."""

    def __init__(self, kit: Kit, **properties: Any) -> None:
        super().__init__(**properties)
        self._screens: dict[type, Part] = {kind: made(kit) for kind, made in _SCREENS.items()}
        self.current: Part | None = None
        self._pictures = kit.pictures

    @property
    def screens(self) -> list[Part]:
        """All of them, the shown one and those that rest."""
        return list(self._screens.values())

    def show(self, state: s.KioskState) -> None:
        """Draw a state on its screen, changing over if need be."""
        self._warm(state)
        screen = self._screens[type(state.screen)]
        screen.update(state)
        if screen is self.current:
            return
        before, self.current = self.current, screen
        if before is not None:
            before.left()
            self.remove_widget(before)
        self.add_widget(screen)
        screen.entered()

    def _warm(self, state: s.KioskState) -> None:
        """Pictures are ready before the first shopper wants to see them."""
        if not isinstance(state.screen, s.Attract):
            return
        self._pictures.warm(item.image.sha256 for item in state.catalogue)

    def wipe(self) -> None:
        """Nothing of a shopper stays on any screen."""
        for screen in self._screens.values():
            screen.wipe()

    def targets(self) -> dict[str, Target]:
        """What can be touched now, by name."""
        if self.current is None:
            return {}
        return {
            widget.name: widget
            for widget in self.current.walk(restrict=True)
            if isinstance(widget, Target) and not widget.disabled and seen(widget)
        }
