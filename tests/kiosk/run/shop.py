"""A shop to make trouble in: the real service and books, a fault proxy, a real kiosk.

The kiosk is the whole composition in this process: journal, sync, printer driver on a pty
with the emulator behind it, screens as values. Only the camera is the shipped fake, because
what is told of codes is not the subject here (the end-to-end test has the real one).
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.ledger.invariants import INVARIANTS, examine
from central.members import token_keys
from kiosk.clock import AnchoredClock, boot_time_s, system_time
from kiosk.composition import Kiosk, running_kiosk
from kiosk.composition_opened import Replaced
from kiosk.config import KioskConfig, PrinterConfig, ServiceConfig
from kiosk.config_camera import CameraConfig
from kiosk.devices.printer.driver import SerialPrinter
from kiosk.devices.printer.emulator.mechanism import EmulatedPrinter
from kiosk.devices.printer.emulator.paper import Piece
from kiosk.devices.printer.emulator.pty_line import PtyLine
from kiosk.devices.printer.profile import load_profile
from kiosk.devices.scanner.fake import FakeScanner
from kiosk.flow import event as e
from kiosk.flow.state import (
    Attract,
    Confirm,
    Dispensing,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    Refused,
)
from kiosk.headless import HeadlessView, targets
from kiosk.journal.book import Book
from kiosk.journal.entry import Entry
from kiosk.journal.state import OVER
from kiosk.sync.identity import Identity
from tests.chain import Chain
from tests.fault_proxy import FaultProxy
from tests.postgres import Database
from wire.api.devices import EnrolAnswer, Role, ServerKey, Store
from wire.api.redemptions import State
from wire.api.text import Text
from wire.tokens import MemberCard, MemberCode, sign_member_card, sign_member_code, slot_of

PATIENCE_S = 15.0
"""Bounds every wait for a screen; the longest of them is a call's deadline of 5 s."""
KIOSK_KEY = Ed25519PrivateKey.from_private_bytes(b"kiosk-of-the-run-tests".ljust(32))


class SkippingClock(AnchoredClock):
    """The real clock, with time left out on demand; the system's clock can be set wrong."""

    def __init__(self) -> None:
        self._skipped_s = 0.0
        self.system: datetime | None = None
        """What the operating system shows; None for the truth."""
        super().__init__(
            lambda: boot_time_s() + self._skipped_s, lambda: self.system or system_time()
        )

    def skip(self, seconds: float) -> None:
        """Let time pass without waiting for it."""
        self._skipped_s += seconds
        if (held := self._anchor) is not None:  # the service's clock did not skip
            self._anchor = replace(held, boot_s=held.boot_s + seconds)


class Paper:
    """The emulated printer behind its pty, and what came out of it."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.printer = EmulatedPrinter(576, self.pieces.append)
        self.line = PtyLine(self.printer, on_turn=self._turn)
        self._trap: tuple[int, Callable[[EmulatedPrinter], None]] | None = None

    def order(self, line: str) -> None:
        self.line.command(line)

    def at_mm(self, millimetres: int, act: Callable[[EmulatedPrinter], None]) -> None:
        """Have something happen, once, when so much paper has moved."""
        self._trap = (millimetres * 8, act)

    def _turn(self) -> None:
        """On the printer's own thread."""
        if self._trap is not None and self.printer.paper.rows_moved >= self._trap[0]:
            (_, act), self._trap = self._trap, None
            act(self.printer)


