"""The scanner that the configuration names."""

from collections.abc import Callable
from pathlib import Path

from kiosk.config import KioskConfig
from kiosk.devices.scanner.client import ScannerProcess
from kiosk.devices.scanner.listening import ListeningScanner
from kiosk.devices.scanner.messages import Pulse
from kiosk.devices.scanner.service import ScannerService


def scanner_from(
    config: KioskConfig, on_pulse: Callable[[Pulse], None] | None = None
) -> ListeningScanner:
    """The service at `scanner.socket`, or a process of the kiosk's own when that is empty."""
    if config.scanner.socket:
        return ScannerService(Path(config.scanner.socket), on_pulse)
    return ScannerProcess(
        config.camera.source,
        symbologies=config.scanner.symbologies,
        budget_ms=config.scanner.budget_ms,
        on_pulse=on_pulse,
    )
