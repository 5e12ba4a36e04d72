"""A pytest plugin: the real points service, a process of its own on a free loopback port.

Fixtures:
    service         `ServiceProcess` over a database of its own; one for all tests of a worker,
                    whose books are verified (`central check`) after the last of them
    api             `Api`: the service with an open chain, and devices that enrol and sign for real
"""

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.devices.enrolment import issue_code
from central.ledger.money import Ledger
from central.ledger.pool import open_pool
from central.members import token_keys
from central.members.desk import MemberDesk
from central.members.phone import card_text, fresh_code
from tests.chain import Chain, HandClock
from tests.postgres import Database, PostgresServer
from wire import signing
from wire.api.devices import EnrolAnswer, EnrolRequest, Role
from wire.api.members import LookupRequest, Member
from wire.api.redemptions import (
    CaptureRequest,
    PrintingRequest,
    PrintResult,
    Redemption,
    ReserveRequest,
)
from wire.errors import MEDIA_TYPE, Problem
from wire.ids import new_id

T = TypeVar("T")
STARTS_WITHIN_S = 40.0


class LiveClock(HandClock):
    """The system's clock, where a test would otherwise set one by hand."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class ServiceProcess:
    port: int
    database: Database
    log: Path
    """What it has written so far."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_service(
    postgres: PostgresServer, environment: dict[str, str] | None = None
) -> Iterator[ServiceProcess]:
    """The API process over a fresh database; ended and dropped at the end of the block."""
    name = f"service_{uuid.uuid4().hex}"
    database = postgres.create(name)
    try:
        with service_over(database, environment) as process:
            yield process
    finally:
        postgres.drop(name)


@contextmanager
def service_over(
    database: Database, environment: dict[str, str] | None = None
) -> Iterator[ServiceProcess]:
    """The API process over a database that there is; ended at the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "central.serving.api", "--host", "127.0.0.1"]
    with tempfile.TemporaryDirectory(prefix="api-") as folder:
        log = Path(folder) / "log"
        with log.open("wb") as written:
            process = subprocess.Popen(
                [*command, "--port", str(port)],
                env=database.environment() | (environment or {}),
                stdout=written,
                stderr=written,
            )
            try:
                _wait_until_ready(process, port, log)
                yield ServiceProcess(port, database, log)
            finally:
                process.terminate()
                process.wait(STARTS_WITHIN_S)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the service has ended by itself: {log.read_text()}"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/v1/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)  # a process that starts tells nobody when it listens
    raise AssertionError(f"the service does not become ready: {log.read_text()}")


@dataclass(frozen=True)
class SignedDevice:
    """A device with a key of its own, whose requests are signed as a real one's are."""

    http: httpx.AsyncClient
    key: Ed25519PrivateKey
    id: UUID
    store: str

    async def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.send("GET", path, headers=headers)

    async def post(
        self, path: str, body: object = None, key: str | UUID | None = None
    ) -> httpx.Response:
        content = b"" if body is None else msgspec.json.encode(body)
        return await self.send("POST", path, content, str(key or new_id()))

    async def send(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        key: str | None = None,
        headers: dict[str, str] | None = None,
        created: datetime | None = None,
    ) -> httpx.Response:
        signed = self.signed(method, path, content, key, created)
        return await self.http.request(
            method, path, content=content, headers=signed | (headers or {})
        )

    def signed(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        key: str | None = None,
        created: datetime | None = None,
    ) -> dict[str, str]:
        """The headers of a signed request."""
        url = str(self.http.base_url.join(path))
        made = created or datetime.now(UTC)
        headers = signing.sign(method, url, content, self.key, str(self.id), made, key)
        return headers | ({"Content-Type": "application/json"} if content else {})


