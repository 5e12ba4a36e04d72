"""The 40-pin header of a Raspberry Pi: what each pin is and what else it may be used for."""

from dataclasses import dataclass
from functools import cache

LAST_BCM = 27
"""GPIO0 to GPIO27 are on the header."""
ROWS = 20
_PI_4 = 0xC03111
"""A revision code of a Pi 4B; the header is the same on every Pi with 40 pins."""

SECOND_USES = {
    0: "ID_SD",
    1: "ID_SC",
    2: "I2C1 SDA",
    3: "I2C1 SCL",
    4: "GPCLK0",
    5: "GPCLK1",
    6: "GPCLK2",
    7: "SPI0 CE1",
    8: "SPI0 CE0",
    9: "SPI0 MISO",
    10: "SPI0 MOSI",
    11: "SPI0 SCLK",
    12: "PWM0 0",
    13: "PWM0 1",
    14: "UART0 TXD",
    15: "UART0 RXD",
    16: "SPI1 CE2",
    17: "SPI1 CE1",
    18: "PCM CLK",
    19: "PCM FS",
    20: "PCM DIN",
    21: "PCM DOUT",
    22: "SD1 CLK",
    23: "SD1 CMD",
    24: "SD1 DAT0",
    25: "SD1 DAT1",
    26: "SD1 DAT2",
    27: "SD1 DAT3",
}
"""What each GPIO is besides, by its most common alternate function."""
FIXED_PULL_UPS = frozenset({2, 3})
"""1.8 kOhm to 3V3 on the board, for I2C: no other pull is possible there."""


@dataclass(frozen=True, slots=True)
class HeaderPin:
    position: int
    """1 to 40, as printed on the board; odd ones are nearer to the middle of the board."""
    name: str
    """"3V3", "5V", "GND" or "GPIO18"."""
    bcm: int | None
    """None for power and ground."""

    @property
    def second_use(self) -> str:
        return "" if self.bcm is None else SECOND_USES[self.bcm]


@cache
def header() -> tuple[HeaderPin, ...]:
    """All 40 pins in order, by gpiozero's own data; a table, no device is touched."""
    from gpiozero.pins.pi import PiBoardInfo  # a tenth of a second: only who asks pays it

    pins = PiBoardInfo.from_revision(_PI_4).headers["J8"].pins
    return tuple(
        HeaderPin(position, pin.name, _bcm(pin.name)) for position, pin in sorted(pins.items())
    )


def _bcm(name: str) -> int | None:
    return int(name.removeprefix("GPIO")) if name.startswith("GPIO") else None


def place(bcm: int) -> str:
    """A GPIO as people find it: `GPIO18 (header pin 12)`."""
    pin = next(pin for pin in header() if pin.bcm == bcm)
    return f"{pin.name} (header pin {pin.position})"
