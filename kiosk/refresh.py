"""One fetcher for everything that the service tells: time, configuration, rewards, pictures.

It begins with the snapshot on disk, so that a kiosk whose service is down still shows
its rewards; it tells the flow only what has changed. Whether the service is reached is
learnt and logged elsewhere (`kiosk.link`), from these calls like from all others.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from kiosk.clock import AnchoredClock
from kiosk.flow.event import CatalogueChanged, ConfigChanged, Event
from kiosk.health import HealthMonitor
from kiosk.sync.catalogue import Catalogue, follow
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceBroken, ServiceError, ServiceRefused
from kiosk.sync.snapshot import Snapshot
from wire.api.catalogue import Item
from wire.api.devices import Command, DeviceConfig, Heartbeat, ServerKey

log = logging.getLogger(__name__)

ROUND_S = 60.0
TIME_S = 600.0
"""The quartz drifts 60 ms in this time at most; asking oftener gains nothing."""
HEARTBEAT_MIN_S = 5.0
HEARTBEAT_MAX_S = 600.0
RETRY_S = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Pauses after the first, second, ... round without an answer."""
IMAGES_AT_ONCE = 4


class ServiceFacts:
    """What the service has told about this kiosk, for everybody who asks. Thread: the loop.

    Args:
        enrolled_keys: the service's token keys from enrolment, until a configuration is known.
    """

    def __init__(self, enrolled_keys: Iterable[ServerKey]) -> None:
        self._enrolled_keys = list(enrolled_keys)
        self.config: DeviceConfig | None = None

    def server_keys(self) -> list[ServerKey]:
        """The token keys that count now."""
        return self._enrolled_keys if self.config is None else self.config.server_keys

    def need_config(self) -> DeviceConfig:
        """The configuration, for work that begins only after there is one.

        Raises:
            LookupError: there is none yet.
        """
        if self.config is None:
            raise LookupError("the service has not told its configuration yet")
        return self.config


async def nothing_else() -> None:
    """A kiosk of which nobody else fetches anything."""


