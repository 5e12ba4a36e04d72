"""The parts of the scanner process, each alone: rules, mailbox, preview, capture thread."""

import fcntl
import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from kiosk.devices.camera.frame import Frame
from kiosk.devices.camera.source import CameraMissing, CameraStopped
from kiosk.devices.scanner import preview
from kiosk.devices.scanner.capture import Backoff, CaptureLoop
from kiosk.devices.scanner.mailbox import Mailbox, Word
from kiosk.devices.scanner.messages import CameraState, Pulse
from kiosk.devices.scanner.preview import PreviewReader, PreviewWriter
from kiosk.devices.scanner.supervision import Restarts, hung

READING = CameraState.READING


class TestHung:
    @pytest.mark.parametrize(
        ("pulse", "silence_s", "words"),
        [
            (None, 1.9, None),
            (None, 2.1, "no sign of life"),
            (Pulse(READING, frame_age_s=0.1), 0.4, None),
            (Pulse(READING, frame_age_s=0.1), 2.1, "no sign of life"),
            (Pulse(READING, frame_age_s=2.1), 0.1, "no frame"),
            (Pulse(READING, decoding_s=1.9), 0.1, None),
            (Pulse(READING, decoding_s=2.1), 0.1, "decoder is stuck"),
            (Pulse(CameraState.OPENING, opening_s=7.9), 0.1, None),
            (Pulse(CameraState.OPENING, opening_s=8.1), 0.1, "stuck while it opens"),
            (Pulse(CameraState.LOST, opening_s=8.1), 0.1, "stuck while it opens"),
            # Unplugged is told, not killed: a new process would find no camera either.
            (Pulse(CameraState.LOST, reason="unplugged", frame_age_s=60), 0.1, None),
            (Pulse(CameraState.OFF, frame_age_s=60), 0.1, None),
        ],
    )
    def test_table(self, pulse, silence_s, words):
        reason = hung(pulse, silence_s)
        assert reason is None if words is None else words in reason


class TestRestarts:
    def test_at_once_twice_then_with_back_off_up_to_ten_seconds(self):
        restarts = Restarts()
        assert [restarts.wait_s(float(n)) for n in range(8)] == [0, 0, 1, 2, 4, 8, 10, 10]

    def test_a_minute_forgives(self):
        restarts = Restarts()
        assert [restarts.wait_s(at) for at in (0.0, 10.0, 20.0, 61.0, 71.0, 200.0)] == [
            0, 0, 1, 1, 1, 0,
        ]  # fmt: skip


class TestMailbox:
    def test_the_newest_frame_takes_the_place_of_older_ones(self):
        box = Mailbox()
        for n in range(5):
            box.put(Frame(np.zeros((1, 1), np.uint8), float(n), n))
        assert box.take().picture == 4

    def test_a_rest_is_told_before_any_frame(self):
        first, second = (Frame(np.zeros((1, 1), np.uint8), float(n), n) for n in (1, 2))
        box = Mailbox()
        box.put(first)
        box.empty()
        box.put(second)
        assert box.take() is Word.REST
        assert box.take().picture == 2

    def test_closing_wakes_whoever_waits(self):
        box = Mailbox()
        got = []
        waiter = threading.Thread(target=lambda: got.append(box.take()))
        waiter.start()
        box.close()
        waiter.join(5)
        assert got == [Word.CLOSED]

    def test_an_emptied_box_has_nothing(self):
        box = Mailbox()
        box.put(Frame(np.zeros((1, 1), np.uint8), 0.0, 1))
        box.empty()
        box.close()
        assert box.take() is Word.CLOSED


@pytest.fixture
def writer():
    return PreviewWriter(32, 18)


@pytest.fixture
def reader(writer):
    reader = PreviewReader(writer.fd, 32, 18)
    yield reader
    reader.close()


