"""MJPG streams: cut out of bytes, over FIFOs, sockets and HTTP, from a real server."""

import asyncio
import http.server
import io
import os
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.devices.camera.choice import camera_from
from kiosk.devices.camera.jpeg_stream import LIMIT_PX, JpegSplitter
from kiosk.devices.camera.mjpg import mjpg_camera
from kiosk.devices.camera.mjpg_http import FeederLost
from kiosk.devices.camera.mjpg_path import PathFeed
from kiosk.devices.camera.pace import Pace
from kiosk.devices.camera.source import CameraMissing, CameraStopped
from kiosk.devices.scanner.client import ScannerProcess

SIZE = (720, 1280)


def jpeg(shade, size=(72, 128), **options):
    file = io.BytesIO()
    Image.fromarray(np.full(size, shade, np.uint8)).save(file, "jpeg", **options)
    return file.getvalue()


def busy_jpeg(seed=1, size=SIZE):
    """As heavy as a picture gets: noise."""
    noise = np.random.default_rng(seed).integers(0, 255, size, np.uint8)
    return cv2.imencode(".jpg", noise, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def with_thumbnail(shade):
    """A picture whose EXIF holds another whole picture, end marker and all."""
    exif = b"\xff\xe1" + (len(jpeg(1)) + 8).to_bytes(2, "big") + b"Exif\0\0" + jpeg(1)
    whole = jpeg(shade)
    return whole[:2] + exif + whole[2:]


def part(picture, boundary=b"frame"):
    head = b"--" + boundary + b"\r\nContent-Type: image/jpeg\r\nContent-Length: "
    return head + str(len(picture)).encode() + b"\r\n\r\n" + picture + b"\r\n"


def shade_of(picture):
    return int(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)[5, 5])


PICTURES = [
    jpeg(10),
    jpeg(20, progressive=True),
    with_thumbnail(30),
    busy_jpeg(4, (60, 80)),
    jpeg(50, restart_marker_rows=1),
    jpeg(60, comment=b"\xff\xd9 not the end"),
]


class TestSplitter:
    def test_bare_and_multipart_and_whatever_is_between(self):
        stream = PICTURES[0] + PICTURES[1] + part(PICTURES[2]) + b"garbage\xff\xd8" + PICTURES[3]
        assert JpegSplitter().feed(stream) == PICTURES[:4]

    @given(
        st.lists(st.tuples(st.sampled_from(PICTURES), st.binary(max_size=40)), max_size=6),
        st.lists(st.integers(1, 3000), min_size=1, max_size=8),
    )
    def test_however_the_bytes_arrive(self, content, steps):
        pieces = [(picture, between.replace(b"\xff", b"")) for picture, between in content]
        stream = b"".join(between + picture for picture, between in pieces)
        splitter, found, at = JpegSplitter(), [], 0
        while at < len(stream):
            step = steps[at % len(steps)]
            found += splitter.feed(stream[at : at + step])
            at += step
        assert found == [picture for picture, _ in pieces]

    @given(st.binary(max_size=3000))
    def test_rubbish_never_harms(self, rubbish):
        splitter = JpegSplitter()
        splitter.feed(rubbish)
        assert PICTURES[0] in [*splitter.feed(PICTURES[0]), *splitter.feed(PICTURES[0] * 40)]

    @pytest.mark.parametrize("keep", [3, 10, 100, 300, 600])
    def test_a_cut_picture_costs_itself_only(self, keep):
        cut = PICTURES[3][:keep]
        stream = PICTURES[0] + part(cut)[: -len(b"\r\n")] + part(PICTURES[4]) + part(PICTURES[5])
        assert JpegSplitter().feed(stream)[-2:] == PICTURES[4:6]

    def test_a_picture_that_never_ends_is_dropped_and_memory_is_bounded(self):
        splitter = JpegSplitter(limit_bytes=100_000)
        assert splitter.feed(PICTURES[0][:-2]) == []
        for _ in range(100):
            assert splitter.feed(b"\x55" * 10_000) == []
            assert splitter.held_bytes <= 110_000
        assert splitter.feed(PICTURES[1]) == [PICTURES[1]]

    def test_endless_headers_hold_no_memory(self):
        splitter = JpegSplitter()
        for _ in range(1000):
            assert splitter.feed(b"X-Header: endless\r\n" * 50) == []
        assert splitter.held_bytes < 10
        assert splitter.feed(PICTURES[0]) == [PICTURES[0]]

    def test_one_that_says_it_is_enormous_is_never_handed_to_a_decoder(self):
        at = PICTURES[0].index(b"\xff\xc0")
        side = (60_000).to_bytes(2, "big")
        bomb = PICTURES[0][: at + 5] + side + side + PICTURES[0][at + 9 :]
        assert LIMIT_PX < 60_000**2
        assert JpegSplitter().feed(bomb + PICTURES[1]) == [PICTURES[1]]