class Refresher:
    """Keeps configuration, catalogue and clock up to date. Thread: the loop; files in threads.

    Args:
        emit: takes ConfigChanged and CatalogueChanged to the flow.
        heartbeat: what to say about this kiosk now.
        facts: where the configuration is kept for everybody else.
        also: fetches what others keep, in each round; it raises nothing of its own.
    """

    def __init__(
        self,
        *,
        client: ServiceClient,
        snapshot: Snapshot,
        clock: AnchoredClock,
        health: HealthMonitor,
        emit: Callable[[Event], None],
        heartbeat: Callable[[], Awaitable[Heartbeat]],
        facts: ServiceFacts,
        also: Callable[[], Awaitable[None]] = nothing_else,
    ) -> None:
        self._also = also
        self._client = client
        self._snapshot = snapshot
        self._clock = clock
        self._health = health
        self._emit = emit
        self._heartbeat = heartbeat
        self._facts = facts
        self._catalogue = Catalogue()
        self._wake = asyncio.Event()
        self._time_due_s = 0.0
        self._heartbeat_due_s = 0.0

    def wake(self) -> None:
        """Fetch now: the service said that something has changed."""
        self._wake.set()

    def config_rev_seen(self, rev: int) -> None:
        """Another answer told the configuration's revision."""
        if rev != self._known_rev():
            self.wake()

    async def restore(self) -> None:
        """Begin with what the last run knew."""
        config = await asyncio.to_thread(self._snapshot.config)
        catalogue = await asyncio.to_thread(self._snapshot.catalogue)
        if config is not None:
            self._take_config(config)
        self._take_catalogue(catalogue)

    async def run(self) -> None:
        """Fetch for ever; ends by cancellation."""
        failures = 0
        refused: str | None = None
        while True:
            self._wake.clear()
            pause_s = ROUND_S
            try:
                await self.round()
                failures, refused = 0, None
                pause_s = min(ROUND_S, max(0.0, self._heartbeat_due_s - self._clock.now_s()))
            except ServiceRefused as no:
                if refused != no.problem.code:
                    log.warning("the service refuses this kiosk: %s", no.problem.code)
                refused = no.problem.code
            except ServiceError:
                pause_s = RETRY_S[min(failures, len(RETRY_S) - 1)]
                failures += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._wake.wait()

    async def round(self) -> None:
        """Ask once for everything that is due.

        Raises:
            ServiceError: the rest of the round was left for the next one.
        """
        await self._fetch_time()
        await self._fetch_config()
        await self._fetch_catalogue()
        await self._also()
        await self._send_heartbeat()

    async def _fetch_time(self) -> None:
        if self._clock.wall() is not None and self._clock.now_s() < self._time_due_s:
            return
        try:
            await self._client.time()
        except ServiceBroken as broken:
            # A key that was rolled meanwhile: the configuration, fetched next, brings the new one.
            log.warning("the service's time cannot be used: %s", broken)
            return
        self._time_due_s = self._clock.now_s() + TIME_S

    async def _fetch_config(self) -> None:
        config = await self._client.config(self._known_rev())
        if config is None:
            return
        log.info("configuration %d", config.rev)
        # On disk before anybody sees it: what is shown survives a restart without the service.
        await self._keep(self._snapshot.save_config, config)
        self._take_config(config)

    async def _fetch_catalogue(self) -> None:
        catalogue = await follow(self._client, self._catalogue)
        fetched = await self._fetch_images(catalogue)
        if catalogue is self._catalogue and not fetched:
            return
        log.info("%d rewards, %d new pictures", len(catalogue.items), fetched)
        await self._keep(self._snapshot.save_catalogue, catalogue)
        self._take_catalogue(catalogue)
        await asyncio.to_thread(self._snapshot.keep_images, _images(catalogue.items))

    async def _fetch_images(self, catalogue: Catalogue) -> int:
        """The pictures that are not here yet; how many were fetched.

        A picture that cannot be had leaves its tile without one, until the next round.
        """
        missing = await asyncio.to_thread(self._missing_images, catalogue)
        slots = asyncio.Semaphore(IMAGES_AT_ONCE)

        async def fetch(sha256: str) -> bool:
            async with slots:
                try:
                    content = await self._client.image(sha256)
                except ServiceError as error:
                    log.warning("no picture %s: %s", sha256[:8], type(error).__name__)
                    return False
            return await self._keep(self._snapshot.save_image, sha256, content)

        return sum(await asyncio.gather(*map(fetch, missing)))

    def _missing_images(self, catalogue: Catalogue) -> list[str]:
        missing = []
        for sha256 in _images(catalogue.items):
            try:
                if not self._snapshot.has_image(sha256):
                    missing.append(sha256)
            except ValueError:
                log.warning("a reward's picture has no hash for a name")
        return missing

    async def _send_heartbeat(self) -> None:
        if self._clock.now_s() < self._heartbeat_due_s:
            return
        answer = await self._client.heartbeat(await self._heartbeat())
        next_s = min(max(float(answer.next_s), HEARTBEAT_MIN_S), HEARTBEAT_MAX_S)
        self._heartbeat_due_s = self._clock.now_s() + next_s
        for command in answer.commands:
            self._obey(command)

    def _obey(self, command: Command) -> None:
        log.info("command from the service: %s", command.kind)
        match command.kind:
            case "pause":
                self._health.pause("a command", on=True)
            case "resume":
                self._health.pause("a command", on=False)
            case "resync":
                self._catalogue = Catalogue()
                self.wake()
            case _:  # of a newer service: not ours to do
                pass

    def _known_rev(self) -> int | None:
        return None if self._facts.config is None else self._facts.config.rev

    def _take_config(self, config: DeviceConfig) -> None:
        self._facts.config = config
        self._emit(ConfigChanged(config))
        self._health.pause("the service", on=config.paused)

    def _take_catalogue(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._emit(CatalogueChanged(catalogue.items))

    async def _keep(self, save: Callable[..., object], *what: object) -> bool:
        """Save a part of the snapshot; a disk that refuses costs the snapshot, not the kiosk."""
        try:
            await asyncio.to_thread(save, *what)
        except OSError as error:
            log.warning("snapshot not saved: %s", error.strerror)
            return False
        return True


def _images(items: Iterable[Item]) -> list[str]:
    """The hashes of all pictures, each once."""
    return list(dict.fromkeys(item.image.sha256 for item in items))
