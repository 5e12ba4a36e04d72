"""The emulator behind its pty: speed, back-pressure, orders, and the command line."""

import json
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices.ports import NothingPrinted
from kiosk.devices.printer.driver import SerialPrinter
from kiosk.devices.printer.emulator.control import UnknownCommand
from kiosk.devices.printer.emulator.mechanism import ALL_FEATURES, EmulatedPrinter
from kiosk.devices.printer.emulator.noise import POWER_UP_BYTES
from kiosk.devices.printer.emulator.pty_line import PtyLine
from tests.kiosk.printer.paper_reading import codes_on
from tests.kiosk.printer.voucher_pages import PROFILE_58, payload, voucher_page

WAIT_S = 20.0
FEED = b"\x1bJ\x01"


@pytest.fixture
def port() -> Iterator[tuple[PtyLine, EmulatedPrinter, int]]:
    emulated = EmulatedPrinter(384, [].append)
    with PtyLine(emulated) as line:
        fd = os.open(line.path, os.O_RDWR | os.O_NOCTTY)
        yield line, emulated, fd
        os.close(fd)


def answer(fd: int, size: int) -> bytes:
    got = b""
    while len(got) < size and select.select([fd], [], [], WAIT_S)[0]:
        got += os.read(fd, size - len(got))
    return got


def test_answers_come_back(port: tuple[PtyLine, EmulatedPrinter, int]) -> None:
    _, _, fd = port
    os.write(fd, b"\x10\x04\x01\x1dr\x01")
    assert answer(fd, 2) == b"\x12\x00"


def test_line_is_as_slow_as_its_speed() -> None:
    """963 bytes at 9600 baud take a second, and not a millisecond."""
    emulated = EmulatedPrinter(384, [].append)
    with PtyLine(emulated, baud=9600) as line:
        fd = os.open(line.path, os.O_RDWR | os.O_NOCTTY)
        began = time.monotonic()
        os.write(fd, FEED * 320 + b"\x1dr\x01")
        assert answer(fd, 1) == b"\x00"
        took = time.monotonic() - began
        os.close(fd)
    assert took >= 0.98 * 963 * 10 / 9600 - 0.01
    assert took < 5


def test_full_buffer_holds_the_line(port: tuple[PtyLine, EmulatedPrinter, int]) -> None:
    """While the cover is open no more than the buffer is taken; the writer waits."""
    line, emulated, fd = port
    line.command("cover open")
    os.set_blocking(fd, False)
    sent = 0
    try:
        while True:
            sent += os.write(fd, FEED * 1000)
    except BlockingIOError:
        pass
    assert sent > ALL_FEATURES.buffer_bytes
    assert emulated.room >= 0
    moved = json.loads(line.command("status"))["paper_mm"]
    assert moved == 0
    line.command("cover close")
    os.set_blocking(fd, True)
    torn_off = FEED[sent % 3 :] if sent % 3 else b""
    os.write(fd, torn_off + b"\x1dr\x01")
    assert answer(fd, 1) == b"\x00"
    assert emulated.paper.rows_moved == (sent + len(torn_off)) // 3


def test_orders(port: tuple[PtyLine, EmulatedPrinter, int]) -> None:
    line, _, fd = port
    seen = {}
    for order in (
        "paper end",
        "paper ok",
        "roll 30000",
        "near-end on",
        "near-end off",
        "paper out",
        "paper ok",
        "paper out at 12.5",
        "paper ok",
        "cover open",
        "cover close",
        "off",
        "on",
        "silent",
        "talk",
        "status",
    ):
        seen[order] = json.loads(line.command(order))
    assert not seen["paper out"]["paper"]
    assert seen["paper out at 12.5"]["paper"]
    assert seen["cover open"]["cover_open"]
    assert not seen["cover open"]["online"]
    assert not seen["off"]["power"]
    assert seen["silent"]["silent"]
    assert seen["status"]["online"]
    assert seen["roll 30000"]["left_mm"] == 30000
    assert not seen["roll 30000"]["near_end"]
    assert seen["near-end on"]["near_end"]
    assert len(answer(fd, POWER_UP_BYTES)) == POWER_UP_BYTES, "noise as the power came back"
    line.command("garbage 32")
    assert len(answer(fd, 32)) == 32


@pytest.mark.parametrize(
    "order",
    [
        "",
        "paper",
        "paper out at",
        "paper out at x",
        "garbage -1",
        "garbage 1e9",
        "roll nan",
        "slow 0",
        "cutter",
        "nonsense",
    ],
)
def test_unknown_order_is_told(port: tuple[PtyLine, EmulatedPrinter, int], order: str) -> None:
    with pytest.raises(UnknownCommand):
        port[0].command(order)


def test_link_leads_to_the_pty_and_goes_with_it(tmp_path: Path) -> None:
    link = tmp_path / "printer"
    link.symlink_to("/nowhere")
    with PtyLine(EmulatedPrinter(384, [].append), link=link) as line:
        assert str(link.readlink()) == line.path
    assert not link.is_symlink()


