"""Plays for the emulator: read whole or refused whole, and every order at its own moment."""

import json
import os
import time

import pytest

from kiosk.devices.printer.emulator.control import ORDERS, check
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.pty_line import PtyLine
from kiosk.devices.printer.emulator.script import Measure, ScriptRefused, read_script
from tests.kiosk.printer.test_emulator_pty import answer

FEED, FENCE = b"\x1bJ\x01", b"\x1dr\x01"


def test_lines_say_when_and_what() -> None:
    script = read_script(
        "# a roll that ends\n\nat 120mm paper-end\nafter 2 cuts cover open  # the clerk\n"
        "at 4100 bytes power off\nat 3.5s power-on\nafter 1 cut take\n"
    )
    assert [(cue.measure, cue.amount, cue.order) for cue in script.cues] == [
        (Measure.ROWS, 960, "paper-end"),
        (Measure.CUTS, 2, "cover open"),
        (Measure.BYTES, 4100, "power off"),
        (Measure.SECONDS, 3.5, "power-on"),
        (Measure.CUTS, 1, "take"),
    ]
    assert script.next(Measure.CUTS) == 1
    assert script.due(Measure.CUTS, 2) == ["cover open", "take"]
    assert script.due(Measure.CUTS, 9) == []


def test_every_mistake_is_told_with_its_line_and_how_to_mend_it() -> None:
    with pytest.raises(ScriptRefused) as refused:
        read_script("paper end\nat 5 inches paper end\nat 5mm paper dance\nat 5mm paper end\n")
    told = str(refused.value).splitlines()
    assert len(told) == 3
    assert told[0].startswith("line 1: 'paper end' does not say when and what; say it like: at ")
    assert told[1] == "line 2: 'inches' is no measure: take mm, cuts, bytes or s"
    assert told[2].startswith("line 3: 'paper dance' is no order. There are: paper end")


def test_every_order_that_is_told_of_is_obeyed() -> None:
    for line in ORDERS:
        for order in line.replace("[at MM]", "at 12").split(" | "):
            words = order if order.split()[0] in {"power", "cover"} or " " in order else ""
            number = order.replace("MM", "12").replace("BYTES_PER_S", "12").replace("N", "12")
            if words or order in {"silent", "talk", "take", "tear", "status"}:
                check(number)


def test_orders_come_at_the_row_the_cut_and_the_byte() -> None:
    for when, row in (("at 2mm", 16), ("after 1 cut", 80), ("at 300 bytes", 199)):
        emulated = EmulatedPrinter(384, [].append)
        script = read_script(f"{when} paper end")
        with PtyLine(emulated, script=script) as line:
            fd = os.open(line.path, os.O_RDWR | os.O_NOCTTY)
            if when == "after 1 cut":
                os.write(fd, b"\x1dVB\x00")
            os.write(fd, FEED * 98 + b"\x1bJ\x64" + FEED * 9)
            while json.loads(line.command("status"))["paper"]:
                pass
            assert line.command("status")
            os.close(fd)
        assert emulated.paper.rows_moved == row


def test_orders_come_by_the_clock_too() -> None:
    emulated = EmulatedPrinter(384, [].append)
    began = time.monotonic()
    with PtyLine(emulated, script=read_script("at 0.2s garbage 3")) as line:
        fd = os.open(line.path, os.O_RDWR | os.O_NOCTTY)
        assert len(answer(fd, 3)) == 3
        assert time.monotonic() - began >= 0.2
        os.close(fd)


def test_slow_is_slow_both_ways_and_stuck_takes_nothing() -> None:
    emulated = EmulatedPrinter(384, [].append)
    with PtyLine(emulated) as line:
        fd = os.open(line.path, os.O_RDWR | os.O_NOCTTY)
        line.command("slow 40")
        began = time.monotonic()
        os.write(fd, b"\x10\x04\x01" * 5)
        assert answer(fd, 5) == b"\x12" * 5
        assert time.monotonic() - began >= 14 / 40
        line.command("slow off")
        line.command("xoff stuck")
        assert answer(fd, 1) == b"\x13"
        os.write(fd, b"\x10\x04\x01")
        assert json.loads(line.command("status"))["busy"]
        line.command("xoff free")
        assert answer(fd, 2) == b"\x11\x12"
        os.close(fd)


def test_noise_is_the_same_for_the_same_seed() -> None:
    heard = []
    for seed in (5, 5, 6):
        with PtyLine(EmulatedPrinter(384, [].append), seed=seed) as line:
            fd = os.open(line.path, os.O_RDWR | os.O_NOCTTY)
            line.command("garbage rate 400")
            heard.append(answer(fd, 40))
            line.command("garbage off")
            os.close(fd)
    assert heard[0] == heard[1]
    assert heard[0] != heard[2]
