"""A sheet full of small codes: hundreds are news at once, and the kiosk keeps its scanner."""

import subprocess
import sys
import time
from itertools import product

import cv2
import numpy as np
import pytest
import segno

from kiosk.devices.scanner import supervision
from kiosk.devices.scanner.client import ScannerProcess
from kiosk.devices.scanner.messages import Code, Pulse
from kiosk.devices.scanner.supervision import Allowance, Rate
from tests.kiosk.devices.scanner.scanner_stage import connected, running
from wire import tokens, voucher_code

MODULE_PX = 2
STEP_PX = 66


def sheet(texts):
    """1280x720 of version 1 codes with as much white between them."""
    frame = np.full((720, 1280), 255, np.uint8)
    places = product(range(24, 720 - STEP_PX, STEP_PX), range(24, 1280 - STEP_PX, STEP_PX))
    for y, x in places:
        code = np.array(segno.make_qr(next(texts), error="l", version=1).matrix, np.uint8)
        code = ((1 - code) * 255).repeat(MODULE_PX, axis=0).repeat(MODULE_PX, axis=1)
        frame[y : y + code.shape[0], x : x + code.shape[1]] = code
    return frame


@pytest.fixture(params=["foreign", "ours"])
def sheets(request, tmp_path):
    """A camera before which two sheets change places."""
    texts = {
        "foreign": (str(10**9 + number) for number in range(10_000)),
        "ours": iter(lambda: tokens.voucher_payload(voucher_code.generate()), None),
    }[request.param]
    for number in range(2):
        assert cv2.imwrite(str(tmp_path / f"{number}.png"), sheet(texts))
    return request.param, f"images:{tmp_path}"


def heard_within(connection, seconds):
    """(when, message) as they come."""
    heard, began_s = [], time.monotonic()
    while (now_s := time.monotonic()) < began_s + seconds:
        message = connection.read()
        if message is None:
            time.sleep(0.005)
        else:
            heard.append((now_s, message))
    return heard


class TestThroughTheProcess:
    async def test_the_kiosk_keeps_its_scanner(self, sheets):
        kind, source = sheets
        pulses = []
        scanner = ScannerProcess(source, on_pulse=pulses.append)
        async with running(scanner) as heard:
            await heard.until(lambda: pulses and pulses[-1].decoded >= 20 and heard.codes)
            assert scanner.pid is not None
        assert [health.ok for health in heard.health] == [True], heard.health
        assert {bool(code.text) for code in heard.codes} == {kind == "ours"}

    def test_it_says_at_most_half_of_what_the_kiosk_bears_and_counts_the_rest(
        self, sheets, tmp_path
    ):
        kind, source = sheets
        path = tmp_path / "socket"
        command = [sys.executable, "-m", "kiosk", "scanner", "--socket", str(path)]
        process = subprocess.Popen([*command, "--source", source])
        try:
            connection = connected(path, process)
            connection.capture(on=True)
            heard = heard_within(connection, 6.0)
            connection.close()
        finally:
            process.terminate()
            assert process.wait(10) == 0
        times = [at_s for at_s, _ in heard]
        most = max(sum(at_s <= other < at_s + 1.0 for other in times) for at_s in times)
        pulses = [message for _, message in heard if isinstance(message, Pulse)]
        print(f"{len(heard)} messages, at most {most} a second, {pulses[-1].unsaid} unsaid")
        # What was said within a second may be heard within a little less.
        assert most <= 1.2 * supervision.SAID_A_SECOND < supervision.MESSAGES_A_SECOND
        assert len(pulses) >= 10
        if kind == "ours":
            assert pulses[-1].unsaid > 0
            assert sum(isinstance(message, Code) for _, message in heard) > 50


class TestAllowance:
    def test_what_it_lets_through_is_never_too_much_for_the_kiosk(self):
        allowance, rate = Allowance(), Rate()
        times = [n / 1000 for n in range(10_000)]
        said = [at_s for at_s in times if allowance.grants(at_s)]
        assert not any(rate.too_high(at_s) for at_s in said)
        assert len(said) + allowance.refused == len(times)
        assert len(said) >= 9 * (supervision.SAID_A_SECOND - supervision.FOR_PULSES)

    def test_a_sign_of_life_is_granted_when_nothing_else_is(self):
        allowance = Allowance()
        while allowance.grants(5.0):
            pass
        assert allowance.grants(5.0, pulse=True)
        assert not allowance.grants(5.9)
        assert allowance.grants(6.0)

    def test_nor_are_signs_of_life_without_end(self):
        allowance = Allowance()
        granted = sum(allowance.grants(5.0, pulse=True) for _ in range(1000))
        assert granted == supervision.SAID_A_SECOND
