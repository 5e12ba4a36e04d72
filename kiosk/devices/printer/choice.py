"""The printer that [printer] in kiosk.toml names."""

from collections.abc import Callable
from functools import partial

from kiosk.config_printer import PrinterConfig
from kiosk.devices.printer.driver import EscPosPrinter
from kiosk.devices.printer.heard import Heard, HeardLine
from kiosk.devices.printer.line import BITS_PER_BYTE, Line, SerialLine
from kiosk.devices.printer.profile import PrinterProfile
from kiosk.devices.printer.uart import Busy, Power, UartLine
from kiosk.devices.printer.usb_line import UsbLine


def printer_from(
    config: PrinterConfig,
    *,
    busy: Busy | None = None,
    power: Power | None = None,
    heard: Heard | None = None,
) -> EscPosPrinter:
    """A printer whose port is opened when it is first used.

    Args:
        config: which model, where and how it is wired.
        busy: its busy line, if that is wired (uart only).
        power: the switch of its supply, only if there is one (uart only).
        heard: keeps the last questions and answers, for whoever looks for a fault.

    Raises:
        ConfigMistakes: the profile's file has changed since the configuration was read.
    """
    profile = config.model
    settings = _settings(config, profile)
    baud = config.baud or profile.baud
    open_line: Callable[[], Line]
    match config.backend:
        case "usb":
            open_line = _overheard(partial(UsbLine, config.port), heard)
            return EscPosPrinter(open_line, profile, settings=settings)
        case "uart":
            open_line = partial(UartLine, config.port, baud, busy=busy, power=power)
        case "emulator":
            open_line = partial(SerialLine, config.port, baud)
    return EscPosPrinter(
        _overheard(open_line, heard),
        profile,
        settings=settings,
        bytes_per_s=baud / BITS_PER_BYTE,
        starts_with_port=config.backend == "uart" and power is not None,
    )


def _overheard(open_line: Callable[[], Line], heard: Heard | None) -> Callable[[], Line]:
    if heard is None:
        return open_line
    return lambda: HeardLine(open_line(), heard)


def _settings(config: PrinterConfig, profile: PrinterProfile) -> bytes:
    """The commands for density and speed, as far as they are named."""
    density = profile.density[config.density] if config.density else b""
    speed = profile.speed[config.speed] if config.speed else b""
    return density + speed
