"""`kiosk aim` as IT starts it: a real process, a real scanner below it, a folder as the camera."""

import asyncio
import fcntl
import io
import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import segno
from PIL import Image, ImageFilter

from kiosk.config import DEFAULT_PATH
from tests.kiosk.run.programs import PATIENCE_S, Finger, Program, output_of, running

CODE_AT = (430, 120)
MODULE_PX = 8
MODULES = 45
"""Of the code that `card` draws (version 7)."""

CONFIG = """
data_dir = "{folder}/data"
[camera]
source = "{source}"
[screen]
layout = "{layout}"
width_px = {width}
height_px = {height}
diagonal_inch = {inches}
fullscreen = false
language = "en"
"""


def card(*, held: bool = True, blur: float = 0.0) -> Image.Image:
    """A soft shop, and a code on paper that is neither black nor white."""
    rows, columns = np.mgrid[0:720, 0:1280]
    shop = (110 + 40 * np.sin(columns / 200) * np.cos(rows / 150)).astype(np.uint8)
    frame = Image.fromarray(shop)
    if held:
        code = segno.make_qr("AIM" * 30, version=7, error="m", boost_error=False)
        png = io.BytesIO()
        code.save(png, kind="png", scale=MODULE_PX, border=4, dark="#202020", light="#d2d2d2")
        left, top = (at - 4 * MODULE_PX for at in CODE_AT)
        frame.paste(Image.open(png).convert("L"), (left, top))
    return frame.filter(ImageFilter.GaussianBlur(0.6 + blur))


class Bench:
    """A camera that follows a folder, and a configuration that names it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.camera = folder / "camera"
        self.camera.mkdir()
        self.hold(card())
        self.configure(f"follow:{self.camera}")

    def configure(self, source: str, *, portrait: bool = False) -> None:
        size = (1080, 1920, 15.6) if portrait else (1280, 800, 10.1)
        text = CONFIG.format(
            folder=self.folder,
            source=source,
            layout="portrait" if portrait else "landscape",
            width=size[0],
            height=size[1],
            inches=size[2],
        )
        (self.folder / "kiosk.toml").write_text(text)

    def hold(self, frame: Image.Image) -> None:
        part = self.camera / ".frame.png"
        frame.save(part)
        part.replace(self.camera / "frame.png")

    @property
    def words(self) -> tuple[str, ...]:
        return ("kiosk", "aim", "--config", str(self.folder / "kiosk.toml"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def lines_until(program: Program, word: str) -> list[str]:
    """What it writes, up to the first line with this word."""
    lines: list[str] = []
    stdout = program.process.stdout
    assert stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        while not lines or word not in lines[-1]:
            line = await stdout.readline()
            assert line, program.said()
            lines.append(line.decode().rstrip("\n"))
    return lines


async def test_green_at_the_end_is_status_0(bench: Bench) -> None:
    """No service, no printer, no key, not even the data folder: IT begins with this."""
    async with running(*bench.words, "--text", first_line=True) as program:
        lines = await lines_until(program, "GREEN")
        assert await program.stop() == 0, program.said()
    assert "The camera is starting" in program.first_line
    assert lines[-1].startswith("GREEN  + 8.0 px/module  + sharp")
    assert lines[-1].endswith("Reads well. The camera is aimed; you can leave")
    assert "\x1b" not in "".join(lines)
    assert not (bench.folder / "data").exists()


async def test_not_green_is_status_1_and_nothing_of_a_code_is_told(bench: Bench) -> None:
    bench.hold(card(blur=1.5))
    async with running(*bench.words, "--text", first_line=True) as program:
        lines = await lines_until(program, "Out of focus")
        lines += await lines_until(program, "reads 100%")  # so a code was read
        assert await program.stop() == 1
    assert lines[-1].startswith(("RED", "AMBER"))
    assert "AIMAIM" not in "".join(lines) + program.said()


async def test_a_camera_that_is_not_there_and_an_end_by_time(bench: Bench) -> None:
    bench.configure("v4l2:/dev/video-that-is-not-there")
    async with running(*bench.words, "--text", "--seconds", "6", first_line=True) as program:
        (*_, last) = await lines_until(program, "RED")
        assert await program.ends() == 1
    assert "No picture. Check the camera's cable" in last
    assert "/dev/video-that-is-not-there is not there" in last


async def test_another_source_than_the_configured_one(bench: Bench) -> None:
    bench.configure("v4l2:/dev/video-that-is-not-there")
    options = ("--source", f"images:{bench.camera}", "--text")
    async with running(*bench.words, *options, first_line=True) as program:
        await lines_until(program, "GREEN")
    told = await output_of(*bench.words, "--source", "webcam:0", "--text", status=2)
    assert "must begin with v4l2:" in told


async def test_a_source_needs_no_configuration(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IT tries a camera on a machine that is not set up yet."""
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    if DEFAULT_PATH.exists():
        pytest.skip("this machine is a kiosk")
    options = ("--source", f"images:{bench.camera}", "--text")
    async with running("kiosk", "aim", *options, first_line=True) as program:
        await lines_until(program, "GREEN")
        assert await program.stop() == 0, program.said()
    assert "kiosk.toml" in await output_of("kiosk", "aim", "--text", status=os.EX_CONFIG)
    missing = ("--config", str(bench.folder / "missing.toml"))
    told = await output_of("kiosk", "aim", *missing, *options, status=os.EX_CONFIG)
    assert "missing.toml" in told, "one that was named must be there"