@dataclass
class Api:
    """The service as its clients see it, and the rows behind it."""

    http: httpx.AsyncClient
    chain: Chain
    process: ServiceProcess
    kiosk: SignedDevice = field(init=False)
    """In store S1."""
    till: SignedDevice = field(init=False)
    """In store S1."""

    async def enrol_code(self, role: Role = Role.KIOSK, store: str = "S1") -> str:
        async with self.chain.owner.acquire() as connection:
            return await issue_code(connection, store, role, datetime.now(UTC))

    async def enrol(
        self, code: str, key: Ed25519PrivateKey | None = None, keyid: str = "enrol"
    ) -> httpx.Response:
        key = key or Ed25519PrivateKey.generate()
        request = EnrolRequest(code, key.public_key().public_bytes_raw(), "pi-1", "0.1.0")
        body = msgspec.json.encode(request)
        url = str(self.http.base_url.join("/v1/devices/enrol"))
        headers = signing.sign("POST", url, body, key, keyid, datetime.now(UTC), str(new_id()))
        headers["Content-Type"] = "application/json"
        return await self.http.post("/v1/devices/enrol", content=body, headers=headers)

    async def device(self, role: Role = Role.KIOSK, store: str = "S1") -> SignedDevice:
        """A new device, enrolled as every device is."""
        key = Ed25519PrivateKey.generate()
        answer = answered(await self.enrol(await self.enrol_code(role, store), key), EnrolAnswer)
        return SignedDevice(self.http, key, answer.device_id, store)

    # --- Members -------------------------------------------------------------------------

    async def member_code(self, member: UUID, at: datetime | None = None) -> str:
        """A fresh M2; a new pseudonym each time, so that it was never shown before."""
        await self.chain.ref(member)
        async with self.chain.owner.acquire() as connection:
            return await fresh_code(connection, member, self.signer, at or datetime.now(UTC))

    async def card(self, member: UUID) -> str:
        """A C1 of a new card."""
        await self.chain.execute(
            "INSERT INTO member_card (card_ref, member_id) VALUES ($1, $2)",
            new_id().bytes[8:],
            member,
        )
        async with self.chain.owner.acquire() as connection:
            return await card_text(connection, member, self.signer)

    @property
    def signer(self) -> tuple[int, Ed25519PrivateKey]:
        return 1, token_keys.load(self.process.database.data, 1)

    async def session(self, member: UUID, device: SignedDevice | None = None) -> UUID:
        """By a real lookup."""
        told = LookupRequest(token=await self.member_code(member))
        answer = await (device or self.kiosk).post("/v1/members/lookup", told)
        return answered(answer, Member).session.id

    # --- Redemptions ---------------------------------------------------------------------

    async def request(
        self, member: UUID, reward: UUID, points: int = 100, session: UUID | None = None
    ) -> ReserveRequest:
        rev = await self.chain.value("SELECT rev FROM reward WHERE id = $1", reward)
        return ReserveRequest(
            id=new_id(),
            session=session or await self.session(member),
            item_id=reward,
            item_rev=rev,
            expected_points=points,
            device_seq=new_id().int % 10**9,
        )

    async def reserve(self, request: ReserveRequest) -> httpx.Response:
        return await self.kiosk.post("/v1/redemptions", request, request.id)

    async def reserved(self, points: int = 100, **reward: Any) -> Redemption:
        """Of a new member with 1,000 points and a new reward."""
        member = await self.chain.member(1000)
        request = await self.request(member, await self.chain.reward(points, **reward), points)
        return answered(await self.reserve(request), Redemption)

    async def verb(
        self,
        redemption: UUID,
        verb: str,
        body: object,
        key: str | None = None,
        device: SignedDevice | None = None,
    ) -> httpx.Response:
        path = f"/v1/redemptions/{redemption}/{verb}"
        return await (device or self.kiosk).post(path, body, key or f"{verb}:{redemption}")

    async def printed(
        self, result: PrintResult = PrintResult.OK, points: int = 100, **reward: Any
    ) -> Redemption:
        """Reserved, printing, captured: what capture answered."""
        made = await self.reserved(points, **reward)
        now = datetime.now(UTC)
        answered(await self.verb(made.id, "printing", PrintingRequest(now)), Redemption)
        capture = CaptureRequest(print_result=result, paper_mm=98, printed_at=now)
        answered(await self.verb(made.id, "capture", capture), Redemption)
        return made


def answered(answer: httpx.Response, kind: type[T]) -> T:
    """The decoded answer of a call that must succeed."""
    assert answer.is_success, f"{answer.status_code}: {answer.text}"
    return msgspec.json.decode(answer.content, type=kind)


def refused(answer: httpx.Response, code: str) -> Problem:
    """The problem document of a call that must be refused with this code."""
    assert not answer.is_success, answer.text
    assert answer.headers["content-type"] == MEDIA_TYPE
    told = msgspec.json.decode(answer.content, type=Problem)
    assert told.code == code, answer.text
    assert told.status == answer.status_code
    return told


async def eventually(happened: Any, within_s: float) -> float:
    """Seconds until an async condition came true; fails when it does not within the time."""
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        if await happened():
            return time.monotonic() - began
        await asyncio.sleep(0.02)  # another process acts; it tells nobody
    raise AssertionError(f"did not happen within {within_s} s")


@asynccontextmanager
async def api_of(process: ServiceProcess) -> AsyncIterator[Api]:
    """A face of one running service; opens its chain if nobody has."""
    owner = await asyncpg.create_pool(process.database.owner, min_size=1, max_size=2)
    pool = await open_pool(process.database.app)
    clock = LiveClock()
    chain = Chain(owner, Ledger(pool), MemberDesk(pool), clock)
    if not await chain.value("SELECT count(*) FROM programme"):
        await chain.open()
    limits = httpx.Limits(max_connections=60)
    try:
        async with httpx.AsyncClient(base_url=process.url, timeout=30, limits=limits) as http:
            face = Api(http, chain, process)
            face.kiosk = await face.device()
            face.till = await face.device(Role.TILL)
            yield face
    finally:
        await asyncio.gather(pool.close(), owner.close())


@pytest.fixture(scope="session")
def service(postgres: PostgresServer) -> Iterator[ServiceProcess]:
    with running_service(postgres) as process:
        yield process
        books = subprocess.run(
            [sys.executable, "-m", "central", "check"],
            env=process.database.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert books.returncode == 0, f"after all tests: {books.stdout}{books.stderr}"


@pytest.fixture
async def api(service: ServiceProcess) -> AsyncIterator[Api]:
    async with api_of(service) as face:
        yield face


def log_lines(process: ServiceProcess) -> list[dict[str, Any]]:
    """The service's log so far, one JSON object per line."""
    return [json.loads(line) for line in process.log.read_text().splitlines() if line]