@contextmanager
def opened(camera):
    camera.prepare()
    try:
        camera.open()
        yield camera
    finally:
        camera.close()
        camera.end()


@pytest.fixture
def fifo(tmp_path):
    path = tmp_path / "fifo"
    os.mkfifo(path)
    return path


def frame_of(shade):
    return jpeg(shade, SIZE)


def packed(luma):
    return cv2.imencode(".jpg", luma)[1].tobytes()


class Writer:
    """Whoever feeds a FIFO: keeps it open, writes on a thread of its own when it is much."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_WRONLY)

    def write(self, content):
        while content:
            content = content[os.write(self.fd, content) :]

    def close(self):
        os.close(self.fd)


class TestFifo:
    def test_frames_and_their_size(self, fifo):
        with opened(camera_from(f"mjpg:{fifo}")) as camera:
            writer = Writer(fifo)
            writer.write(frame_of(40))
            first = camera.read()
            writer.write(part(jpeg(90, (480, 640))))
            second = camera.read()
            writer.close()
        assert (int(first.luma[9, 9]), first.taken_px) == (40, (1280, 720))
        assert (int(second.luma[9, 9]), second.taken_px) == (90, (640, 480))
        assert (first.picture, second.picture) == (1, 2)
        assert first.mono_s <= second.mono_s <= time.monotonic()

    def test_a_slow_reader_sees_the_newest_only(self, fifo):
        with opened(camera_from(f"mjpg:{fifo}")) as camera:
            writer = Writer(fifo)
            for shade in range(0, 250, 10):
                writer.write(jpeg(shade))
            assert int(camera.read().luma[0, 0]) == 240
            writer.close()

    def test_a_writer_faster_than_any_reader_does_not_hold_it_up(self, tmp_path):
        """A file is always ready; taken for a live camera it is the fastest writer there is."""
        film = tmp_path / "film"
        film.write_bytes(busy_jpeg() * 40)
        feed = PathFeed(film)
        feed.open()
        feed.live = True
        pictures = [feed.newest() for _ in range(film.stat().st_size // 5_000_000)]
        feed.close()
        assert len(pictures) > 3

    def test_whoever_writes_hangs_up_and_comes_back(self, fifo):
        camera = camera_from(f"mjpg:{fifo}")
        with opened(camera):
            writer = Writer(fifo)
            writer.write(frame_of(10) + frame_of(20)[:500])
            writer.close()
            assert int(camera.read().luma[0, 0]) == 10
            with pytest.raises(CameraStopped, match="hung up"):
                camera.read()
            camera.close()
            camera.open()
            writer = Writer(fifo)
            writer.write(frame_of(30))
            assert int(camera.read().luma[0, 0]) == 30, "and nothing is left of the half picture"
            writer.close()

    def test_nobody_writes(self, fifo, monkeypatch):
        monkeypatch.setattr("kiosk.devices.camera.mjpg_path.NO_FRAME_S", 0.05)
        with (
            opened(camera_from(f"mjpg:{fifo}")) as camera,
            pytest.raises(CameraStopped, match="no picture for"),
        ):
            camera.read()

    def test_bytes_without_pictures(self, fifo, monkeypatch):
        """So many that there is never a moment to wait for more."""
        monkeypatch.setattr("kiosk.devices.camera.mjpg_path.NO_FRAME_S", 0.2)
        feed = PathFeed(fifo)
        feed._fd = os.open("/dev/zero", os.O_RDONLY)
        with pytest.raises(CameraStopped, match="no picture for"):
            feed.newest()
        feed.close()

    def test_a_picture_that_cannot_be_decoded_is_passed_over(self, fifo):
        broken = b"\xff\xd8\xff\xdb\x00\x04ab\xff\xd9\n\n"
        with opened(camera_from(f"mjpg:{fifo}")) as camera:
            writer = Writer(fifo)
            timer = threading.Timer(0.1, writer.write, [frame_of(70)])
            writer.write(broken)
            timer.start()
            assert int(camera.read().luma[0, 0]) == 70
            timer.join()
            writer.close()

    def test_it_is_live_and_a_film_is_not(self, fifo, tmp_path):
        film = tmp_path / "film.mjpg"
        film.write_bytes(frame_of(1))
        for path, live in ((fifo, True), (film, False)):
            with opened(camera_from(f"mjpg:{path}")) as camera:
                assert (camera.expects is not None) is live


class TestOtherPlaces:
    def test_a_unix_socket(self, tmp_path):
        path = tmp_path / "socket"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen(1)
            with opened(camera_from(f"mjpg:{path}")) as camera:
                server, _ = listener.accept()
                with server:
                    server.sendall(frame_of(10) + frame_of(20))
                    assert int(camera.read().luma[0, 0]) == 20
                with pytest.raises(CameraStopped, match="hung up"):
                    camera.read()

    def test_a_film_plays_for_ever_at_a_camera_s_speed(self, tmp_path):
        path = tmp_path / "film.mjpg"
        path.write_bytes(b"".join(jpeg(shade) for shade in (10, 20, 30)))
        waits, now = [], [0.0]

        def wait(seconds):
            waits.append(round(seconds, 4))
            now[0] += seconds

        feed = PathFeed(path, Pace(10.0, lambda: now[0], wait))
        feed.open()
        shades = [shade_of(feed.newest().packed) for _ in range(7)]
        now[0] += 0.25
        late = shade_of(feed.newest().packed)
        feed.close()
        assert shades == [10, 20, 30, 10, 20, 30, 10]
        assert late == 30, "what was due meanwhile is dropped"
        assert set(waits) == {0.1}

    def test_a_film_without_a_whole_picture(self, tmp_path):
        path = tmp_path / "film.mjpg"
        path.write_bytes(frame_of(10)[:-1])
        with (
            opened(camera_from(f"mjpg:{path}")) as camera,
            pytest.raises(CameraStopped, match="no whole picture"),
        ):
            camera.read()

    @pytest.mark.parametrize("place", ["missing", "."])
    def test_nothing_to_read_there(self, tmp_path, place):
        with pytest.raises(CameraMissing):
            camera_from(f"mjpg:{tmp_path / place}").open()

    def test_a_socket_on_which_nobody_listens(self, tmp_path):
        path = tmp_path / "socket"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
        with pytest.raises(CameraMissing, match="refused"):
            camera_from(f"mjpg:{path}").open()

    def test_closed_it_gives_nothing(self, tmp_path):
        with pytest.raises(CameraStopped, match="not open"):
            camera_from(f"mjpg:{tmp_path}").read()


class NetworkCamera:
    """A real HTTP server on loopback that streams as small cameras do, one path each manner."""

    def __init__(self):
        self.shade = 10
        self.connections = self.left = 0
        self.enough = threading.Event()
        camera = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                camera.connections += 1
                with suppress(BrokenPipeError, ConnectionResetError):
                    getattr(camera, self.path.strip("/"), camera.nothing)(self)
                camera.left += 1

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, path):
        return f"http://127.0.0.1:{self._server.server_port}/{path}"

    def close(self):
        self.enough.set()
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def _begin(self, handler, kind="multipart/x-mixed-replace; boundary=frame"):
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.end_headers()

    def _every(self, seconds):
        while not self.enough.wait(seconds):
            yield

    def nothing(self, handler):
        handler.send_error(404)

    def multipart(self, handler):
        self._begin(handler)
        for _ in self._every(0.01):
            handler.wfile.write(part(frame_of(self.shade)))

    def code(self, handler):
        """Somebody holds a code before it."""
        self._begin(handler)
        for number, _ in enumerate(self._every(0.05)):
            handler.wfile.write(part(self.held[number % len(self.held)]))

    def bare(self, handler):
        self._begin(handler, "application/octet-stream")
        for _ in self._every(0.01):
            handler.wfile.write(frame_of(self.shade))

    def counting(self, handler):
        """The shade counts the frames."""
        self._begin(handler)
        frames = [part(jpeg(shade)) for shade in range(250)]
        for _ in self._every(0.01):
            handler.wfile.write(frames[self.shade])
            self.shade = min(self.shade + 1, 249)

    def hangup(self, handler):
        self._begin(handler)
        handler.wfile.write(part(frame_of(self.shade)) + part(frame_of(99))[:700])

    def silent(self, handler):
        self._begin(handler)
        self.enough.wait(30)

    def headers(self, handler):
        """Headers that never end: those of the answer itself."""
        handler.send_response(200)
        for _ in self._every(0.0):
            handler.wfile.write(b"X-Endless: " + b"x" * 2000 + b"\r\n")

    def huge(self, handler):
        """A picture of 20 MB, then a good one."""
        self._begin(handler)
        handler.wfile.write(part(frame_of(1))[:-4])
        for _ in range(20):
            handler.wfile.write(b"\x55" * 1_000_000)
        self.multipart(handler)


@pytest.fixture
def network():
    camera = NetworkCamera()
    yield camera
    camera.close()


@pytest.fixture
def streaming(network):
    """Opens the network's camera at a path; ends it, and its feeder, with the test."""
    with ExitStack() as stack:
        yield lambda path: stack.enter_context(opened(camera_from("mjpg:" + network.url(path))))


