"""Where there is no panel: every fact unknown, every light and sound nowhere."""

from collections.abc import Callable

from kiosk.devices.ports import Melody, PanelState


class NoPanel:
    """The `Panel` of a machine without a header, by `[panel] enabled = false`."""

    state = PanelState()

    def watch(self, on_change: Callable[[PanelState], None], on_key: Callable[[], None]) -> None:
        on_change(self.state)

    def scan_light(self, on: bool) -> None:
        pass

    def exit_light(self, on: bool) -> None:
        pass

    def play(self, melody: Melody) -> None:
        pass

    def printer_power(self, on: bool) -> None:
        pass

    def busy(self) -> bool | None:
        return None

    def open_gate(self) -> bool:
        return False

    def close(self) -> None:
        pass