class Program:
    """`kiosk emulate-printer` as a process."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "emulate-printer", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.strip())

    def line(self) -> str:
        return self._lines.get(timeout=WAIT_S)

    def send(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def order(self, text: str) -> dict[str, object]:
        self.send(text)
        found: dict[str, object] = json.loads(self.line())
        return found

    def end(self) -> tuple[int, str]:
        """Exit code and standard error after SIGTERM (or after it ended by itself)."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(WAIT_S)
        self._reader.join(WAIT_S)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        error = self.process.stderr.read()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()
        return self.process.returncode, error


def test_program_prints_a_voucher_and_obeys(tmp_path: Path) -> None:
    link, out, control = tmp_path / "printer", tmp_path / "out", tmp_path / "control"
    program = Program(
        "--out",
        str(out),
        "--profile",
        "58mm-cutter",
        "--link",
        str(link),
        "--control",
        str(control),
        "--unpaced",
        "--strict",
    )
    try:
        assert program.line() == str(link)
        printer = SerialPrinter(str(link), PROFILE_58, settle_s=0.05)
        printer.print(voucher_page(384), 20.0)
        told = json.loads(program.line())
        with Image.open(told["paper"]) as paper:
            assert codes_on(paper) == [payload()]
        assert told["mm"] == (voucher_page(384).height + 80) // 8
        assert (told["voucher"], told["copies"]) == (payload()[-4:], 1)
        assert program.order("paper out")["paper"] is False
        with pytest.raises(NothingPrinted):
            printer.print(voucher_page(384), 20.0)
        assert (control.stat().st_mode & 0o777) == 0o600
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(WAIT_S)
            client.connect(str(control))
            client.sendall(b"paper ok\nnonsense\n")
            with client.makefile() as replies:
                assert json.loads(replies.readline())["paper"] is True
                assert "error" in json.loads(replies.readline())
        printer.print(voucher_page(384), 20.0)
        assert json.loads(program.line())["copies"] == 2
        printer.close()
    finally:
        code, error = program.end()
    assert code == 0, error
    assert not link.is_symlink()
    assert not control.exists()


def test_strict_program_ends_at_the_first_unknown_byte(tmp_path: Path) -> None:
    program = Program("--out", str(tmp_path / "out"), "--unpaced", "--strict")
    fd = os.open(program.line(), os.O_WRONLY | os.O_NOCTTY)
    os.write(fd, b"\x1b@A")
    program.process.wait(WAIT_S)
    os.close(fd)
    code, error = program.end()
    assert code == 1
    assert "not ESC/POS: no command: 41" in error


def test_program_that_is_not_strict_counts_and_goes_on(tmp_path: Path) -> None:
    program = Program("--out", str(tmp_path / "out"), "--unpaced")
    try:
        fd = os.open(program.line(), os.O_RDWR | os.O_NOCTTY)
        os.write(fd, b"A\x1dr\x01")
        assert answer(fd, 1) == b"\x00"
        os.close(fd)
        assert program.order("status")["failures"] == 1
    finally:
        code, error = program.end()
    assert code == 0
    assert error.count("not ESC/POS") == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--profile", "44mm"), "58mm-tear"),
        (("--script", "/nowhere/play"), "cannot be read"),
    ],
)
def test_wrong_option_is_told(tmp_path: Path, options: tuple[str, ...], says: str) -> None:
    program = Program("--out", str(tmp_path / "out"), *options)
    program.process.wait(WAIT_S)
    code, error = program.end()
    assert code == 1
    assert "Traceback" not in error
    assert says in error


def test_script_with_mistakes_is_told_whole(tmp_path: Path) -> None:
    play = tmp_path / "play"
    play.write_text("at 5mm paper end\nat noon power off\nat 3 cuts dance\n")
    program = Program("--out", str(tmp_path / "out"), "--script", str(play))
    program.process.wait(WAIT_S)
    code, error = program.end()
    assert code == 1
    assert "line 2: 'at noon power off' does not say when" in error
    assert "line 3: 'dance' is no order" in error
    assert "line 1" not in error


def test_program_plays_a_script_with_a_customer_and_a_busy_line(tmp_path: Path) -> None:
    play = tmp_path / "play"
    play.write_text("after 1 cut busy stuck  # and nothing more is taken\n")
    program = Program(
        *("--out", str(tmp_path / "out"), "--unpaced", "--profile", "80mm-presenter"),
        *("--script", str(play), "--taken-after", "0", "--busy-line"),
    )
    try:
        path = program.line()
        assert json.loads(program.line()) == {"busy": False}
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(fd, b"\x1bJ\x40\x1dVB\x00")
        told = [json.loads(program.line()) for _ in range(2)]
        assert told[0]["bottom"] == "cut"
        assert told[1] == {"busy": True}
        os.write(fd, b"\x1de\x03\x0c\x1de\x06")
        program.send("busy free")
        told = [json.loads(program.line()) for _ in range(4)]
        assert {"busy": False} in told
        assert [line for line in told if "slot" in line and "power" not in line] == [
            {"slot": "presented"},
            {"slot": "taken"},
        ]
        assert answer(fd, 1) == b"\x08"
        os.close(fd)
    finally:
        code, error = program.end()
    assert (code, error) == (0, "")


def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    program = Program("--out", str(tmp_path / "file" / "out"))
    program.process.wait(WAIT_S)
    code, error = program.end()
    assert code == 1
    assert "Traceback" not in error
    assert "Error:" in error
