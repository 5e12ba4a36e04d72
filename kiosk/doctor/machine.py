"""Disk, journal, clock and fonts."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from kiosk.clock import SUSPECT_S, AnchoredClock
from kiosk.config import KioskConfig
from kiosk.doctor.finding import Finding, fail, ok, warn
from kiosk.fonts import FontsMissing, font_path
from kiosk.health import DISK_LOW_MB
from kiosk.journal.chain import verify
from wire.api.text import Language

DISK_SPARE_MB = 200


def free_mb(folder: Path) -> int:
    """Free space of the file system on which a folder lies, in MB."""
    return shutil.disk_usage(folder).free // 1_000_000


def disk(config: KioskConfig) -> Finding:
    folder = config.data_dir
    if not folder.is_dir():
        return fail("disk", f"{folder} is not there", f"mkdir -p {folder}; `kiosk enrol` makes it")
    if not os.access(folder, os.W_OK | os.X_OK):
        return fail(
            "disk",
            f"{folder} cannot be written",
            "give it to the user that runs the kiosk, or mount it read-write",
        )
    free = free_mb(folder)
    if free < DISK_LOW_MB:
        return fail("disk", f"{free} MB free in {folder}", "make room: the kiosk has paused itself")
    if free < DISK_SPARE_MB:
        return warn("disk", f"{free} MB free in {folder}", "make room soon")
    return ok("disk", f"{free} MB free in {folder}")


def journal(config: KioskConfig) -> Finding:
    path = config.journal_path
    if not path.exists():
        return ok("journal", "none yet: this kiosk has not run")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            verdict = verify(connection)
    except (sqlite3.Error, ValueError, TypeError) as error:
        return fail(
            "journal",
            f"{path} cannot be read: {error}",
            "start the kiosk: it puts the file aside and asks the service what is open",
        )
    if not verdict.ok:
        return fail(
            "journal",
            f"row {verdict.bad_seq} {verdict.why}",
            "keep a copy for the chain, then start the kiosk: it begins a new journal",
        )
    return ok("journal", "its chain of hashes is whole")


def clock(clock: AnchoredClock, disciplined: Callable[[], bool]) -> Finding:
    """The system's clock beside the service's (as far as the network check has reached it)."""
    skew_s = clock.skew_s()
    ntp = disciplined()
    if skew_s is None:
        if not clock.usable:
            return fail(
                "clock",
                "the system's clock stands in the past and the service could not be asked",
                "bring up the network; the service's time is enough",
            )
        return warn("clock", "could not be compared with the service's", "see network")
    if abs(skew_s) > SUSPECT_S:
        return warn(
            "clock",
            f"the system's clock is {skew_s:+.0f} s off; the kiosk uses the service's time",
            "set up NTP (timedatectl set-ntp true) or replace the clock's battery",
        )
    if not ntp:
        return warn(
            "clock",
            f"{skew_s:+.1f} s beside the service's, but nothing keeps it so",
            "set up NTP (timedatectl set-ntp true)",
        )
    return ok("clock", f"{skew_s:+.1f} s beside the service's, kept by NTP")


def fonts() -> Finding:
    for language in Language:
        for bold in (False, True):
            try:
                font_path(language, bold=bold)
            except FontsMissing as missing:
                return fail("fonts", str(missing), "python -m kiosk.fonts")
    return ok("fonts", "regular and bold, simplified, traditional and Latin")
