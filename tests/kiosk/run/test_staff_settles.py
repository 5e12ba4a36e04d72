"""A whole kiosk, the real service, paper that ends half way: what a clerk does about it."""

import logging
import re
from uuid import UUID

import pytest

from kiosk.flow.staff.values import diagnostics as d
from kiosk.flow.staff.values import door
from kiosk.flow.staff.values import service as s
from kiosk.flow.staff.values import vouchers as v
from kiosk.flow.staff.values.case import Mark, Standing
from kiosk.flow.staff.values.told import Ending, Told
from kiosk.flow.staff.verdict import Answer, verdict
from kiosk.flow.state import Attract, Done, Refused
from kiosk.journal.state import JournalState
from kiosk.sync.client import ServiceClient
from tests.kiosk.printer.paper_reading import codes_on_piece
from tests.kiosk.run.clerk import Clerk, hired
from tests.kiosk.run.shop import Shop
from tests.staff import PIN
from wire.api.redemptions import State
from wire.api.staff import Login, LoginRequest


async def unsure(shop: Shop) -> UUID:
    """A voucher that is on paper in part; there is paper again, and the shopper has left."""
    shop.paper.order("paper out at 40")
    redemption = await shop.redeem()
    await shop.screen(Refused)
    await shop.when_state(redemption, State.UNCERTAIN)
    await shop.leave()
    shop.paper.order("paper ok")
    await shop.running.health.check()
    return redemption


async def test_a_voucher_that_did_not_come_out_is_voided_and_the_points_are_back(
    shop: Shop,
) -> None:
    async with shop.open():
        redemption = await unsure(shop)
        clerk = await hired(shop)
        await clerk.come_in()
        await clerk.tap("queue", v.Queue)
        await shop.until(lambda state: state.screen.found.here)
        await clerk.tap("case:0", v.Settle)
        await clerk.tap_awake("choice:void", v.VoidAsk)
        shop.tap("choice:staff_not_printed")
        told = await clerk.tap_awake("act", Told)
        assert told.ending is Ending.VOIDED
        assert (await shop.settled(redemption)).state is JournalState.RELEASED
        assert await shop.state_there(redemption) is State.RELEASED
        await clerk.tap("done", v.Queue)
        await clerk.tap("leave", Attract)
    assert (await shop.balance(), await shop.held()) == (1000, 0)
    await shop.books_are_right()


