"""The fetcher with its real client and snapshot; the service is a function behind httpx."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, str(Path(__file__).parents[1] / "flow"))

import sample

from kiosk.clock import ManualClock
from kiosk.devices.ports import PrinterStatus
from kiosk.flow.event import CatalogueChanged, ConfigChanged, Event
from kiosk.health import HealthMonitor
from kiosk.link import WatchedTransport
from kiosk.refresh import HEARTBEAT_MIN_S, Refresher, ServiceFacts
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceRefused, ServiceSilent
from kiosk.sync.snapshot import Snapshot
from wire.api.catalogue import Image, Page
from wire.api.devices import Command, Heartbeat, HeartbeatAnswer, ServerKey
from wire.errors import ErrorCode, problem

KEY = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
TOKEN_KEY = Ed25519PrivateKey.from_private_bytes(b"t" * 32)
PICTURE = b"picture of a coffee"
SHA = hashlib.sha256(PICTURE).hexdigest()
KEYS = [ServerKey(1, TOKEN_KEY.public_key().public_bytes_raw())]


class Service:
    """What the service knows, and what it was asked."""

    def __init__(self) -> None:
        self.down = False
        self.refuses: ErrorCode | None = None
        self.config = sample.config(rev=3, server_keys=KEYS)
        coffee = sample.item(1, 500, image=Image(SHA, f"/v1/images/{SHA}"))
        self.page = Page([coffee], [], "cursor-1", has_more=False)
        self.commands: list[Command] = []
        self.next_s = 60
        self.asked: list[str] = []
        self.pictures = {SHA: PICTURE}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1")
        self.asked.append(path)
        if self.down:
            raise httpx.ConnectError("refused")
        if self.refuses is not None:
            return _problem(self.refuses)
        if path == "/time":
            return _json(self._time(request.url.params["nonce"]))
        if path == "/devices/me/config":
            if request.headers.get("if-none-match") == f'"{self.config.rev}"':
                return _answer(304, b"")
            return _json(self.config)
        if path == "/catalogue":
            if request.url.params.get("since") == self.page.next:
                return _json(Page([], [], self.page.next, has_more=False))
            return _json(self.page)
        if path.startswith("/images/"):
            content = self.pictures.get(path.removeprefix("/images/"))
            return _answer(200, content) if content else _answer(500, b"")
        assert path == "/devices/me/heartbeat"
        msgspec.json.decode(request.content, type=Heartbeat)
        commands, self.commands = self.commands, []
        return _json(HeartbeatAnswer(commands, self.next_s, sample.WALL))

    def _time(self, nonce: str) -> dict[str, object]:
        text = sample.WALL.isoformat()
        signature = TOKEN_KEY.sign(b"LYK/T1\0" + nonce.encode() + b"\0" + text.encode())
        return {"time": text, "nonce": nonce, "kid": 1, "signature": signature}


def _answer(status: int, body: bytes, kind: str = "application/json") -> httpx.Response:
    headers = {"Content-Type": kind}
    return httpx.Response(status, stream=httpx.ByteStream(body), headers=headers)


def _json(answer: object) -> httpx.Response:
    return _answer(200, msgspec.json.encode(answer))


def _problem(code: ErrorCode) -> httpx.Response:
    told = problem(code, "no")
    return _answer(told.status, msgspec.json.encode(told), "application/problem+json")


class Kiosk:
    """A fetcher with everything around it."""

    def __init__(self, folder: Path, service: Service) -> None:
        self.service = service
        self.clock = ManualClock(sample.WALL, anchored=False)
        self.events: list[Event] = []
        self.beats = 0
        self.facts = ServiceFacts(KEYS)
        self.health = HealthMonitor(
            printer_status=self._printer,
            clock=self.clock,
            emit=lambda _: None,
            tell=lambda _kind, /, **_: None,
            busy=lambda: True,
            free_mb=lambda: 1000,
        )
        transport = WatchedTransport(
            "http://service.test", KEY, "id", self.clock, wire=httpx.MockTransport(service)
        )
        transport.on_link = lambda online, _: self.health.link(online)
        self.client = ServiceClient(transport, self.clock, self.facts.server_keys)
        self.snapshot = Snapshot(folder)
        self.refresher = Refresher(
            client=self.client,
            snapshot=self.snapshot,
            clock=self.clock,
            health=self.health,
            emit=self.events.append,
            heartbeat=self._beat,
            facts=self.facts,
        )

    async def _printer(self) -> PrinterStatus:
        return PrinterStatus()

    async def _beat(self) -> Heartbeat:
        self.beats += 1
        return Heartbeat(
            app="0.1.0",
            image="",
            uptime_s=1,
            queue_depth=0,
            last_acked=0,
            printer_state="ready",
            camera_ok=True,
            disk_free_mb=1000,
        )

    def told(self) -> list[str]:
        names = [type(event).__name__ for event in self.events]
        self.events.clear()
        return names


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
async def kiosk(tmp_path, service: Service) -> AsyncIterator[Kiosk]:
    kiosk = Kiosk(tmp_path / "snapshot", service)
    yield kiosk
    await kiosk.client.close()


async def test_the_first_round_fetches_all_of_it(kiosk: Kiosk) -> None:
    await kiosk.refresher.round()
    assert kiosk.service.asked == [
        "/time",
        "/devices/me/config",
        "/catalogue",
        f"/images/{SHA}",
        "/devices/me/heartbeat",
    ]
    assert kiosk.told() == ["ConfigChanged", "CatalogueChanged"]
    assert kiosk.clock.wall() == sample.WALL
    assert kiosk.health.now.online
    assert kiosk.snapshot.image_path(SHA).read_bytes() == PICTURE


async def test_what_has_not_changed_is_not_told(kiosk: Kiosk) -> None:
    await kiosk.refresher.round()
    kiosk.told()
    kiosk.service.asked.clear()
    kiosk.clock.advance(30)
    await kiosk.refresher.round()
    assert kiosk.told() == []
    assert kiosk.service.asked == ["/devices/me/config", "/catalogue"]
    kiosk.clock.advance(600)
    await kiosk.refresher.round()
    assert kiosk.service.asked[2:] == [
        "/time",
        "/devices/me/config",
        "/catalogue",
        "/devices/me/heartbeat",
    ]


async def test_a_kiosk_whose_service_is_down_shows_what_it_knew(
    kiosk: Kiosk, tmp_path, service: Service
) -> None:
    await kiosk.refresher.round()
    assert kiosk.health.now.online
    service.down = True
    with pytest.raises(ServiceSilent):
        await kiosk.refresher.round()
    assert not kiosk.health.now.online
    again = Kiosk(tmp_path / "snapshot", service)
    await again.refresher.restore()
    config, catalogue = again.events
    assert isinstance(config, ConfigChanged)
    assert config.config == service.config
    assert isinstance(catalogue, CatalogueChanged)
    assert [item.id for item in catalogue.items] == [UUID(int=1)]
    with pytest.raises(ServiceSilent):
        await again.refresher.round()
    assert not again.health.now.online
    await again.client.close()


async def test_a_refusal_is_an_answer_too(kiosk: Kiosk, service: Service) -> None:
    await kiosk.refresher.round()
    service.refuses = ErrorCode.RATE_LIMITED
    with pytest.raises(ServiceRefused):
        await kiosk.refresher.round()
    assert kiosk.health.now.online


async def test_a_picture_that_cannot_be_had_comes_in_a_later_round(
    kiosk: Kiosk, service: Service
) -> None:
    service.pictures.clear()
    await kiosk.refresher.round()
    assert kiosk.told() == ["ConfigChanged", "CatalogueChanged"]
    service.pictures[SHA] = PICTURE
    await kiosk.refresher.round()
    assert kiosk.told() == ["CatalogueChanged"]
    assert kiosk.snapshot.has_image(SHA)


async def test_the_service_can_pause_this_kiosk(kiosk: Kiosk, service: Service) -> None:
    service.config = sample.config(rev=4, server_keys=KEYS, paused=True)
    await kiosk.refresher.round()
    assert kiosk.health.now.paused
    service.config = sample.config(rev=5, server_keys=KEYS)
    await kiosk.refresher.round()
    assert not kiosk.health.now.paused


async def test_commands_are_obeyed_and_unknown_ones_left_alone(
    kiosk: Kiosk, service: Service
) -> None:
    service.next_s = 0  # bounded from below
    service.commands = [Command(UUID(int=1), "pause"), Command(UUID(int=2), "self_destruct")]
    await kiosk.refresher.round()
    assert kiosk.health.now.paused
    kiosk.clock.advance(HEARTBEAT_MIN_S - 0.1)
    await kiosk.refresher.round()
    assert kiosk.beats == 1
    service.commands = [Command(UUID(int=3), "resume"), Command(UUID(int=4), "resync")]
    kiosk.clock.advance(1)
    await kiosk.refresher.round()
    assert not kiosk.health.now.paused
    kiosk.told()
    await kiosk.refresher.round()
    assert kiosk.told() == ["CatalogueChanged"], "a resync fetches every reward again"


async def test_a_full_disk_costs_the_snapshot_and_nothing_else(
    kiosk: Kiosk, monkeypatch, caplog
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kiosk.snapshot, "save_config", full)
    await kiosk.refresher.round()
    assert kiosk.told() == ["ConfigChanged", "CatalogueChanged"]
    assert "No space left" in caplog.text


async def until(true: Callable[[], object]) -> None:
    while not true():  # noqa: ASYNC110 - what is awaited is a count of the service's
        await asyncio.sleep(0.01)


async def test_it_wakes_when_told_of_another_configuration(kiosk: Kiosk) -> None:
    running = asyncio.create_task(kiosk.refresher.run())
    async with asyncio.timeout(5):
        await until(lambda: kiosk.beats)  # the first round ends with it
        asked = len(kiosk.service.asked)
        kiosk.refresher.config_rev_seen(3)
        await asyncio.sleep(0)
        assert len(kiosk.service.asked) == asked, "that revision is known"
        kiosk.refresher.config_rev_seen(4)
        await until(lambda: len(kiosk.service.asked) > asked)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_the_time_of_somebody_else_is_not_taken(kiosk: Kiosk, caplog) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    kiosk.facts._enrolled_keys = [ServerKey(1, stranger.public_key().public_bytes_raw())]
    await kiosk.refresher.round()
    assert kiosk.clock.wall() is None
    assert "time cannot be used" in caplog.text
    await kiosk.refresher.round()  # the configuration has brought the right key
    assert kiosk.clock.wall() == sample.WALL