class TestPreview:
    def test_shows_a_mirrored_smaller_frame(self, writer, reader):
        luma = np.zeros((720, 1280), np.uint8)
        luma[:360, :640] = 200  # bright at the top left
        writer.show(luma)
        seen = reader.read()
        pixels = np.frombuffer(seen.pixels, np.uint8).reshape(seen.height, seen.width)
        assert (seen.width, seen.height) == (32, 18)
        assert (pixels[:9, 16:] == 200).all()
        assert (pixels[:9, :16] == 0).all()
        assert (pixels[9:] == 0).all()

    def test_a_narrow_frame_stands_in_the_middle(self, writer, reader):
        writer.show(np.full((720, 1280), 9, np.uint8))
        writer.show(np.full((720, 1280), 9, np.uint8))
        writer.show(np.full((720, 640), 200, np.uint8))
        pixels = np.frombuffer(reader.read().pixels, np.uint8).reshape(18, 32)
        assert (pixels[:, 8:24] == 200).all()
        assert (pixels[:, :8] == 0).all()
        assert (pixels[:, 24:] == 0).all()

    def test_numbers_rise_and_a_read_costs_nothing_while_they_stand(self, writer, reader):
        assert reader.read() is None
        seen = []
        for shade in (1, 2, 3):
            writer.show(np.full((18, 32), shade, np.uint8))
            seen.append(reader.read())
            assert reader.read() is seen[-1]
        assert [(p.frame, p.pixels[0]) for p in seen] == [(1, 1), (2, 2), (3, 3)]

    def test_cleared_nothing_is_left_to_see(self, writer, reader):
        writer.show(np.full((18, 32), 7, np.uint8))
        writer.show(np.full((18, 32), 8, np.uint8))
        writer.clear()
        assert reader.read() is None
        assert os.pread(writer.fd, 10_000, 64).strip(b"\0") == b""
        writer.show(np.full((18, 32), 9, np.uint8))
        assert (reader.read().frame, reader.read().pixels[0]) == (3, 9)

    def test_never_half_a_frame(self):
        """Another process writes at full speed: each picture has one shade, its own."""
        program = (
            "import numpy as np\n"
            "from kiosk.devices.scanner.preview import PreviewWriter\n"
            "writer = PreviewWriter(320, 180)\n"
            "frames = [np.full((180, 320), n, np.uint8) for n in range(251)]\n"
            "print(writer.fd, flush=True)\n"
            "for n in range(1, 10**9):\n"
            "    writer.show(frames[n % 251])\n"
        )
        child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        with child:
            fd = os.open(f"/proc/{child.pid}/fd/{child.stdout.readline().strip()}", os.O_RDONLY)
            reader = PreviewReader(fd, 320, 180)
            seen = {}
            give_up_s = time.monotonic() + 30
            while len(seen) < 100 and time.monotonic() < give_up_s:
                picture = reader.read()
                if picture is not None:
                    seen[picture.frame] = set(picture.pixels)
            child.kill()
        reader.close()
        os.close(fd)
        assert len(seen) == 100
        assert all(shades == {frame % 251} for frame, shades in seen.items())

    def test_a_reader_that_was_lapped_reads_again(self, writer, reader, monkeypatch):
        """Two frames come between the reader's look at the number and at the pixels."""
        shades = iter([2, 3])
        header = preview._HEADER

        class Interrupted:
            pack_into = header.pack_into

            @staticmethod
            def unpack_from(memory, offset):
                seen = header.unpack_from(memory, offset)
                for shade in shades:
                    writer.show(np.full((18, 32), shade, np.uint8))
                return seen

        writer.show(np.full((18, 32), 1, np.uint8))
        monkeypatch.setattr(preview, "_HEADER", Interrupted)
        picture = reader.read()
        assert (picture.frame, set(picture.pixels)) == (3, {3})

    def test_memory_that_could_be_cut_is_refused(self):
        fd = os.memfd_create("loose", os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(fd, 64 + 2 * 32 * 18)
            with pytest.raises(ValueError, match="not sealed"):
                PreviewReader(fd, 32, 18)
            fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW)
            PreviewReader(fd, 32, 18).close()
        finally:
            os.close(fd)

    @pytest.mark.parametrize("size", [(33, 18), (0, 18), (-1, -18), (10**6, 10**6)])
    def test_a_size_that_does_not_fit_is_refused(self, writer, size):
        with pytest.raises(ValueError, match="preview"):
            PreviewReader(writer.fd, *size)


class ScriptedCamera:
    """Does what a script says, then asks the loop to end."""

    def __init__(self, script):
        self.script = list(script)
        self.log = []
        self.loop = None

    def open(self):
        self.log.append("open")
        if not self.script:
            self.loop.end()
            raise CameraMissing("end of script")
        if self.script[0] == "missing":
            self.script.pop(0)
            raise CameraMissing("unplugged")

    def read(self):
        act = self.script.pop(0) if self.script else "stop"
        if act == "stop":
            raise CameraStopped("no frame")
        self.log.append("frame")
        return Frame(np.zeros((18, 32), np.uint8), float(len(self.log)), len(self.log))

    def close(self):
        if self.log and self.log[-1] != "close":
            self.log.append("close")


class TestCaptureLoop:
    def waits_played(self, writer, *script):
        class Recorded(Backoff):
            def wait_s(self):
                waits.append(super().wait_s())
                return waits[-1]

        waits = []
        self.played(writer, *script, backoff=Recorded(0.001, 0.004))
        return waits

    def played(self, writer, *script, backoff=None):
        camera, box = ScriptedCamera(script), Mailbox()
        told = []
        loop = CaptureLoop(
            camera,
            box,
            writer,
            lambda: told.append((loop.status.camera.value, loop.status.reason)),
            backoff or Backoff(0.001, 0.002),
        )
        camera.loop = loop
        loop.switch(on=True)
        thread = threading.Thread(target=loop.run)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
        return camera, told

    def test_lost_is_told_once_with_its_first_reason_and_back_is_told_once(self, writer):
        camera, told = self.played(
            writer, "frame", "frame", "stop", "missing", "missing", "frame", "frame", "frame"
        )
        assert told[:4] == [
            ("opening", ""),
            ("reading", ""),
            ("lost", "no frame"),
            ("reading", ""),
        ]
        assert camera.log[:9] == [
            "open", "frame", "frame", "close", "open", "close", "open", "close", "open",
        ]  # fmt: skip

    def test_a_frame_makes_it_patient_no_longer(self, writer):
        """After a camera that worked, the first wait is the short one again."""
        waits = self.waits_played(writer, "missing", "missing", "frame", "stop", "missing")
        assert waits[:4] == [0.001, 0.002, 0.001, 0.002]

    def test_never_there(self, writer):
        _, told = self.played(writer, "missing", "missing", "missing")
        assert told[:2] == [("opening", ""), ("lost", "unplugged")]
        assert [camera for camera, _ in told].count("lost") == 1

    def test_back_off_doubles_to_a_limit_and_begins_anew(self):
        backoff = Backoff(0.25, 4.0)
        assert [backoff.wait_s() for _ in range(6)] == [0.25, 0.5, 1, 2, 4, 4]
        backoff.reset()
        assert backoff.wait_s() == 0.25
