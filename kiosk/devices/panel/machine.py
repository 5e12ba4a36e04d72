"""Which pins the machine itself uses: interfaces that an overlay or dtparam has switched on.

The kernel lets a program claim such a pin all the same and takes it away from the bus, so it
has to be asked for. The running device tree says it, whatever config.txt says.
"""

from pathlib import Path

_SYMBOLS = Path("proc/device-tree/__symbols__")
_TREE = Path("proc/device-tree")
_ON = frozenset({"okay", "ok"})
_INTERFACES = {
    "i2c1": ((2, 3), "I2C bus 1 (dtparam=i2c_arm=on)"),
    "spi0": ((7, 8, 9, 10, 11), "SPI bus 0 (dtparam=spi=on)"),
    "i2s": ((18, 19, 20, 21), "I2S sound (dtparam=i2s=on, or a sound HAT)"),
}
_ONE_WIRE = Path("sys/bus/w1/devices/w1_bus_master1")


def held_pins(root: Path = Path("/")) -> dict[int, str]:
    """BCM numbers in use by the machine and as what; empty where there is no device tree."""
    held: dict[int, str] = {}
    for symbol, (pins, what) in _INTERFACES.items():
        if _is_on(root, symbol):
            held |= dict.fromkeys(pins, what)
    if (root / _ONE_WIRE).exists():
        held[4] = "1-Wire (dtoverlay=w1-gpio)"
    return held


def _is_on(root: Path, symbol: str) -> bool:
    """Whether the node that a label stands for is enabled (no `status` means that it is)."""
    try:
        node = (root / _SYMBOLS / symbol).read_text("ascii").rstrip("\0")
    except OSError:
        return False
    status = root / _TREE / node.lstrip("/") / "status"
    try:
        return status.read_text("ascii").rstrip("\0") in _ON
    except FileNotFoundError:
        return status.parent.is_dir()
    except OSError:
        return False
