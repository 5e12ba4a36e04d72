"""K8: every part with a light and what to do; the printer's own words; inputs; the glass."""

from kiosk.flow import event
from kiosk.flow.staff.values.diagnostics import (
    Diagnostics,
    DiagnosticsTab,
    DiagnosticsTabChosen,
    NetworkTestWanted,
)
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Voice
from kiosk.screens.staff.parts_tab import PartsTab
from kiosk.screens.staff.sheet import Sheet
from kiosk.screens.staff.touch_tab import TouchTab
from kiosk.screens.staff.trial_tabs import InputsTab, PrinterTab
from kiosk.screens.tabs import Tabs
from kiosk.screens.theme import Box

_TABS = {
    DiagnosticsTab.PARTS.value: "ST-TAB-PARTS",
    DiagnosticsTab.PRINTER.value: "ST-TAB-PRINTER",
    DiagnosticsTab.INPUTS.value: "ST-TAB-INPUTS",
    DiagnosticsTab.TOUCH.value: "ST-TAB-TOUCH",
}


class DiagnosticsScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, head=400.0)
        high = max(96.0 if self.portrait else 90.0, self.stage.mm(15.3))
        area = self.area
        if self.portrait:
            tabs = Box(area.x + 6, 286, area.w - 12, high)
            top = tabs.bottom + 36
        else:
            tabs = Box(480, 157, 760 - 6, high)
            top = tabs.bottom + 25
        rest = Box(area.x, top, area.w, area.bottom - top)
        self._tabs = self.put(
            Tabs(kit, tabs, _TABS, lambda tab: kit.emit(DiagnosticsTabChosen(DiagnosticsTab(tab))))
        )
        self._parts = self.put(PartsTab(kit, rest))
        self._printer = self.put(PrinterTab(kit, rest))
        self._inputs = self.put(InputsTab(kit, rest))
        self._touch = self.put(TouchTab(kit, rest))
        back, camera, network = self.feet(1, 1.2, 1.2)
        self._back = self.back_button(back)
        self._camera = self.soft_button("camera", camera, lambda: kit.emit(event.AimOpened()))
        self._network = self.main_button("network", network, lambda: kit.emit(NetworkTestWanted()))
        self.note.show(False)

    def update(self, state: KioskState) -> None:
        super().update(state)
        screen = state.screen
        if not isinstance(screen, Diagnostics):
            return
        voice = Voice(state.language)
        voice.put(self.title, "ST-DIAGNOSTICS")
        self._tabs.choose(screen.tab.value, voice)
        for tab, part in (
            (DiagnosticsTab.PARTS, self._parts),
            (DiagnosticsTab.PRINTER, self._printer),
            (DiagnosticsTab.INPUTS, self._inputs),
            (DiagnosticsTab.TOUCH, self._touch),
        ):
            part.show(tab is screen.tab)
            part.say(screen, voice, shown=tab is screen.tab)
        voice.put(self._back, "L-BACK")
        voice.put(self._camera, "ST-CAMERA")
        self._network.disabled = screen.asking_network
        voice.put(self._network, "ST-ASKING" if screen.asking_network else "ST-TRY-NETWORK")
