"""One measured figure and the line that keeps it."""

import importlib.metadata
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was measured, beside what it is fair to compare it with."""

    name: str
    value: float
    unit: str
    peer: str = ""
    """What stands beside it."""
    peer_value: float | None = None
    samples: int = 1
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours in parts of the peer's; for times less is better, for rates more."""
        return None if not self.peer_value else self.value / self.peer_value


class Machine(msgspec.Struct, frozen=True):
    """Where it was measured."""

    at: datetime
    cpu: str
    cores: int
    kernel: str
    python: str
    packages: dict[str, str]


def this_machine() -> Machine:
    return Machine(
        at=datetime.now(UTC),
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        kernel=platform.release(),
        python=platform.python_version(),
        packages={
            name: importlib.metadata.version(name)
            for name in ("kivy", "opencv-python", "zxing-cpp", "litestar", "uvicorn", "asyncpg")
        },
    )


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def as_line(figure: Figure) -> dict[str, Any]:
    """The figure as plain values, its ratio with it."""
    return {**msgspec.to_builtins(figure), "ratio": figure.ratio}


def tell(figure: Figure) -> None:
    """Print the figure as one JSON line: how a benchmark hands it to `python -m bench`."""
    sys.stdout.write(msgspec.json.encode(as_line(figure)).decode() + "\n")
    sys.stdout.flush()


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]
