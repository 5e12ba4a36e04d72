"""Staff print the same code again: of an uncertain one, an issued one, another kiosk's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.devices.printer.fake import Act, FakePrinter, LoseAfter, Print, RefuseBefore
from kiosk.flow.event import (
    PrinterRefused,
    RedemptionRefused,
    RedemptionUnreached,
    VoucherPrinted,
    VoucherUncertain,
)
from kiosk.journal.book import Book
from kiosk.journal.entry import By
from kiosk.journal.state import JournalState
from tests.fault_proxy import FaultProxy, What
from tests.kiosk.kiosk_half import Half, kiosk_half
from tests.kiosk.small_service import Row, SmallService
from tests.kiosk.small_staff import Person
from wire.api.devices import EventType
from wire.api.redemptions import ReprintReason
from wire.errors import ErrorCode
from wire.ids import new_id

S = JournalState


@dataclass
class Shop:
    half: Half
    service: SmallService
    proxy: FaultProxy
    clerk: By
    folder: Path

    async def issued(self) -> UUID:
        """A voucher that the service has acknowledged."""
        redemption = new_id()
        assert isinstance(await self.half.redeem(redemption), VoucherPrinted)
        await self.half.settler.round()
        assert await self.half.state(redemption) is S.CLOSED
        return redemption

    async def uncertain(self) -> UUID:
        """A torn one; the printer's script must say so."""
        redemption = new_id()
        assert isinstance(await self.half.redeem(redemption), VoucherUncertain)
        await self.half.settler.round()
        return redemption

    def codes_on_paper(self) -> set[str]:
        return {drawn.voucher.code for drawn in self.half.drawn if drawn.voucher}

    async def log_in(self) -> By:
        login = await self.half.session.log_in("B1", "135790")
        return By(login.staff_ref, login.login)


def journal_on_disk(folder: Path) -> bytes:
    """Every byte of the database and its log."""
    return b"".join(part.read_bytes() for part in folder.glob("journal.sqlite3*"))


@asynccontextmanager
async def shop(folder: Path, *script: Act) -> AsyncIterator[Shop]:
    async with SmallService().running() as service:
        service.staff.add(Person("B1"))
        proxy = FaultProxy(service.port)
        async with (
            proxy.running(),
            kiosk_half(folder, proxy.port, FakePrinter(script)) as half,
        ):
            clerk = By("", None)
            made = Shop(half, service, proxy, clerk, folder)
            made.clerk = await made.log_in()
            yield made


async def test_an_issued_voucher_comes_out_again_with_the_same_code(tmp_path: Path) -> None:
    async with shop(tmp_path) as s:
        redemption = await s.issued()
        answer = await s.half.staff_reprint(redemption, s.clerk)
        assert isinstance(answer, VoucherPrinted)
        assert answer.answer.copy == 1
        assert s.codes_on_paper() == {s.service.rows[str(redemption)].code}
        assert s.half.drawn[-1].copy == 1, "it is marked 重印 1"
        assert len(s.half.printer.pages) == 2
        assert await s.half.state(redemption) is S.CLOSED
        assert s.service.rows[str(redemption)].operator == s.clerk.staff_ref
        verbs = [verb for verb, _ in s.service.calls]
        assert verbs == ["reserve", "printing", "capture", "reprint"], "nothing is captured twice"
        assert (await s.half.journal.do(Book.next_events, 9)) is None
        await s.half.journal.do(Book.events_acknowledged, 0, 0)
        told = await s.half.journal.do(Book.next_events, 9)
        assert told is not None
        assert [event.type for event in told] == [EventType.PRINTED, EventType.REPRINTED]
        assert told[1].payload["reason"] == "torn"


async def test_an_uncertain_one_is_issued_by_its_reprint(tmp_path: Path) -> None:
    async with shop(tmp_path, LoseAfter(100)) as s:
        redemption = await s.uncertain()
        assert isinstance(await s.half.staff_reprint(redemption, s.clerk), VoucherPrinted)
        assert await s.half.state(redemption) is S.PRINTED
        await s.half.settler.round()
        assert await s.half.state(redemption) is S.CLOSED
        assert s.service.state(redemption) == "ISSUED"


@pytest.mark.parametrize("there", ["UNCERTAIN", "ISSUED"])
async def test_another_kiosks_is_printed_here(tmp_path: Path, there: str) -> None:
    async with shop(tmp_path) as s:
        redemption = new_id()
        s.service.rows[str(redemption)] = Row(str(redemption), there)
        assert isinstance(await s.half.staff_reprint(redemption, s.clerk), VoucherPrinted)
        await s.half.settler.round()
        assert await s.half.state(redemption) is S.CLOSED
        assert s.service.state(redemption) == "ISSUED"
        assert s.codes_on_paper() == {s.service.rows[str(redemption)].code}


@pytest.mark.parametrize(
    ("act", "answer"), [(LoseAfter(50), VoucherUncertain), (RefuseBefore(), PrinterRefused)]
)
async def test_a_failed_reprint_leaves_an_issued_one_issued(
    tmp_path: Path, act: Act, answer: type
) -> None:
    async with shop(tmp_path, Print(), act) as s:
        redemption = await s.issued()
        assert isinstance(await s.half.staff_reprint(redemption, s.clerk), answer)
        assert await s.half.state(redemption) is S.CLOSED
        assert await s.half.journal.do(Book.reprinting) == []
        await s.half.settler.round()
        assert s.service.state(redemption) == "ISSUED"
        assert isinstance(await s.half.staff_reprint(redemption, s.clerk), VoucherPrinted)