async def test_neither_pin_nor_token_nor_badge_is_written_anywhere(
    shop: Shop, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to the kiosk's disk, not to its log, not to the service in an event."""
    tokens = []
    log_in = ServiceClient.staff_login

    async def noted(client: ServiceClient, request: LoginRequest) -> Login:
        login = await log_in(client, request)
        tokens.append(login.staff_token)
        return login

    monkeypatch.setattr(ServiceClient, "staff_login", noted)
    caplog.set_level(logging.DEBUG)
    async with shop.open():
        await unsure(shop)
        clerk = await hired(shop)
        await clerk.come_in()
        await clerk.tap("queue", v.Queue)
        await shop.until(lambda state: state.screen.found.here)
        await clerk.tap("case:0", v.Settle)
        await clerk.tap_awake("choice:taken", Told)
        await clerk.tap("done", v.Queue)
        await clerk.tap("leave", Attract)
        events = await shop.chain.value("SELECT string_agg(payload::text, ' ') FROM device_event")
    (token,) = tokens
    files = [file.read_bytes() for file in shop.config.data_dir.rglob("*") if file.is_file()]
    written = b"\n".join([*files, caplog.text.encode(), (events or "").encode()])
    assert b"STAFF" in written.upper(), "what staff did is written down"
    assert token.encode() not in written
    assert clerk.badge.encode() not in written
    assert not re.search(rb"(?<![0-9A-Za-z])%s(?![0-9A-Za-z])" % PIN.encode(), written)


async def test_a_clerk_finds_it_by_its_tail_reads_its_story_and_prints_it_again(
    shop: Shop,
) -> None:
    async with shop.open():
        redemption = await unsure(shop)
        code = await shop.chain.code_of(redemption)
        clerk = await hired(shop)
        await clerk.come_in()
        await clerk.tap("search", v.Search)
        shop.tap("tab:tail")
        for symbol in code[-4:]:
            shop.tap(f"key:{symbol}")
        await shop.until(lambda state: state.screen.found.store)
        await clerk.tap("case:0", v.CaseView)
        view = (await shop.until(lambda state: state.screen.live)).screen
        assert verdict(view.case, view.history).answer is Answer.UNSURE
        assert Mark.UNSURE in [said.mark for said in view.history]
        await clerk.tap("act", v.Settle)
        await clerk.tap_awake("choice:reprint", v.ReprintAsk)
        shop.tap("choice:not_printed")
        told = await clerk.tap_awake("act", Told)
        assert told.ending is Ending.REPRINTED
        assert told.params == {"tail": code[-4:], "copy": 1, "left": 1}
        assert (await shop.settled(redemption)).state is JournalState.CLOSED
        await clerk.tap("done", v.Search)
        listed = (await shop.until(lambda state: state.screen.found.store)).screen.found
        assert [case.standing for case in listed.store] == [Standing.ISSUED]
    assert codes_on_piece(shop.paper.pieces[-1]) == ["V1" + code], "the same code, once more"
    assert (await shop.balance(), await shop.held()) == (700, 0)
    await shop.books_are_right()


@pytest.mark.parametrize("copies", [2])
async def test_a_third_copy_is_refused_and_nothing_is_printed(shop: Shop, copies: int) -> None:
    async with shop.open():
        redemption = await shop.redeem()
        await shop.screen(Done)
        await shop.settled(redemption)
        await shop.leave()
        clerk = await hired(shop)
        await clerk.come_in()
        await clerk.tap("search", v.Search)
        for _ in range(copies):
            await reprint(shop, clerk, Ending.REPRINTED)
        printed = len(shop.paper.pieces)
        await shop.until(lambda state: state.screen.found.store)
        await clerk.tap("case:0", v.CaseView)
        await shop.until(lambda state: state.screen.live)
        with pytest.raises(AssertionError):
            shop.tap("act")
    assert len(shop.paper.pieces) == printed
    await shop.books_are_right()


async def reprint(shop: Shop, clerk: Clerk, ending: Ending) -> None:
    await shop.until(lambda state: state.screen.found.store)
    await clerk.tap("case:0", v.CaseView)
    await shop.until(lambda state: state.screen.live)
    await clerk.tap("act", v.ReprintAsk)
    shop.tap("choice:torn")
    told = await clerk.tap_awake("act", Told)
    assert told.ending is ending
    await clerk.tap("done", v.Search)


async def test_hours_and_a_handover_at_the_real_service(shop: Shop) -> None:
    async with shop.open():
        clerk, other = await hired(shop), await hired(shop)
        await clerk.come_in()
        await clerk.tap("hours", s.Hours)
        told = await clerk.tap("clock:in", Told)
        assert told.ending is Ending.CLOCKED_IN
        await clerk.tap("done", door.StaffHome)

        await clerk.tap("handover", s.Handover)
        await shop.until(lambda state: state.screen.counts)
        shop.tap("note:keys_given")
        await clerk.tap("next", s.SecondBadge)
        shop.show(other.badge)
        await other.type_pin(s.SecondPin)
        await shop.screen(s.HandoverSign)
        shop.tap("sign:out")
        told = await clerk.tap("sign:in", Told)
        assert told.ending is Ending.HANDED_OVER
        await clerk.tap("done", door.StaffHome)
        assert await shop.chain.value("SELECT count(*) FROM handover") == 1
        assert await shop.chain.value("SELECT count(*) FROM time_entry") == 1


async def test_the_diagnostics_of_a_whole_kiosk(shop: Shop) -> None:
    async with shop.open():
        clerk = await hired(shop)
        await clerk.come_in()
        await clerk.tap("diagnostics", d.Diagnostics)
        seen = (await shop.until(lambda state: state.screen.seen)).screen.seen
        assert [check.part for check in seen.checks] == list(d.Part)
        shop.tap("network")
        told = (await shop.until(lambda state: state.screen.network)).screen.network
        assert told.figure.endswith(" ms")
