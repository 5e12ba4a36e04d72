"""The floor of one store: its folder, its configuration, and its programs as processes."""

import asyncio
import io
import os
import sqlite3
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path

import segno
from PIL import Image

from tests.kiosk.run.programs import Finger, Program, output_of, running
from tests.kiosk.run.shop import PATIENCE_S, Shop

TOML = """
data_dir = "{folder}/data"
[service]
url = "{url}"
[camera]
source = "follow:{folder}/camera"
[screen]
layout = "{layout}"
width_px = {screen[0]}
height_px = {screen[1]}
diagonal_inch = {inches}
fullscreen = false
[printer]
port = "{folder}/printer"
profile = "{profile}"
"""
FRAME = (1280, 720)


def hold(camera: Path, text: str | None) -> None:
    """What is before a camera that follows a folder: a code on a phone, or an empty counter."""
    frame = Image.new("L", FRAME, 90)
    if text is not None:
        png = io.BytesIO()
        segno.make(text, error="m", boost_error=False).save(png, kind="png", scale=8, border=4)
        code = Image.open(png).convert("L")
        frame.paste(code, ((FRAME[0] - code.width) // 2, (FRAME[1] - code.height) // 2))
    part = camera / ".frame.png"
    frame.save(part)
    part.replace(camera / "frame.png")


class Floor:
    """One kiosk's folder below a test's own, at the shop's service."""

    def __init__(self, shop: Shop, url: str, folder: Path) -> None:
        self.shop = shop
        self.url = url
        self.folder = folder
        self.camera = folder / "camera"
        self.camera.mkdir()
        self.hold(None)
        self.environment = os.environ | {"KIOSK_CONFIG": str(folder / "kiosk.toml")}
        self.configure()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    async def when_journal(self, state: str) -> None:
        """Wait until the kiosk's own journal has its redemption in this state."""
        path = f"file:{self.data}/journal.sqlite3?mode=ro"
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with closing(sqlite3.connect(path, uri=True)) as journal:
                    rows = journal.execute("SELECT state FROM redemption").fetchall()
                if rows == [(state,)]:
                    return
                await asyncio.sleep(0.01)

    def configure(self, width: int = 576, *, portrait: bool = True) -> None:
        """Write kiosk.toml: width of the paper in dots, and one of the two screens."""
        self._profile = {384: "58mm-cutter", 576: "80mm-cutter"}[width]
        text = TOML.format(
            folder=self.folder,
            url=self.url,
            profile=self._profile,
            layout="portrait" if portrait else "landscape",
            screen=(1080, 1920) if portrait else (1280, 800),
            inches=15.6 if portrait else 10.1,
        )
        (self.folder / "kiosk.toml").write_text(text)

    async def enrol(self) -> None:
        """With a code from the service, as staff do it."""
        told = await output_of(
            "central", "enrol-code", "S1", environment=self.shop.database.environment()
        )
        await output_of("kiosk", "enrol", told.split()[0], environment=self.environment)

    def hold(self, text: str | None) -> None:
        hold(self.camera, text)

    def emulator(self, *more: str) -> AbstractAsyncContextManager[Program]:
        words = ["--out", str(self.folder / "paper"), "--link", str(self.folder / "printer")]
        words += ["--profile", self._profile]
        return running("kiosk", "emulate-printer", *words, *more, first_line=True)

    def kiosk(self, *before: str, headless: bool = True) -> AbstractAsyncContextManager[Program]:
        options = ["--control", str(self.folder / "control")]
        if headless:
            options.append("--headless")
        return running(
            "kiosk",
            "run",
            *options,
            environment=self.environment,
            before=before,
        )

    def finger(self, kiosk: Program) -> Finger:
        return Finger(self.folder / "control", kiosk)

    def paper(self) -> list[Path]:
        """Every piece that the printer cut, in order."""
        return sorted(self.folder.glob("paper/paper-0*.png"))
