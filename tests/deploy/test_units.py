"""The systemd units, as systemd itself reads them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "systemd"
ANALYZE = shutil.which("systemd-analyze")
EXPOSED_AT_MOST = {
    "kiosk.service": 2.0,
    "kiosk-scanner.service": 2.0,
    "central-api.service": 2.0,
    "central-web.service": 2.0,
    "central-worker.service": 2.0,
    "central-backup.service": 2.0,
}
"""0 is closed, 10 is open."""

pytestmark = pytest.mark.skipif(ANALYZE is None, reason="there is no systemd-analyze here")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ANALYZE or "", *arguments], capture_output=True, text=True, check=False, timeout=30
    )


def installed_units(folder: Path) -> list[Path]:
    """The units with programs that exist here: systemd looks whether it could start them."""
    copies = []
    for unit in sorted([*UNITS.glob("*.service"), *UNITS.glob("*.timer")]):
        text = re.sub(
            r"^ExecStart=\S+", f"ExecStart={sys.executable}", unit.read_text(), flags=re.MULTILINE
        )
        copies.append(folder / unit.name)
        copies[-1].write_text(text)
    return copies


def test_systemd_finds_nothing_wrong_with_any_unit(tmp_path: Path) -> None:
    copies = installed_units(tmp_path)
    assert {copy.name for copy in copies} == {*EXPOSED_AT_MOST, "central-backup.timer"}

    found = analyze("verify", "--man=no", *map(str, copies))

    ours = [
        line
        for line in found.stderr.splitlines()
        if str(tmp_path) in line or "kiosk" in line or "central" in line
    ]
    assert (found.returncode, ours) == (0, [])


def test_a_misspelt_key_would_be_found(tmp_path: Path) -> None:
    unit = tmp_path / "kiosk.service"
    unit.write_text(f"[Service]\nExecStart={sys.executable}\nRestrat=always\n")

    assert "Restrat" in analyze("verify", "--man=no", str(unit)).stderr


@pytest.mark.parametrize("name", EXPOSED_AT_MOST)
def test_what_a_unit_may_touch_stays_small(name: str) -> None:
    found = analyze("security", "--offline=true", "--no-pager", str(UNITS / name))

    score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", found.stdout)
    assert score is not None, found.stderr
    assert float(score[1]) <= EXPOSED_AT_MOST[name]


def enabled(folder: Path, *names: str) -> dict[str, set[str]]:
    """Per unit, what systemd starts with it when these are enabled."""
    units = folder / "etc/systemd/system"
    units.mkdir(parents=True)
    for unit in installed_units(folder):
        unit.rename(units / unit.name)
    command = ["systemctl", f"--root={folder}", "enable", *names]
    subprocess.run(command, capture_output=True, check=True, timeout=30)
    return {
        wants.name.removesuffix(".wants"): {link.name for link in wants.iterdir()}
        for wants in units.glob("*.wants")
    }


@pytest.mark.skipif(shutil.which("systemctl") is None, reason="there is no systemctl here")
def test_whoever_starts_the_kiosk_starts_its_scanner_too(tmp_path: Path) -> None:
    """PartOf= stops it with the kiosk; `systemctl start kiosk` must bring it back."""
    started_with = enabled(tmp_path, "kiosk.service", "kiosk-scanner.service")

    assert started_with["kiosk.service"] == {"kiosk-scanner.service"}
    assert started_with["multi-user.target"] == {"kiosk.service"}


@pytest.mark.skipif(shutil.which("systemctl") is None, reason="there is no systemctl here")
def test_a_backup_is_made_every_night(tmp_path: Path) -> None:
    started_with = enabled(tmp_path, "central-backup.timer")
    assert started_with["timers.target"] == {"central-backup.timer"}
    unit = (UNITS / "central-backup.service").read_text()
    assert re.search(r"^ExecStart=\S+/central backup --to \S+ --keep \S+$", unit, re.MULTILINE)
    told = analyze("calendar", "*-*-* 03:30:00")
    assert "Next elapse" in told.stdout
    timer = (UNITS / "central-backup.timer").read_text()
    assert "OnCalendar=*-*-* 03:30:00" in timer
    assert "Persistent=yes" in timer, "a machine that was off makes it later"
