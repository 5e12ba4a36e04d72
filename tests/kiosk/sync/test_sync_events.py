"""The outbox: in order, a hundred at a time, each exactly once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from kiosk.journal.book import Book
from kiosk.sync.events import EventSender
from tests.fault_proxy import FaultProxy, What
from tests.kiosk.kiosk_half import Half, kiosk_half
from tests.kiosk.small_service import SmallService
from wire.api.devices import EventsAnswer, EventType

PATH = "/v1/devices/me/events"


@asynccontextmanager
async def shop(folder: Path) -> AsyncIterator[tuple[Half, SmallService, FaultProxy]]:
    async with SmallService().running() as service:
        proxy = FaultProxy(service.port)
        async with proxy.running(), kiosk_half(folder, proxy.port) as half:
            yield half, service, proxy


async def tell(half: Half, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        await half.journal.do(Book.tell, EventType.STARTED, {"n": number})


def numbers(service: SmallService) -> list[int]:
    return [event["payload"]["n"] for event in service.events]


async def test_events_arrive_in_order_in_batches_of_a_hundred(tmp_path: Path) -> None:
    answers: list[EventsAnswer] = []
    async with shop(tmp_path) as (half, service, proxy):
        await tell(half, 250)
        assert await EventSender(half.journal, half.client, answers.append).round()
        assert numbers(service) == list(range(250))
        assert [event["seq"] for event in service.events] == list(range(1, 251))
        # one to ask where the service stands, then 100 + 100 + 50
        assert proxy.count("POST", PATH) == 4
        assert [len(answer.results) for answer in answers] == [0, 100, 100, 50]
        assert {answer.config_rev for answer in answers} == {7}
        assert (await half.journal.do(Book.backlog)).depth == 0


@pytest.mark.parametrize("what", [What.LOSE_ANSWER, What.CUT_ANSWER, What.TWICE, What.GARBAGE])
async def test_a_lost_answer_brings_no_event_twice(tmp_path: Path, what: What) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        sender = EventSender(half.journal, half.client)
        await sender.round()
        await tell(half, 3)
        await sender.round()
        proxy.suffer(what, path=PATH, times=3)
        await tell(half, 3, 3)
        while not await sender.round():
            pass
        assert numbers(service) == list(range(6))


async def test_the_service_is_away_and_the_outbox_waits(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        sender = EventSender(half.journal, half.client)
        proxy.down = True
        await tell(half, 2)
        assert not await sender.round()
        await tell(half, 2, 2)
        proxy.down = False
        assert await sender.round()
        assert numbers(service) == [0, 1, 2, 3]


async def test_a_gap_there_waits_here(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, _):
        sender = EventSender(half.journal, half.client)
        await sender.round()
        service.gap_at = 3
        await tell(half, 4)
        assert not await sender.round()
        assert (await half.journal.do(Book.backlog)).depth == 2
        service.gap_at = None
        assert await sender.round()
        assert numbers(service) == [0, 1, 2, 3]


async def test_a_journal_begun_anew_goes_on_with_the_services_numbers(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, _):
        service.acked = 57
        await tell(half, 2)
        assert await EventSender(half.journal, half.client).round()
        assert [event["seq"] for event in service.events] == [58, 59]


async def test_a_journal_from_an_old_copy_loses_no_event(tmp_path: Path) -> None:
    """Its numbers were used, for other events: the service has none of these."""
    async with shop(tmp_path) as (half, service, _):
        sender = EventSender(half.journal, half.client)
        await sender.round()
        service.acked = 40
        await tell(half, 3)
        assert not await sender.round()
        assert await sender.round()
        assert [(e["seq"], e["payload"]["n"]) for e in service.events] == [
            (41, 0),
            (42, 1),
            (43, 2),
        ]


async def test_a_service_that_cannot_count_is_not_asked_without_end(tmp_path: Path) -> None:
    async with shop(tmp_path) as (half, service, proxy):
        sender = EventSender(half.journal, half.client)
        await sender.round()
        await tell(half, 1)
        service.acked = 900
        asked = proxy.count("POST", PATH)
        assert not await sender.round()
        assert proxy.count("POST", PATH) == asked + 1
        assert await sender.round()
        assert service.events[-1]["seq"] == 901
