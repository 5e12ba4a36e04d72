"""A scanner process that was taken over by a crafted code: it may say what it likes."""

import asyncio
import os
import socket
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from kiosk.devices.scanner import door, supervision
from kiosk.devices.scanner.connection import Connection, ScannerLost
from kiosk.devices.scanner.messages import CameraState, Hello, Pulse, encode
from kiosk.devices.scanner.preview import PreviewWriter
from kiosk.devices.scanner.service import ScannerService
from tests.kiosk.devices.scanner.scanner_stage import running

LONGEST_S = 0.005
"""CPU time of one step in the kiosk's loop."""

READING = encode(Pulse(CameraState.READING, fps=15.0))
OURS = "V10123456789ABCDEF"


def message(**fields):
    return msgspec.json.encode(fields)


MALFORMED = {
    "nothing that is JSON": b"\x00\xff\xfe",
    "an array": b"[]",
    "brackets by the thousand": b'{"type":"pulse","camera":"off","x":' + b"[" * 8000,
    "no UTF-8 in a text": b'{"type":"code","text":"\xff","symbology":"QRCode","mono_s":1}',
    "longer than a packet": message(type="pulse", camera="off", reason="x" * 9000),
    "a reason by the page": message(type="pulse", camera="lost", reason="x" * 201),
    "of no type": message(camera="off"),
    "a type that is a kiosk's": message(type="capture", on=True),
    "no state of a camera": message(type="pulse", camera="on fire"),
    "a number that is none": b'{"type":"pulse","camera":"off","fps":1e999}',
    "durations by the thousand": message(type="pulse", camera="off", decode_ms=[1.0] * 1000),
    "a code that is not ours": message(type="code", text="http://x", symbology="QRCode", mono_s=1),
    "markup": message(type="code", text="[color=f00]x[/color]", symbology="QRCode", mono_s=1),
    "an empty code": message(type="code", text="", symbology="QRCode", mono_s=1),
    "ours, and more": message(type="code", text=OURS + "\n", symbology="QRCode", mono_s=1),
    "a kind of code that no camera reads": message(
        type="code", text=OURS, symbology="[b]", mono_s=1
    ),
    "a foreign code with a text for its class": message(
        type="foreign", symbology="QRCode", content="'; DROP TABLE", length=1, mono_s=1
    ),
    "a preview without its memory's size": message(
        type="hello", pid=1, preview_width="wide", preview_height=1
    ),
}


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection = Connection(ours)
    with theirs:
        yield connection, theirs
    connection.close()


class TestMalformed:
    @pytest.mark.parametrize("name", list(MALFORMED))
    def test_it_is_lost_and_nothing_is_believed(self, pair, name):
        connection, theirs = pair
        theirs.send(MALFORMED[name])
        with pytest.raises(ScannerLost, match="speaks otherwise"):
            connection.read()

    @pytest.mark.parametrize("size", [(320, 180), (-1, 5), (100_000, 100_000)])
    def test_a_memory_that_it_could_pull_away_is_not_mapped(self, pair, size):
        connection, theirs = pair
        fd = os.memfd_create("loose")
        os.ftruncate(fd, 64 + 2 * 320 * 180)
        socket.send_fds(theirs, [encode(Hello(1, *size))], [fd])
        os.close(fd)
        with pytest.raises(ScannerLost):
            connection.read()
        assert connection.preview() is None

    @pytest.mark.parametrize("kind", ["file", "pipe", "folder", "written only"])
    def test_a_descriptor_that_is_no_memory_of_ours_is_not_mapped(self, pair, tmp_path, kind):
        connection, theirs = pair
        fds = PREVIEWS[kind](tmp_path)
        socket.send_fds(theirs, [encode(Hello(1, 320, 180))], fds[:1])
        for fd in fds:
            os.close(fd)
        with pytest.raises(ScannerLost, match="speaks otherwise"):
            connection.read()
        assert connection.preview() is None

    def test_descriptors_that_nobody_asked_for_are_closed(self, pair):
        connection, theirs = pair
        before = open_descriptors()
        for _ in range(50):
            fds = [os.memfd_create("gift") for _ in range(8)]
            with suppress(OSError):
                socket.send_fds(theirs, [READING], fds)
            for fd in fds:
                os.close(fd)
            assert connection.read() == Pulse(CameraState.READING, fps=15.0)
        assert open_descriptors() == before


def ordinary_file(folder):
    """Of the right size, but no memory: it has no seals to ask for."""
    path = folder / "file"
    path.write_bytes(bytes(64 + 2 * 320 * 180))
    return [os.open(path, os.O_RDONLY)]