class TestHttp:
    @pytest.mark.parametrize("manner", ["multipart", "bare"])
    def test_frames(self, streaming, network, manner):
        camera = streaming(manner)
        assert camera.expects is not None
        frame = camera.read()
        assert (int(frame.luma[9, 9]), frame.taken_px) == (10, (1280, 720))
        network.shade = 200
        give_up_s = time.monotonic() + 10
        while int(frame.luma[9, 9]) != 200 and time.monotonic() < give_up_s:
            newer = camera.read()
            assert newer.mono_s > frame.mono_s
            frame = newer
        assert int(frame.luma[9, 9]) == 200

    def test_a_slow_reader_sees_the_newest_only(self, streaming, network):
        """While nobody reads, what was sent is forgotten, not kept in a queue."""
        camera = streaming("counting")
        before = int(camera.read().luma[0, 0])
        give_up_s = time.monotonic() + 20
        while network.shade < before + 60 and time.monotonic() < give_up_s:
            time.sleep(0.01)
        assert int(camera.read().luma[0, 0]) > before + 30

    def test_it_hangs_up_in_a_picture_and_is_opened_again(self, streaming, network):
        camera = streaming("hangup")
        assert int(camera.read().luma[9, 9]) == 10
        with pytest.raises(CameraStopped, match=r"hung up|peer closed"):
            camera.read()
        network.shade = 60
        camera.open()
        assert int(camera.read().luma[9, 9]) == 60

    def test_nothing_comes(self, streaming):
        camera = streaming("silent")
        started_s = time.monotonic()
        with pytest.raises(CameraStopped, match="no picture for"):
            camera.read()
        assert time.monotonic() - started_s < 10

    def test_what_is_too_large_is_passed_over(self, streaming):
        assert int(streaming("huge").read().luma[9, 9]) == 10

    @pytest.mark.parametrize(
        ("path", "words"), [("nowhere", "404"), ("headers", "too (much|large|long)|exceed")]
    )
    def test_no_stream_there(self, streaming, path, words):
        with pytest.raises(CameraMissing, match=words):
            streaming(path)

    def test_nobody_listens(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            place = f"http://127.0.0.1:{closed.getsockname()[1]}/"
            with pytest.raises(CameraMissing, match=r"refused|failed"), opened(mjpg_camera(place)):
                pass

    def test_closed_it_lets_the_camera_rest(self, streaming, network):
        camera = streaming("multipart")
        camera.read()
        camera.close()
        with pytest.raises(CameraStopped, match="not open"):
            camera.read()
        camera.close()
        give_up_s = time.monotonic() + 10
        while not network.left and time.monotonic() < give_up_s:
            time.sleep(0.01)
        assert (network.connections, network.left) == (1, 1)
        camera.open()
        camera.read()
        assert network.connections == 2

    def test_a_dead_feeder_is_no_lost_camera(self, streaming):
        """It cannot be started again from within: the whole scanner is, by whoever started it."""
        camera = streaming("multipart")
        camera.read()
        camera._feed._child.kill()
        camera._feed._child.wait(10)
        with pytest.raises(FeederLost):
            camera.read()

    def test_ended_the_feeder_is_gone(self, network):
        camera = camera_from("mjpg:" + network.url("multipart"))
        with opened(camera):
            camera.read()
            child = camera._feed._child
        assert child.returncode == 0
        camera.end()

    def test_the_feeder_ends_with_whoever_started_it(self, network):
        """No more than the socket's end tells it."""
        camera = camera_from("mjpg:" + network.url("multipart"))
        with opened(camera):
            child = camera._feed._child
            camera._feed._break_off()
            assert child.wait(10) == 0


async def test_a_network_camera_through_the_confined_process(network, drawing):
    """The scanner has no network; its feeder, started before it gave that up, has."""
    text = drawing.member_code()
    network.held = [packed(drawing.scene(drawing.qr(text, 6), noise=3)) for _ in range(4)]
    scanner = ScannerProcess("mjpg:" + network.url("code"))
    # The first code may come before the first word on the camera: a pulse, twice a second.
    codes, health, read, well = [], [], asyncio.Event(), asyncio.Event()

    def on_code(code):
        codes.append(code)
        read.set()

    def on_health(state):
        health.append(state)
        well.set()

    scanner.capture(True)
    task = asyncio.create_task(scanner.run(on_code, on_health))
    try:
        async with asyncio.timeout(20):
            await read.wait()
            await well.wait()
        confined = is_confined(scanner.pid)
        (feeder,) = children_of(scanner.pid)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert (codes[0].text, codes[0].symbology) == (text, "QRCode")
    assert [state.ok for state in health] == [True]
    assert confined
    assert await asyncio.to_thread(ends_soon, feeder), "it ends with the killed scanner"


def is_confined(pid):
    return "NoNewPrivs:\t1" in Path(f"/proc/{pid}/status").read_text()


def children_of(pid):
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def ends_soon(pid):
    """It has no parent any more that would reap it, but init."""
    give_up_s = time.monotonic() + 10
    while time.monotonic() < give_up_s:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False
