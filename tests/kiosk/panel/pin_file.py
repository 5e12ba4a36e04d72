"""A header in a file: pins that a process leaves behind, as hardware does."""

import signal
import sys
from pathlib import Path

from gpiozero.pins.mock import MockFactory, MockPWMPin


class FiledPin(MockPWMPin):
    """Writes each level that it is driven to behind its number, in the factory's file."""

    def _set_state(self, value: float) -> None:
        super()._set_state(value)
        with self.factory.path.open("a") as file:
            file.write(f"{self.info.name} {float(value)}\n")


class FiledFactory(MockFactory):
    def __init__(self, path: Path) -> None:
        super().__init__(revision="c03111", pin_class=FiledPin)
        self.path = path


def levels(path: Path) -> dict[str, float]:
    """What each pin was left at."""
    found = {}
    for line in path.read_text().splitlines():
        name, level = line.split()
        found[name] = float(level)
    return found


def main() -> None:
    """Drive what can burn, say so, and end as told."""
    from kiosk.clock import AnchoredClock, boot_time_s, system_time
    from kiosk.devices.panel.choice import open_wires, safe_at_the_end
    from kiosk.devices.panel.layout import PanelLayout
    from kiosk.devices.panel.panel import WiredPanel

    # Whoever runs the tests may be deaf to it (nohup), and children inherit that.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    path, how = Path(sys.argv[1]), sys.argv[2]
    layout = PanelLayout(gate_s=0.5, gate_max_s=0.5)
    wires = open_wires(layout, "mock", factory=FiledFactory(path))
    panel = WiredPanel(wires, layout, AnchoredClock(boot_time_s, system_time))
    safe_at_the_end(panel.close)
    panel.printer_power(True)
    panel.scan_light(True)
    panel.exit_light(True)
    panel.open_gate()
    print("driven", flush=True)
    if how == "exit":
        sys.exit(3)
    if how == "raise":
        raise RuntimeError("a bug")
    sys.stdin.read()  # until it is killed


if __name__ == "__main__":
    main()
