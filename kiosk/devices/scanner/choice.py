"""The scanner that the configuration names."""

from collections.abc import Callable
from pathlib import Path

from kiosk.aim import Measurement
from kiosk.config import KioskConfig
from kiosk.devices.scanner.client import ScannerProcess
from kiosk.devices.scanner.listening import ListeningScanner
from kiosk.devices.scanner.messages import Pulse
from kiosk.devices.scanner.service import ScannerService


def scanner_from(
    config: KioskConfig,
    *,
    preview: tuple[int, int] = (320, 180),
    on_pulse: Callable[[Pulse], None] | None = None,
    on_aim: Callable[[Measurement], None] | None = None,
) -> ListeningScanner:
    """The service at `scanner.socket`, or a process of the kiosk's own when that is empty.

    `preview` is for a process of its own; a service has the size with which it was started.
    """
    if config.scanner.socket:
        return ScannerService(Path(config.scanner.socket), on_pulse, on_aim)
    return ScannerProcess(
        config.camera.source,
        settings=config.camera.settings,
        symbologies=config.scanner.symbologies,
        budget_ms=config.scanner.budget_ms,
        preview=preview,
        on_pulse=on_pulse,
        on_aim=on_aim,
    )
