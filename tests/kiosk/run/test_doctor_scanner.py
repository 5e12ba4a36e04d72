"""`kiosk doctor` says what the scanner process cannot give up here, and what to do."""

import socket
from pathlib import Path

import pytest

from kiosk.config import parse
from kiosk.doctor.finding import Level
from kiosk.doctor.scanner import scanner


def test_on_a_machine_that_has_all_it_is_well() -> None:
    found = scanner(parse('[scanner]\nsymbologies = ["QRCode"]'), lambda: ())
    assert (found.level, found.do) == (Level.OK, "")
    assert "reads QRCode;" in found.says


@pytest.mark.parametrize("net", ["this kernel has no Landlock", "libseccomp2 is not installed"])
def test_what_is_missing_is_named_with_what_to_do(net: str) -> None:
    found = scanner(parse(""), lambda: (net,))
    assert found.level is Level.WARN
    assert net in found.says
    assert "libseccomp2" in found.do


def test_a_service_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "scanner.sock"
    config = parse(f'[scanner]\nsocket = "{path}"')
    found = scanner(config, lambda: ())
    assert found.level is Level.FAIL
    assert "kiosk-scanner" in found.do
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(path))
        assert scanner(config, lambda: ()).level is Level.OK
