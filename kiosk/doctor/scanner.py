"""The scanner's service, and what the scanner process can give up on this machine."""

import stat
from collections.abc import Callable
from pathlib import Path

from kiosk.config import KioskConfig
from kiosk.devices.scanner import confinement
from kiosk.doctor.finding import Finding, fail, ok, warn


def scanner(
    config: KioskConfig, missing: Callable[[], tuple[str, ...]] = confinement.missing
) -> Finding:
    """Looks only: a connection would take the place of a kiosk that runs."""
    path = config.scanner.socket
    if path and not _is_socket(Path(path)):
        return fail(
            "scanner",
            f"no service has made {path}",
            "systemctl enable --now kiosk-scanner, or take `socket` out of kiosk.toml",
        )
    without = missing()
    if without:
        return warn(
            "scanner",
            f"it works, but less confined than meant: {'; '.join(without)}",
            "apt-get install libseccomp2, a kernel with seccomp and Landlock; or use"
            " kiosk-scanner.service, where systemd refuses the same",
        )
    kinds = ", ".join(config.scanner.symbologies)
    return ok("scanner", f"reads {kinds}; can give up network and files before a frame")


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False
