"""The scanner follows the screen: it measures on the aim screen and nowhere else."""

import pytest

from kiosk import headless
from kiosk.aim import Measurement
from kiosk.composition import follow
from kiosk.devices.ports import ScannedCode, ScannerHealth
from kiosk.devices.scanner.fake import FakeScanner
from kiosk.flow import event
from kiosk.flow.state import Aim, Attract, Identifying, KioskState, Message, MessageCode, Stopped
from kiosk.flow.state import Screen as FlowScreen

SEEN = Measurement(1280, 720, 15.0, 90.0, 0.0, 0.0, 0.0, None, 0.0, 0.0)


@pytest.mark.parametrize(
    ("screen", "reads", "measures"),
    [
        (Aim(300.0), True, True),
        (Attract(), True, False),
        (Identifying(0.0), False, False),
        (Stopped(Message(MessageCode.E_STOP)), True, False),  # a badge, and nothing else
    ],
)
async def test_the_scanner_follows_the_screen(
    screen: FlowScreen, reads: bool, measures: bool
) -> None:
    measured: list[Measurement] = []
    codes: list[ScannedCode] = []
    scanner = FakeScanner(on_aim=measured.append)
    health: list[ScannerHealth] = []
    run = scanner.run(codes.append, health.append)
    run.send(None)  # as far as it goes: it waits for its end
    try:
        follow(scanner, KioskState(screen=Aim(300.0)))
        follow(scanner, KioskState(screen=screen))
        scanner.show_aim(SEEN)
        scanner.show("a code")
    finally:
        run.close()
    assert (bool(codes), bool(measured)) == (reads, measures)


def test_a_script_may_leave_and_change_the_language_only() -> None:
    targets = headless.targets(KioskState(screen=Aim(300.0)))
    assert targets.pop("leave") == event.AimClosed()
    assert all(name.startswith("language:") for name in targets)
