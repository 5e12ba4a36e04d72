"""券已取 and 作废退分 against a service over real sockets: what is not answered is not claimed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.flow.staff.values.case import Mark
from kiosk.flow.staff.values.vouchers import Settled, Settlement
from kiosk.journal.book import Book
from kiosk.journal.state import JournalState
from kiosk.staff.story import moments
from tests.kiosk.staff.desk import Desk, staffed_desk
from wire.ids import new_id

TAKEN, VOID = Settlement.TAKEN, Settlement.VOID


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with staffed_desk(tmp_path) as desk:
        yield desk


async def test_taken_is_issued_there_and_closed_here(desk: Desk) -> None:
    unsure = await desk.unsure()
    assert await desk.settle(unsure, TAKEN) is Settled.DONE
    assert desk.service.state(unsure) == "ISSUED"
    assert desk.service.rows[str(unsure)].operator == desk.by.staff_ref
    assert await desk.half.state(unsure) is JournalState.CLOSED


async def test_void_gives_points_back_and_ends_the_code(desk: Desk) -> None:
    unsure = await desk.unsure()
    assert await desk.settle(unsure, VOID) is Settled.DONE
    assert desk.service.state(unsure) == "RELEASED"
    assert await desk.half.state(unsure) is JournalState.RELEASED
    marks = [m.mark for m in moments(await desk.half.journal.do(Book.history, unsure))]
    assert marks[-2:] == [Mark.STAFF_VOID_ASKED, Mark.STAFF_VOID]


async def test_no_answer_changes_nothing_and_the_repeat_is_the_same_call(desk: Desk) -> None:
    unsure = await desk.unsure()
    good, desk.service._do = desk.service._do, lambda *_: 1 / 0
    assert await desk.settle(unsure, VOID) is Settled.SILENT
    assert await desk.half.state(unsure) is JournalState.UNCERTAIN
    desk.service._do = good
    assert await desk.settle(unsure, VOID) is Settled.DONE
    rows = await desk.half.journal.do(Book.history, unsure)
    assert sum(row.state == JournalState.RELEASED for row in rows) == 1


@pytest.mark.parametrize(
    ("state", "outcome"),
    [("USED", Settled.USED), ("ISSUED", Settled.ISSUED), ("EXPIRED", Settled.ISSUED)],
)
async def test_points_never_come_back_for_a_code_that_lived(desk: Desk, state, outcome) -> None:
    unsure = await desk.unsure()
    desk.service.rows[str(unsure)].state = state
    assert await desk.settle(unsure, VOID) is outcome
    assert desk.service.state(unsure) == state
    assert await desk.half.state(unsure) is JournalState.UNCERTAIN
    await desk.half.settler.round()
    assert await desk.half.state(unsure) is JournalState.CLOSED


async def test_an_answer_that_says_otherwise_is_not_taken_for_done(desk: Desk) -> None:
    unsure = await desk.unsure()
    desk.service._release = lambda redemption, _: desk.service._row(redemption).answer()
    assert await desk.settle(unsure, VOID) is Settled.REFUSED
    assert await desk.half.state(unsure) is JournalState.UNCERTAIN


async def test_a_voided_one_is_not_taken(desk: Desk) -> None:
    unsure = await desk.unsure()
    await desk.settle(unsure, VOID)
    assert await desk.settle(unsure, TAKEN) is Settled.RELEASED
    assert desk.service.state(unsure) == "RELEASED"


async def test_a_printed_one_is_not_voided(desk: Desk) -> None:
    printed = await desk.printed()
    assert await desk.settle(printed, VOID) is Settled.ISSUED
    assert desk.service.state(printed) == "ISSUED"


async def test_a_dead_log_in_does_nothing(desk: Desk) -> None:
    unsure = await desk.unsure()
    desk.expire()
    assert await desk.settle(unsure, TAKEN) is Settled.LOGIN_OVER
    await desk.half.session.log_out(desk.by.login)
    assert await desk.settle(unsure, VOID) is Settled.LOGIN_OVER
    assert desk.service.state(unsure) == "UNCERTAIN"
    assert await desk.half.state(unsure) is JournalState.UNCERTAIN


async def test_it_may_not(tmp_path: Path) -> None:
    async with staffed_desk(tmp_path, role="it") as desk:
        unsure = await desk.unsure()
        assert await desk.settle(unsure, VOID) is Settled.ROLE
        assert desk.service.state(unsure) == "UNCERTAIN"


async def test_what_the_service_never_heard_of_is_settled_elsewhere(desk: Desk) -> None:
    assert await desk.settle(new_id(), TAKEN) is Settled.ELSEWHERE


async def test_the_token_is_nowhere_on_disk(desk: Desk, tmp_path: Path) -> None:
    unsure = await desk.unsure()
    token = desk.half.session.token_for(desk.by.login)
    assert token
    await desk.settle(unsure, VOID)
    assert holds(tmp_path, b"staff_not_printed"), "the test looks at the wrong place"
    assert not holds(tmp_path, token.encode())


def holds(folder: Path, secret: bytes) -> list[Path]:
    """The files in which it stands."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if secret in path.read_bytes()]
