"""Vouchers found and their stories told, from a real journal and over real sockets."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.flow.staff.values.case import Mark, Standing
from kiosk.flow.staff.values.door import LoginOver
from kiosk.flow.staff.values.vouchers import (
    AskStanding,
    FindHere,
    FindInStore,
    ReadStory,
    SearchRefused,
    Source,
)
from kiosk.flow.staff.verdict import Answer, verdict
from kiosk.journal.book import Book
from kiosk.staff.story import moments
from tests.kiosk.staff.desk import TEA, Desk, staffed_desk
from wire.api.redemptions import ReprintReason


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with staffed_desk(tmp_path) as desk:
        yield desk


async def here(desk: Desk, **wanted: object):
    found = await desk.search.find_here(FindHere(**wanted))
    assert found.source is Source.HERE
    return found.cases


async def story(desk: Desk, redemption):
    return moments(await desk.half.journal.do(Book.history, redemption))


async def test_the_journal_answers_without_the_service(desk: Desk) -> None:
    printed, unsure = await desk.printed(), await desk.unsure()
    cases = {case.id: case for case in await here(desk)}
    assert cases[printed].standing is Standing.ISSUED
    assert cases[unsure].standing is Standing.UNCERTAIN
    assert all(case.here and case.in_journal and case.reward is TEA for case in cases.values())
    (waiting,) = await here(desk, uncertain=True)
    assert waiting.id == unsure


async def test_a_tail_finds_its_voucher_alone(desk: Desk) -> None:
    first, _ = await desk.printed(), await desk.printed()
    tail = desk.service.rows[str(first)].code[-4:]
    assert [case.id for case in await here(desk, tail=tail)] == [first]
    found = await desk.search.find_in_store(FindInStore(desk.by.login, tail))
    assert [case.id for case in found.cases] == [first]
    assert not found.silent


async def test_the_service_tells_of_the_whole_store(desk: Desk) -> None:
    printed, unsure = await desk.printed(), await desk.unsure()
    found = await desk.search.find_in_store(FindInStore(desk.by.login))
    assert {case.id for case in found.cases} == {printed, unsure}
    found = await desk.search.find_in_store(FindInStore(desk.by.login, uncertain=True))
    assert [case.id for case in found.cases] == [unsure]


async def test_silence_of_the_service_is_told(desk: Desk) -> None:
    await desk.printed()
    deafen(desk)
    found = await desk.search.find_in_store(FindInStore(desk.by.login))
    assert found.silent
    assert found.cases == ()


def deafen(desk: Desk) -> None:
    desk.service._once = lambda *_: (500, b"")


@pytest.mark.parametrize("forgotten_here", [False, True])
async def test_a_dead_log_in_is_not_told_as_silence(desk: Desk, forgotten_here: bool) -> None:
    await desk.printed()
    (case,) = await here(desk)
    desk.expire()
    if forgotten_here:
        desk.half.session.forget(desk.by.login)
    over = LoginOver(desk.by.login)
    assert await desk.search.find_in_store(FindInStore(desk.by.login)) == over
    assert await desk.search.ask_standing(AskStanding(case, desk.by.login)) == over


async def test_who_may_no_more_is_told_so(desk: Desk) -> None:
    await desk.printed()
    for person, _ in desk.service.staff.tokens.values():
        person.role = "it"
    refused = SearchRefused(desk.by.login, role=True)
    assert await desk.search.find_in_store(FindInStore(desk.by.login)) == refused


async def test_did_it_print_yes(desk: Desk) -> None:
    printed = await desk.printed()
    told = await story(desk, printed)
    marks = [m.mark for m in told]
    assert marks == [
        Mark.ASKED,
        Mark.HELD,
        Mark.ALLOWED,
        Mark.TO_PRINTER,
        Mark.PRINTED,
        Mark.CAPTURED,
        Mark.OVER,
    ]
    assert told[4].detail.endswith(" mm")
    (case,) = await here(desk)
    assert verdict(case, told).answer is Answer.PRINTED


async def test_did_it_print_no(desk: Desk) -> None:
    gone = await desk.not_printed()
    (case,) = await here(desk)
    assert verdict(case, await story(desk, gone)).answer is Answer.NOT_PRINTED


async def test_did_it_print_nobody_knows_then_again(desk: Desk) -> None:
    unsure = await desk.unsure()
    (case,) = await here(desk)
    assert verdict(case, await story(desk, unsure)).answer is Answer.UNSURE
    await desk.half.staff_reprint(unsure, desk.by, ReprintReason.LOST_IN_SLOT)
    (case,) = await here(desk)
    told = await story(desk, unsure)
    assert verdict(case, told).answer is Answer.PRINTED
    asked = next(m for m in told if m.mark is Mark.REPRINT_ASKED)
    assert asked.by == desk.by.staff_ref
    assert case.copies == 1
    assert Mark.REPRINTED in [m.mark for m in told]
    assert Mark.NOTE not in [m.mark for m in told], "every row is understood"


async def test_what_became_of_it_in_the_slot_is_part_of_the_story(desk: Desk) -> None:
    printed = await desk.printed()
    await desk.half.journal.do(Book.slot_told, printed, "left standing")
    await desk.half.journal.do(Book.slot_told, printed, "retracted")
    told = await story(desk, printed)
    assert [m.mark for m in told][-2:] == [Mark.NOT_TAKEN, Mark.RETRACTED]
    (case,) = await here(desk)
    assert verdict(case, told).answer is Answer.RETRACTED


async def test_the_story_comes_at_once_and_the_standing_from_the_service(desk: Desk) -> None:
    printed = await desk.printed()
    (case,) = await here(desk)
    at_once = await desk.search.read_story(ReadStory(case))
    assert at_once.live is None
    assert at_once.history
    desk.service.rows[str(printed)].state = "USED"
    live = await desk.search.ask_standing(AskStanding(case, desk.by.login))
    assert live.live
    assert live.case.standing is Standing.USED
    assert live.case.in_journal


async def test_the_standing_without_the_service_is_not_claimed(desk: Desk) -> None:
    await desk.printed()
    (case,) = await here(desk)
    deafen(desk)
    told = await desk.search.ask_standing(AskStanding(case, desk.by.login))
    assert told.live is False
    assert told.case is None
    assert told.history


async def test_a_voucher_used_meanwhile_is_known_from_its_last_row(desk: Desk) -> None:
    unsure = await desk.unsure()
    desk.service.rows[str(unsure)].state = "USED"
    await desk.half.settler.round()
    (case,) = await here(desk)
    assert case.standing is Standing.USED
    assert verdict(case, await story(desk, unsure)).answer is Answer.USED