async def test_a_reader_that_goes_ends_it_quietly(bench: Bench) -> None:
    """As in `kiosk aim --text | head -1`."""
    async with running(*bench.words, "--text", first_line=True) as program:
        assert "starting" in program.first_line
        transport = program.process._transport.get_pipe_transport(1)  # type: ignore[attr-defined]  # asyncio has no other way to close it
        transport.close()
        assert await program.ends() == 1, program.said()
    assert "Traceback" not in program.said()
    assert "BrokenPipe" not in program.said()


async def test_a_kiosk_that_runs_has_the_camera(bench: Bench) -> None:
    data = bench.folder / "data"
    data.mkdir()
    with (data / "kiosk.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as `kiosk run` does
        told = await output_of(*bench.words, "--text", status=os.EX_TEMPFAIL)
    assert "systemctl stop kiosk kiosk-scanner" in told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_order(bench: Bench, number: signal.Signals) -> None:
    async with running(*bench.words, "--text", first_line=True) as program:
        assert "starting" in program.first_line
        pid = program.process.pid
        scanner = await _child_of(pid)
        program.process.send_signal(number)
        assert await program.ends() == 1
        assert not Path(f"/proc/{scanner}").exists()  # noqa: ASYNC240 - proc
    assert "Traceback" not in program.said()


async def _child_of(pid: int) -> int:
    async with asyncio.timeout(20):
        while True:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()  # noqa: ASYNC240 - proc
            if children:
                return int(children[0])
            await asyncio.sleep(0.02)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("portrait", [False, True], ids=["landscape", "portrait"])
async def test_in_the_window_with_real_pixels(bench: Bench, portrait: bool) -> None:
    """The screen shows the camera's picture upright, mirrored, with the code's outline on it."""
    bench.configure(f"follow:{bench.camera}", portrait=portrait)
    control = bench.folder / "control"
    async with running(*bench.words, "--control", str(control)) as program:
        finger = Finger(control, program)
        await finger.until(screen="Aim")
        green = await shot_when(finger, bench, lambda p: band(p, portrait) == (0xDD, 0xEE, 0xE3))
        assert green.size == ((1080, 1920) if portrait else (1280, 800))
        left, top, wide = (56, 320, 968) if portrait else (40, 150, 640)
        scale = wide / 1280
        code_px = MODULES * MODULE_PX

        def at(x: float, y: float) -> tuple[int, int]:
            """Where a place of the frame is on the glass: mirrored."""
            return round(left + (1280 - x) * scale), round(top + y * scale)

        def grey(x: float, y: float) -> float:
            place = at(x, y)
            return float(np.mean([green.getpixel((place[0] + dx, place[1])) for dx in (-1, 0, 1)]))

        # The middles of three finder patterns are dark, the fourth corner has none.
        near, far = 3.5 * MODULE_PX, code_px - 3.5 * MODULE_PX
        x, y = CODE_AT
        middles = [grey(x + dx, y + dy) for dx, dy in ((near, near), (far, near), (near, far))]
        rings = [
            grey(x + dx, y + dy - 2 * MODULE_PX)
            for dx, dy in ((near, near), (far, near), (near, far))
        ]
        assert max(middles) < 80, "no finder pattern where the mirrored frame has one"
        assert min(rings) > 150
        # The outline: jade on white, along the code's upper edge.
        row = [green.getpixel((at(x + code_px / 2, y)[0], at(0, y)[1] + dy)) for dy in range(-8, 9)]
        assert (0x14, 0x56, 0x3B) in row
        bench.hold(card(held=False))
        amber = await shot_when(finger, bench, lambda p: band(p, portrait) == (0xFF, 0xE7, 0xB0))
        assert amber.tobytes() != green.tobytes()
        await finger.tap("language:zh-Hant")
        await finger.until(language="zh-Hant")
        await finger.tap("leave")
        assert await program.ends() == 1, program.said()


def band(picture: Image.Image, portrait: bool) -> tuple[int, ...]:
    """The colour of the instruction's plate."""
    pixel = picture.getpixel((540, 960) if portrait else (360, 530))
    assert isinstance(pixel, tuple)
    return pixel


async def shot_when(
    finger: Finger, bench: Bench, right: Callable[[Image.Image], bool]
) -> Image.Image:
    path = bench.folder / "now.png"
    async with asyncio.timeout(40):
        while True:
            answer = await finger.ask(screenshot=str(path))
            assert answer.get("ok"), answer
            with Image.open(path) as file:
                picture = file.convert("RGB")
            if right(picture):
                return picture
            await asyncio.sleep(0.2)
