import asyncio
import json
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "flow"))

import sample

from kiosk.flow import event as e
from kiosk.flow.handle import HANDLERS, handle
from kiosk.flow.state import (
    Confirm,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    RefusalWay,
    Refused,
    Session,
)
from kiosk.headless import described, targets
from kiosk.headless_control import HeadlessControl


class Kiosk:
    """A state behind a socket; taps move it."""

    def __init__(self, path: Path) -> None:
        self.state = sample.state(now_s=100.0)
        self.path = path
        self.control = HeadlessControl(path, lambda: self.state, self.emit)

    def emit(self, happened: e.Event) -> None:
        self.state, _ = handle(self.state, happened)

    async def ask(self, line: bytes) -> dict:
        reader, writer = await asyncio.open_unix_connection(str(self.path))
        writer.write(line + b"\n")
        answer = await asyncio.wait_for(reader.readline(), 5)
        writer.close()
        return json.loads(answer)


@pytest.fixture
async def kiosk(tmp_path) -> AsyncIterator[Kiosk]:
    kiosk = Kiosk(tmp_path / "control")
    task = asyncio.create_task(kiosk.control.run())
    while not kiosk.path.exists():  # noqa: ASYNC110 - the file is the sign
        await asyncio.sleep(0)
    yield kiosk
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not kiosk.path.exists()


async def test_only_the_user_of_the_kiosk_may_steer_it(kiosk: Kiosk) -> None:
    assert stat.S_IMODE(kiosk.path.stat().st_mode) == 0o600


async def test_a_tap_does_what_a_touch_there_would(kiosk: Kiosk) -> None:
    assert (await kiosk.ask(b'{"state": true}'))["screen"] == "Attract"
    answer = await kiosk.ask(b'{"tap": "start"}')
    assert (answer["ok"], answer["screen"]) == (True, "Scan")
    assert (await kiosk.ask(b'{"tap": "language:en"}'))["language"] == "en"


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b"not json", "JSON"),
        (b'{"tap": "confirm"}', "nothing named confirm"),
        (b'{"touch": [1, 2]}', "no window"),
        (b'{"format": "disk"}', "unknown command"),
    ],
)
async def test_what_cannot_be_done_is_said(kiosk: Kiosk, line: bytes, word: str) -> None:
    assert word in (await kiosk.ask(line))["error"]


async def test_a_line_without_an_end_closes_the_connection_only(kiosk: Kiosk) -> None:
    reader, writer = await asyncio.open_unix_connection(str(kiosk.path))
    writer.write(b"x" * 10_000)
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    assert (await kiosk.ask(b'{"state": true}'))["screen"] == "Attract"


async def test_it_ends_while_a_client_is_connected(tmp_path) -> None:
    kiosk = Kiosk(tmp_path / "control")
    task = asyncio.create_task(kiosk.control.run())
    while not kiosk.path.exists():  # noqa: ASYNC110 - the file is the sign
        await asyncio.sleep(0)
    reader, writer = await asyncio.open_unix_connection(str(kiosk.path))
    writer.write(b'{"state": true}\n')
    await reader.readline()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    writer.close()


def home(**changes: object) -> KioskState:
    session = Session(sample.member(**changes), received_s=0.0, spendable=1000)
    return sample.state(screen=MemberHome(session), now_s=100.0)


def test_rewards_are_targets_in_the_order_of_the_grid() -> None:
    state = home()
    found = targets(state)
    assert found["item:0"] == e.ItemChosen(sample.item(1, 500).id)
    assert "item:2" not in found, "the third cannot be afforded and the filter hides it"
    assert "vouchers" not in found
    assert "vouchers" in targets(home(vouchers=[sample.waiting_voucher()]))


def test_confirm_is_a_target_only_when_a_tap_would_count() -> None:
    state, _ = handle(home(), e.ItemChosen(sample.item(1, 500).id))
    assert isinstance(state.screen, Confirm)
    assert "confirm" not in targets(state)
    assert "confirm" in targets(replace(state, now_s=state.screen.armed_at_s))


def test_the_ways_out_of_a_refusal_are_its_targets() -> None:
    message = described(sample.state())["message"]
    assert message is None
    refused = Refused(sample_message(), (RefusalWay.RETRY, RefusalWay.HOME), until_s=9.0)
    found = targets(sample.state(screen=refused))
    assert found["retry"] == e.Retried()
    assert found["continue"] == e.Continued()
    assert "end" not in found


def sample_message() -> Message:
    return Message(MessageCode.E_HOLD)


def test_every_target_is_an_event_that_the_flow_knows() -> None:
    for state in (sample.state(), home(vouchers=[sample.waiting_voucher()])):
        assert {type(event) for event in targets(state).values()} <= set(HANDLERS)
        assert json.dumps(described(state))


async def test_its_end_with_somebody_connected_is_no_error(tmp_path):
    """A kiosk that is stopped logs nothing that somebody would look into."""
    told: list[dict] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(context))
    kiosk = Kiosk(tmp_path / "control")
    task = asyncio.create_task(kiosk.control.run())
    while not kiosk.path.exists():  # noqa: ASYNC110 - the file is the sign
        await asyncio.sleep(0)
    reader, writer = await asyncio.open_unix_connection(str(kiosk.path))
    writer.write(b'{"state": true}\n')
    await asyncio.wait_for(reader.readline(), 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.wait_for(reader.read(), 5) == b""
    await asyncio.sleep(0)
    writer.close()
    assert told == []
