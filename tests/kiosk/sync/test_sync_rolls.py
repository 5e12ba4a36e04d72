"""Roll changes reach the service: in order, each once, whatever the line does."""

from pathlib import Path

import pytest

from kiosk.journal.book import Book
from kiosk.sync.rolls import RollSender
from tests.fault_proxy import FaultProxy, What
from tests.kiosk.journal.paper_of_a_shop import OFFLINE, put_in
from tests.kiosk.kiosk_half import kiosk_half
from tests.kiosk.small_service import SmallService


async def test_they_go_in_order_and_once(tmp_path: Path) -> None:
    async with (
        SmallService().running() as service,
        kiosk_half(tmp_path, service.port) as half,
    ):
        first = await half.journal.do(put_in)
        second = await half.journal.do(put_in, OFFLINE, "R-2")
        sender = RollSender(half.journal, half.client)
        assert await sender.round()
        assert await sender.round()
        sent = [(roll["id"], roll["roll_serial"]) for roll in service.staff.rolls]
        assert sent == [(str(first.id), "R-1"), (str(second.id), "R-2")]
        assert service.staff.rolls[0]["seconds"] == 52
        assert service.staff.rolls[1]["offline"] is True
        assert (await half.journal.do(Book.next_roll_call)) is None


@pytest.mark.parametrize("what", [What.REFUSE, What.LOSE_ANSWER, What.SERVER_ERROR, What.GARBAGE])
async def test_unheard_is_repeated_until_it_is_heard(tmp_path: Path, what: What) -> None:
    async with SmallService().running() as service:
        proxy = FaultProxy(service.port)
        async with proxy.running(), kiosk_half(tmp_path, proxy.port) as half:
            record = await half.journal.do(put_in)
            fault = proxy.suffer(what, path=".*/rolls", times=None)
            sender = RollSender(half.journal, half.client)
            assert not await sender.round()
            waiting = await half.journal.do(Book.next_roll_call)
            assert waiting is not None
            assert waiting.key == record.id
            proxy.faults.remove(fault)
            assert await sender.round()
            assert len(service.staff.rolls) == 1


async def test_one_that_will_never_be_taken_does_not_stop_the_next(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The service refuses a body without log-in or `offline`."""
    async with (
        SmallService().running() as service,
        kiosk_half(tmp_path, service.port) as half,
    ):
        bad = await half.journal.do(put_in)
        await half.journal.do(put_in, OFFLINE, "R-2")
        await half.journal.do(_forget_who_logged_in)
        assert await RollSender(half.journal, half.client).round()
        assert [roll["roll_serial"] for roll in service.staff.rolls] == ["R-2"]
        assert f"will not take roll change {bad.id}: bad_request" in caplog.text
        assert [tally.roll.serial for tally in await half.journal.do(Book.rolls)] == ["R-1", "R-2"]


def _forget_who_logged_in(book: Book) -> None:
    book._db.execute(
        "UPDATE roll_call SET body = CAST(replace(CAST(body AS TEXT), 'login', 'x') AS BLOB)"
        " WHERE number = 1"
    )