@dataclass(slots=True)
class Shop:
    chain: Chain
    database: Database
    proxy: FaultProxy
    folder: Path
    paper: Paper
    member: UUID
    reward: UUID
    clock: SkippingClock = field(default_factory=SkippingClock)
    scanner: FakeScanner = field(default_factory=FakeScanner)
    kiosk: Kiosk | None = None
    seen: list[str] = field(default_factory=list)
    """Names of the screens in the order in which they came, each with its message."""
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    # --- Codes ---------------------------------------------------------------------------

    @property
    def token_key(self) -> Ed25519PrivateKey:
        return token_keys.load(self.database.data, 1)

    async def fresh_code(self, member: UUID | None = None, **changes: Any) -> str:
        """What the member's phone shows now, under a new pseudonym."""
        ref = changes.pop("ref", None) or await self.chain.ref(member or self.member)
        fields = {"kid": 1, "ref": ref, "slot": slot_of(datetime.now(UTC)), "balance": 0}
        key = changes.pop("key", None) or self.token_key
        return sign_member_code(key, MemberCode(**(fields | {"as_of_min": 0} | changes)))

    async def card(self, member: UUID, version: int = 1, signed: int = 1) -> str:
        """A card whose version at the service is `version`, printed when it was `signed`."""
        ref = secrets.token_bytes(8)
        await self.chain.execute(
            "INSERT INTO member_card (card_ref, member_id, version) VALUES ($1, $2, $3)",
            ref,
            member,
            version,
        )
        return sign_member_card(self.token_key, MemberCard(1, ref, signed))

    # --- The kiosk -----------------------------------------------------------------------

    @property
    def config(self) -> KioskConfig:
        return KioskConfig(
            data_dir=self.folder,
            service=ServiceConfig(url=self.proxy.url),
            camera=CameraConfig(source="follow:/nowhere"),
            printer=PrinterConfig(port=self.paper.line.path),
        )

    @property
    def identity(self) -> Identity:
        here = Text("店", "店", "Store")
        public = self.token_key.public_key().public_bytes_raw()
        answer = EnrolAnswer(
            device_id=self.chain.kiosk,
            role=Role.KIOSK,
            store=Store("S1", here, here, ""),
            server_keys=[ServerKey(1, public)],
            time=datetime.now(UTC),
        )
        return Identity(KIOSK_KEY, answer)

    @asynccontextmanager
    async def open(self, *, rewards: int = 1) -> AsyncIterator["Shop"]:
        """Switch the kiosk on; it is ready when it knows this many rewards."""
        # The real driver; it waits less long for late answers than on a slow line.
        printer = SerialPrinter(self.paper.line.path, load_profile("80mm-cutter"), settle_s=0.2)
        parts = Replaced(clock=self.clock, scanner=self.scanner, printer=printer)
        async with running_kiosk(self.config, self.identity, parts) as kiosk:
            self.kiosk = kiosk
            kiosk.runner.attach(HeadlessView(self._on_state))
            if rewards:
                await self.until(lambda s: len(s.catalogue) >= rewards and s.health.online)
            yield self
        self.kiosk = None

    def _on_state(self, state: KioskState) -> None:
        told = getattr(state.screen, "message", None) or getattr(state.screen, "notice", None)
        code = f" {told.code.value}" if isinstance(told, Message) else ""
        name = type(state.screen).__name__ + code
        if not self.seen or self.seen[-1] != name:
            self.seen.append(name)
        self._moved.set()

    @property
    def running(self) -> Kiosk:
        assert self.kiosk is not None, "the kiosk is off"
        return self.kiosk

    @property
    def state(self) -> KioskState:
        return self.running.runner.state

    async def until(self, true: Callable[[KioskState], object]) -> KioskState:
        """Wait until a state answers; fails with the screens seen so far."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not true(self.state):
                    self._moved.clear()
                    await self._moved.wait()
        except TimeoutError:
            raise AssertionError(f"it did not come; seen: {self.seen}") from None
        return self.state

    async def screen(self, kind: type, code: MessageCode | None = None) -> Any:
        """The screen of this kind, once it stands there (with this message)."""

        def there(state: KioskState) -> bool:
            screen = state.screen
            message = getattr(screen, "message", None) or getattr(screen, "notice", None)
            return isinstance(screen, kind) and (
                code is None or (message is not None and message.code is code)
            )

        return (await self.until(there)).screen

    # --- A shopper -----------------------------------------------------------------------

    def show(self, text: str, symbology: str = "QRCode") -> None:
        """Hold a code before the camera and take it away again."""
        self.scanner.show(text, symbology)
        self.scanner.show(None)

    def tap(self, name: str) -> None:
        found = targets(self.state)
        assert name in found, f"{name} is not among {sorted(found)} on {self.seen[-1]}"
        self.running.runner.emit(found[name])

    async def scan(self, member: UUID | None = None) -> MemberHome:
        """A fresh code, up to the rewards."""
        self.show(await self.fresh_code(member))
        home: MemberHome = await self.screen(MemberHome)
        return home

    async def choose(self, reward: UUID | None = None) -> Confirm:
        self.running.runner.emit(e.ItemChosen(reward or self.reward))
        confirm: Confirm = await self.screen(Confirm)
        return confirm

    def confirm(self) -> None:
        """Tap the primary button, after the second in which it sleeps."""
        self.clock.skip(1.1)
        self.running.runner.tick()
        self.tap("confirm")

    async def redeem(self) -> UUID:
        """From the attract screen to the tap that moves points; the redemption's id."""
        await self.scan()
        await self.choose()
        self.confirm()
        dispensing = self.state.screen
        assert isinstance(dispensing, Dispensing)
        return dispensing.redemption

    async def leave(self) -> None:
        """End the session and see that a new shopper can begin."""
        if "end" in targets(self.state):
            self.tap("end")
        elif isinstance(self.state.screen, Refused):
            self.clock.skip(31)
            self.running.runner.tick()
        await self.screen(Attract)

    # --- The books -----------------------------------------------------------------------

    async def balance(self) -> int:
        """What the member can spend."""
        return (await self.chain.balance(self.member))["available"]

    async def held(self) -> int:
        return (await self.chain.balance(self.member))["held"]

    async def state_there(self, redemption: UUID) -> State | None:
        """Where the service sees a redemption; None when it has never heard of it."""
        value = await self.chain.value("SELECT state FROM redemption WHERE id = $1", redemption)
        return None if value is None else State(value)

    async def entry(self, redemption: UUID) -> Entry | None:
        """Where the kiosk's journal sees it."""
        return await self.running.journal.do(Book.find, redemption)

    async def when(self, true: Callable[[], object]) -> None:
        """Wait for something that is no screen."""
        async with asyncio.timeout(PATIENCE_S):
            while not true():  # noqa: ASYNC110 - it happens outside of the loop
                await asyncio.sleep(0.02)

    async def settled(self, redemption: UUID) -> Entry:
        """Wait until journal and service agree that it is over."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                entry = await self.entry(redemption)
                if entry is not None and entry.state in OVER:
                    return entry
                await asyncio.sleep(0.02)

    async def when_state(self, redemption: UUID, state: State) -> None:
        """Wait until the service sees it there."""
        await self.when_row("SELECT state FROM redemption WHERE id = $1", state.value, redemption)

    async def when_row(self, query: str, value: object, *arguments: object) -> None:
        """Wait until the service's database answers so."""
        async with asyncio.timeout(PATIENCE_S):
            while await self.chain.value(query, *arguments) != value:  # noqa: ASYNC110 - a row
                await asyncio.sleep(0.02)

    async def when_told(self, *kinds: str) -> None:
        """Wait until events of these kinds have reached the service."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                rows = await self.chain.rows("SELECT type FROM device_event")
                if set(kinds) <= {row["type"] for row in rows}:
                    return
                await asyncio.sleep(0.02)

    async def books_are_right(self) -> None:
        """What `central check` verifies, over the whole database."""
        connection = await asyncpg.connect(self.database.app)
        try:
            findings = [await examine(connection, invariant) for invariant in INVARIANTS]
        finally:
            await connection.close()
        broken = {f.invariant.name: f.broken for f in findings if f.broken}
        assert not broken, f"the books are wrong: {broken}"


@asynccontextmanager
async def opened_shop(
    chain: Chain, database: Database, service_port: int, folder: Path
) -> AsyncIterator[Shop]:
    """A shop with one member of 1,000 points and one reward of 300; the kiosk is still off."""
    public = KIOSK_KEY.public_key().public_bytes_raw()
    await chain.execute("UPDATE device SET public_key = $2 WHERE id = $1", chain.kiosk, public)
    member = await chain.member(1000, tier="gold")
    reward = await chain.reward(300, stock=5)
    paper = Paper()
    async with AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(FaultProxy(service_port).running())
        stack.enter_context(paper.line)
        yield Shop(chain, database, proxy, folder, paper, member, reward)
