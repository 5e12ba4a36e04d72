"""The automation socket of the window, as the demo uses it."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk.flow import event
from kiosk.flow.state import Attract, MemberHome
from kiosk.screens import sample
from tests.ui.conftest import Glass

pytestmark = pytest.mark.ui

START_S = 10.0


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, question: object) -> dict[str, Any]:
        line = question if isinstance(question, bytes) else json.dumps(question).encode()
        self._writer.write(line + b"\n")
        async with asyncio.timeout(START_S):
            answer: dict[str, Any] = json.loads(await self._reader.readline())
        return answer


@asynccontextmanager
async def control(glass: Glass, path: Path) -> AsyncIterator[Client]:
    from kiosk.screens.control import WindowControl

    steering = asyncio.create_task(WindowControl(path, glass.app, lambda: glass.app.state).run())
    try:
        async with asyncio.timeout(START_S):
            while not path.exists():  # noqa: ASYNC110, ASYNC240  # polled: only the file tells
                await asyncio.sleep(0)
        reader, writer = await asyncio.open_unix_connection(str(path))
        try:
            yield Client(reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()
    finally:
        steering.cancel()
        await asyncio.gather(steering, return_exceptions=True)


@pytest.mark.usefixtures("frames")
async def test_a_tap_by_name_goes_through_the_window(glass: Glass, tmp_path: Path) -> None:
    async with control(glass, tmp_path / "c") as client:
        answer = await client.ask({"tap": "start"})
    assert answer["ok"] is True
    assert answer["screen"] == "Attract"
    assert glass.events == [event.Touched(), event.ScanOpened()]


@pytest.mark.usefixtures("frames")
async def test_a_touch_is_in_px_from_the_top_left_corner(glass: Glass, tmp_path: Path) -> None:
    glass.show(sample.kiosk(MemberHome(sample.session())))
    async with control(glass, tmp_path / "c") as client:
        x, y, width, height = (await client.ask({"state": True}))["targets"]["eye"]
        await client.ask({"touch": [x + width / 2, y + height / 2]})
    assert glass.events == [event.Touched(), event.BalanceHidden()]


@pytest.mark.usefixtures("frames")
async def test_what_cannot_be_touched_is_said(glass: Glass, tmp_path: Path) -> None:
    async with control(glass, tmp_path / "c") as client:
        assert "nothing named confirm" in (await client.ask({"tap": "confirm"}))["error"]
        assert "outside" in (await client.ask({"touch": [9999, 5]}))["error"]
        assert (await client.ask(b"{"))["error"] == "not JSON"
        assert "unknown command" in (await client.ask({"jump": 1}))["error"]
        assert "cannot be written" in (await client.ask({"screenshot": "/nowhere/x.png"}))["error"]
    assert glass.events == []


@pytest.mark.usefixtures("frames")
async def test_a_screenshot_is_what_stands_in_the_window(glass: Glass, tmp_path: Path) -> None:
    glass.show(sample.kiosk(Attract()))
    path = tmp_path / "now.png"
    async with control(glass, tmp_path / "c") as client:
        answer = await client.ask({"screenshot": str(path)})
    assert answer["ok"] is True
    picture = Image.open(path)
    assert picture.size == tuple(glass.window.system_size)
    start = glass.app.gallery.targets()["start"]
    spot = (int(start.x + 60), int(glass.window.height - start.y - 20))
    assert picture.getpixel(spot) == (0x0B, 0x5F, 0x4B)


@pytest.mark.usefixtures("frames")
async def test_only_the_owner_may_steer_and_nothing_is_left(glass: Glass, tmp_path: Path) -> None:
    from kivy.base import EventLoop

    path = tmp_path / "c"
    providers = list(EventLoop.input_providers)
    async with control(glass, path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.exists()
    assert EventLoop.input_providers == providers


def test_one_provider_brings_the_touches() -> None:
    """Two would count each tap twice. SDL's own is fed on phones only."""
    from kivy.config import Config

    assert dict(Config.items("input")) == {"mouse": "mouse,disable_multitouch"}
