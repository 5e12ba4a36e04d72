"""Camera and printer: each is opened as the kiosk would, and let go again."""

import threading
from collections.abc import Callable
from pathlib import Path

from kiosk.config import KioskConfig
from kiosk.devices.camera.choice import camera_from
from kiosk.devices.camera.source import CameraError
from kiosk.devices.ports import Fact, PrinterStatus, VoucherPrinter
from kiosk.doctor.finding import Finding, fail, ok, warn

CAMERA_S = 5.0
"""Long enough for a USB camera to wake; a stuck V4L2 read never returns by itself."""
PRINTER_S = 2.0
BRIGHT = 250
DARK = 8


def camera(config: KioskConfig, timeout_s: float = CAMERA_S) -> Finding:
    """One frame from the camera. A frame is looked at for its brightness and forgotten."""
    answer: list[Finding] = []

    def look() -> None:
        answer.append(_frame(config))

    # A daemon: a read that never returns must not keep the doctor from ending.
    thread = threading.Thread(target=look, daemon=True, name="doctor-camera")
    thread.start()
    thread.join(timeout_s)
    if not answer:
        return fail(
            "camera",
            f"{config.camera.source} gave no frame within {timeout_s:.0f} s",
            "unplug it and plug it in again; is the kiosk itself running and holding it?",
        )
    return answer[0]


def _frame(config: KioskConfig) -> Finding:
    source = config.camera.source
    try:
        camera = camera_from(source)
        camera.open()
        try:
            luma = camera.read().luma
        finally:
            camera.close()
    except CameraError as error:
        return fail("camera", f"{source}: {error}", _camera_fix(config))
    height, width = luma.shape
    mean = int(luma.mean())
    says = f"{source}: {width}x{height}, brightness {mean} of 255"
    if mean < DARK:
        return warn("camera", says, "it sees nothing: is the lens covered, the scan light off?")
    if mean > BRIGHT:
        return warn("camera", says, "it is blinded: shade it, or shorten its exposure")
    return ok("camera", says)


def _camera_fix(config: KioskConfig) -> str:
    if config.camera.kind != "v4l2":
        return f"put a picture or film at {config.camera.place}"
    found = sorted(Path("/dev/v4l/by-id").glob("*index0")) or sorted(Path("/dev").glob("video*"))
    if not found:
        return "no camera is plugged in: check its cable; `lsusb` should list it"
    return f"set camera.source to one that is there: v4l2:{found[0]}; is the user in group video?"


def printer(config: KioskConfig, open_printer: Callable[[], VoucherPrinter]) -> Finding:
    """What the printer says of itself."""
    port = Path(config.printer.port)
    if not port.exists():
        return fail(
            "printer",
            f"{port} is not there",
            "check cable and power; name the port of `ls /dev/serial/by-id` in printer.port",
        )
    device = open_printer()
    try:
        status = device.status(PRINTER_S)
    finally:
        device.close()
    return _printer_finding(f"{port} at {config.printer.baud} baud", status)


def _printer_finding(where: str, status: PrinterStatus) -> Finding:
    facts = {
        "paper": (status.paper, "put in a new roll, the heat-sensitive side up"),
        "cover": (status.cover, "close the cover until it clicks"),
        "cutter or head": (status.mechanism, "clear the jam, switch the printer off and on"),
        "line": (status.online, "press FEED; the printer is off line"),
    }
    for name, (fact, do) in facts.items():
        if fact is Fact.FAULT:
            return fail("printer", f"{where}: {name} at fault", do)
    if unknown := [name for name, (fact, _) in facts.items() if fact is Fact.UNKNOWN]:
        return fail(
            "printer",
            f"{where}: tells nothing about {', '.join(unknown)}",
            "is it switched on? do printer.baud and its switches agree? is RX/TX crossed?",
        )
    return ok("printer", f"{where}: paper, cover, cutter and line are fine")