def written_only(_folder):
    """The right memory, sealed, but not opened to be read."""
    writer = PreviewWriter(320, 180)
    return [os.open(f"/proc/self/fd/{writer.fd}", os.O_WRONLY), writer.fd]


PREVIEWS = {
    "file": ordinary_file,
    "pipe": lambda _folder: list(os.pipe()),
    "folder": lambda folder: [os.open(folder, os.O_RDONLY)],
    "written only": written_only,
}


def open_descriptors():
    return len(list(Path("/proc/self/fd").iterdir()))


class Rogue(threading.Thread):
    """Serves a kiosk at a path, and sends it what a script says, as fast as it can."""

    def __init__(self, path, packets, *, forever):
        super().__init__()
        self.packets, self.forever = packets, forever
        self.sent = self.connections = 0
        self.ended = threading.Event()
        self.listener = door.bound(path, for_group=False)
        self.listener.listen(1)
        self.listener.settimeout(0.1)

    def run(self):
        while not self.ended.is_set():
            with suppress(TimeoutError), self.listener.accept()[0] as kiosk:
                self.connections += 1
                kiosk.settimeout(0.1)
                with suppress(ConnectionError):
                    self.talk(kiosk)
        self.listener.close()

    def talk(self, kiosk):
        while not self.ended.is_set():
            for packet in self.packets:
                with suppress(TimeoutError):
                    kiosk.send(packet)
                    self.sent += 1
            if not self.forever:
                return


@contextmanager
def serving(path, *packets, forever=True):
    rogue = Rogue(path, packets, forever=forever)
    rogue.start()
    try:
        yield rogue
    finally:
        rogue.ended.set()
        rogue.join(10)


@pytest.fixture
def steps(monkeypatch):
    """CPU seconds of every step of the loop: the wall time of a busy machine tells nothing."""
    taken = []
    run = asyncio.Handle._run

    def measured(handle):
        before_s = time.thread_time()
        run(handle)
        taken.append(time.thread_time() - before_s)

    monkeypatch.setattr(asyncio.Handle, "_run", measured)
    return taken


FLOODS = {
    "pulses": [READING],
    "codes": [READING, message(type="code", text=OURS, symbology="QRCode", mono_s=1)],
    "greetings": [encode(Hello(1, 320, 180))],
    "large ones": [message(type="pulse", camera="reading", junk="x" * 8000)],
    "lost and found": [READING, message(type="pulse", camera="lost", reason="x" * 200)],
}


class TestFlood:
    @pytest.mark.parametrize("name", list(FLOODS))
    async def test_it_never_holds_up_the_loop_and_is_left(self, tmp_path, steps, name):
        path = tmp_path / "scanner.sock"
        with serving(path, *FLOODS[name]) as rogue:
            async with running(ScannerService(path)) as heard:
                await heard.until(lambda: any("floods" in h.reason for h in heard.health))
                await heard.until(lambda: rogue.connections >= 3)
        assert len(heard.codes) <= rogue.connections * supervision.MESSAGES_A_SECOND
        print(f"longest step {max(steps) * 1000:.2f} ms of {len(steps)}, sent {rogue.sent}")
        assert [taken for taken in steps if taken > LONGEST_S] == []

    async def test_one_that_hangs_up_at_once_is_not_run_after(self, tmp_path, steps):
        path = tmp_path / "scanner.sock"
        with serving(path, b"junk", forever=False) as rogue:
            async with running(ScannerService(path)) as heard:
                await heard.until(lambda: rogue.connections >= 5)
                assert not heard.well
        assert heard.codes == []
        # With back-off from 0.1 to 1 s: the fifth comes after 1.5 s at the earliest.
        assert len(heard.health) <= 3


class TestReason:
    @pytest.mark.parametrize(
        "packet",
        [
            message(type="\u202e\x1b[2J\n" * 50),
            message(type="pulse", camera="\x1b]0;" + "x" * 3000 + "\n"),
        ],
    )
    def test_what_it_says_otherwise_is_one_short_printable_line(self, pair, packet):
        connection, theirs = pair
        theirs.send(packet)
        with pytest.raises(ScannerLost) as lost:
            connection.read()
        assert str(lost.value).isprintable()
        assert len(str(lost.value)) <= 200

    async def test_what_it_says_of_its_camera_is_made_printable(self, tmp_path):
        path = tmp_path / "scanner.sock"
        lost = message(type="pulse", camera="lost", reason="\u202egnihtyna\x1b[2J\n")
        with serving(path, lost):
            async with running(ScannerService(path)) as heard:
                await heard.until(lambda: any("gniht" in h.reason for h in heard.health))
        assert {h.reason for h in heard.health if "gniht" in h.reason} == {"?gnihtyna?[2J?"}