async def test_a_copy_that_was_allowed_and_not_printed_is_told_as_counted(tmp_path: Path) -> None:
    async with shop(tmp_path, Print(), RefuseBefore()) as s:
        redemption = await s.issued()
        answer = await s.half.staff_reprint(redemption, s.clerk)
        assert isinstance(answer, PrinterRefused)
        assert answer.counted == 1
        again = await s.half.staff_reprint(redemption, s.clerk)
        assert isinstance(again, VoucherPrinted)
        assert again.answer.copy == 2, "the service counted the first one"


async def test_a_third_reprint_is_refused_and_said(tmp_path: Path) -> None:
    async with shop(tmp_path) as s:
        redemption = await s.issued()
        for _ in range(2):
            assert isinstance(await s.half.staff_reprint(redemption, s.clerk), VoucherPrinted)
        answer = await s.half.staff_reprint(redemption, s.clerk)
        assert isinstance(answer, RedemptionRefused)
        assert answer.problem.code == ErrorCode.REPRINT_LIMIT
        assert len(s.half.printer.pages) == 3
        assert await s.half.state(redemption) is S.CLOSED


@pytest.mark.parametrize(
    ("there", "code"),
    [("USED", ErrorCode.ALREADY_USED), ("RELEASED", ErrorCode.REDEMPTION_RELEASED)],
)
async def test_what_ended_otherwise_is_not_printed(
    tmp_path: Path, there: str, code: ErrorCode
) -> None:
    async with shop(tmp_path) as s:
        redemption = await s.issued()
        s.service.rows[str(redemption)].state = there
        answer = await s.half.staff_reprint(redemption, s.clerk)
        assert isinstance(answer, RedemptionRefused)
        assert answer.problem.code == code
        assert len(s.half.printer.pages) == 1


async def test_somebody_who_has_gone_prints_nothing(tmp_path: Path) -> None:
    async with shop(tmp_path) as s:
        redemption = await s.issued()
        assert s.clerk.login is not None
        await s.half.session.log_out(s.clerk.login)
        answer = await s.half.staff_reprint(redemption, s.clerk)
        assert isinstance(answer, RedemptionRefused)
        assert answer.problem.code == ErrorCode.STAFF_SESSION_EXPIRED
        assert "reprint" not in [verb for verb, _ in s.service.calls]
        assert len(s.half.printer.pages) == 1


async def test_a_token_that_died_at_the_service_is_a_refusal(tmp_path: Path) -> None:
    async with shop(tmp_path) as s:
        redemption = await s.issued()
        s.service.staff.tokens.clear()
        answer = await s.half.staff_reprint(redemption, s.clerk)
        assert isinstance(answer, RedemptionRefused)
        assert answer.problem.code == ErrorCode.STAFF_SESSION_EXPIRED
        assert await s.half.state(redemption) is S.CLOSED


async def test_a_lost_answer_costs_no_second_copy(tmp_path: Path) -> None:
    """The same person asks again, logged in anew: the same call with another token."""
    async with shop(tmp_path) as s:
        redemption = await s.issued()
        fault = s.proxy.suffer(What.LOSE_ANSWER, path=".*/reprint", times=None)
        lost = await s.half.staff_reprint(redemption, s.clerk)
        assert lost == RedemptionUnreached(redemption)
        s.proxy.faults.remove(fault)
        assert s.service.rows[str(redemption)].copy == 1
        again = await s.half.staff_reprint(redemption, await s.log_in())
        assert isinstance(again, VoucherPrinted)
        assert (again.answer.copy, s.service.rows[str(redemption)].copy) == (1, 1)


async def test_the_token_is_nowhere_on_the_disk(tmp_path: Path) -> None:
    async with shop(tmp_path) as s:
        redemption = await s.issued()
        s.proxy.suffer(What.LOSE_ANSWER, path=".*/reprint")
        await s.half.staff_reprint(redemption, s.clerk)
        await s.half.staff_reprint(redemption, s.clerk, ReprintReason.UNREADABLE)
        (token,) = s.service.staff.tokens
        assert token.encode() not in journal_on_disk(tmp_path)
        assert str(s.clerk.login).encode() in journal_on_disk(tmp_path), "it names the log-in"


async def test_one_that_the_service_has_not_heard_of_is_told_first(tmp_path: Path) -> None:
    """A capture waits while the service is away; it is back when staff reprint."""
    async with shop(tmp_path) as s:
        redemption = new_id()
        await s.half.redeem(redemption)
        assert await s.half.state(redemption) is S.PRINTED
        hurried: list[UUID] = []

        async def hurry(wanted: UUID, _: float) -> bool:
            hurried.append(wanted)
            return await s.half.settler.round()

        s.half.settler.hurry = hurry  # type: ignore[method-assign]  # its loop does not run here
        assert isinstance(await s.half.staff_reprint(redemption, s.clerk), VoucherPrinted)
        assert hurried == [redemption]
        assert await s.half.state(redemption) is S.CLOSED
