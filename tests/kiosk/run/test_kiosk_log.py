import logging
from uuid import UUID

from kiosk.log import KioskFormatter
from kiosk.vitals import cpu_temperature

DEVICE = UUID(int=7)


def line(message: str, **extra: object) -> str:
    record = logging.LogRecord("kiosk.redemption", logging.WARNING, "f", 1, message, (), None)
    for name, value in extra.items():
        setattr(record, name, value)
    return KioskFormatter(DEVICE).format(record)


def test_one_redemption_can_be_followed() -> None:
    told = line("no answer to reserve", redemption_id="0190")
    assert told == (
        f"WARNING kiosk.redemption no answer to reserve device_id={DEVICE} redemption_id=0190"
    )


def test_only_ids_are_taken_from_what_comes_with_a_record() -> None:
    told = line("member found", display="张*明", token="M2SECRET", code="7K3M9QXD2HTP5W8C")
    assert "张" not in told
    assert "SECRET" not in told
    assert "7K3M" not in told


def test_the_processors_temperature(tmp_path) -> None:
    file = tmp_path / "temp"
    file.write_text("48312\n")
    assert cpu_temperature(file) == 48.312
    assert cpu_temperature(tmp_path / "none") is None
    file.write_text("hot")
    assert cpu_temperature(file) is None
