"""The running program with a panel: on a desk's mock, and refused where there are no pins."""

import importlib.util
import os

import pytest

from tests.kiosk.run.floor import Floor


def with_panel(floor: Floor, *lines: str) -> None:
    path = floor.folder / "kiosk.toml"
    path.write_text("\n".join([path.read_text(), "[panel]", "enabled = true", *lines]))


async def test_a_kiosk_with_a_pretended_panel_serves(floor: Floor) -> None:
    await floor.enrol()
    with_panel(floor, 'pin_factory = "mock"', 'busy = "off"')
    async with floor.emulator(), floor.kiosk() as kiosk:
        await floor.finger(kiosk).until(screen="Attract", rewards=1)
        assert await kiosk.stop() == 0, kiosk.said()
    assert "panel on mock: scan_light GPIO18, exit_light GPIO12" in kiosk.said()


@pytest.mark.skipif(importlib.util.find_spec("lgpio") is not None, reason="a Raspberry Pi has it")
async def test_a_kiosk_without_its_pins_does_not_start(floor: Floor) -> None:
    """It must not run with a panel that silently drives nothing."""
    await floor.enrol()
    with_panel(floor)
    async with floor.kiosk() as kiosk:
        assert await kiosk.ends() == os.EX_UNAVAILABLE
    assert "the panel: the pins cannot be reached" in kiosk.said()


async def test_a_clash_of_pins_is_a_mistake_of_the_file(floor: Floor) -> None:
    await floor.enrol()
    with_panel(floor, "gate = 18")
    async with floor.kiosk() as kiosk:
        assert await kiosk.ends() == os.EX_CONFIG
    assert "GPIO18 (header pin 12), where scan_light is already" in kiosk.said()
