"""The kiosk's real client against the real service: every endpoint that a kiosk uses.

Redemptions themselves are in tests/kiosk/crash, with the processes that are killed.
"""

import asyncio
import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from central.members import token_keys
from kiosk.__main__ import main
from kiosk.clock import ManualClock
from kiosk.config import load
from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.sync.catalogue import Catalogue, follow
from kiosk.sync.errors import ServiceRefused
from kiosk.sync.events import EventSender
from kiosk.sync.identity import load_identity
from kiosk.sync.snapshot import Snapshot
from tests.chain import Chain
from tests.kiosk.counter import Counter
from tests.kiosk.known_device import device
from wire.api.devices import EventType, Heartbeat
from wire.api.members import LookupRequest
from wire.errors import ErrorCode
from wire.ids import new_id
from wire.tokens import MemberCode, sign_member_code, slot_of

BOOT = "00000000-0000-4000-8000-000000000001"


async def test_the_signed_time_sets_a_clock_that_stands_in_1970(
    chain: Chain, counter: Counter
) -> None:
    clock = ManualClock(datetime(1970, 1, 1, tzinfo=UTC), anchored=False)
    async with device(chain, counter, clock) as (_, client):
        config = await client.config()  # signed in 1970, refused, anchored, signed anew
    assert config is not None
    wall = clock.wall()
    assert wall is not None
    assert abs((wall - datetime.now(UTC)).total_seconds()) < 60


async def test_configuration_is_sent_when_it_has_changed(chain: Chain, counter: Counter) -> None:
    async with device(chain, counter) as (_, client):
        config = await client.config()
        assert config is not None
        assert config.store.id == "S1"
        assert await client.config(config.rev) is None


async def test_the_catalogue_is_followed_and_pictures_are_what_they_say(
    chain: Chain, counter: Counter
) -> None:
    picture = b"a picture " + new_id().bytes
    sha256 = hashlib.sha256(picture).hexdigest()
    await chain.execute(
        "INSERT INTO reward_image (sha256, content) VALUES ($1, $2)", sha256, picture
    )
    async with device(chain, counter) as (_, client):
        first = await chain.reward(300, image_sha256=sha256)
        known = await follow(client, Catalogue())
        assert first in {item.id for item in known.items}
        assert await follow(client, known) is known
        second = await chain.reward(500)
        later = await follow(client, known)
        assert {item.id for item in later.items} - {item.id for item in known.items} == {second}
        assert await follow(client, Catalogue((), "999999999")) == later
        assert await client.image(sha256) == picture
        with pytest.raises(ServiceRefused):
            await client.image("0" * 64)


async def test_a_member_is_found_by_the_code_on_the_phone(chain: Chain, counter: Counter) -> None:
    member = await chain.member(1000)
    ref = await chain.ref(member)
    code = MemberCode(1, ref, slot_of(datetime.now(UTC)), 1000, 0)
    text = sign_member_code(token_keys.load(counter.database.data, 1), code)
    async with device(chain, counter) as (_, client):
        found = await client.lookup(LookupRequest(token=text))
        assert (found.spendable, found.session.read_only) == (1000, False)
        with pytest.raises(ServiceRefused) as refused:
            await client.lookup(LookupRequest(card=text))
        assert refused.value.problem.code


async def test_events_are_applied_once_and_in_order(
    chain: Chain, counter: Counter, tmp_path: Path
) -> None:
    clock = ManualClock(datetime.now(UTC))
    async with device(chain, counter, clock) as (id_, client):
        for life in ("first", "second"):  # the second journal knows nothing of the first
            journal = await Journal.open(tmp_path / life, clock, BOOT)
            for number in range(120):
                await journal.do(Book.tell, EventType.STARTED, {"n": number, "life": life})
            assert await EventSender(journal, client).round()
            await journal.close()
        rows = await chain.rows(
            "SELECT seq, payload FROM device_event WHERE device_id = $1 ORDER BY seq", id_
        )
    assert [row["seq"] for row in rows] == list(range(1, 241))


async def test_a_heartbeat_is_answered(chain: Chain, counter: Counter) -> None:
    heartbeat = Heartbeat(
        app="0.1.0",
        image="",
        uptime_s=1,
        queue_depth=0,
        last_acked=0,
        printer_state="ready",
        camera_ok=True,
        disk_free_mb=1000,
    )
    async with device(chain, counter) as (_, client):
        assert (await client.heartbeat(heartbeat)).next_s > 0


async def test_a_kiosk_that_nobody_knows_is_refused(chain: Chain, counter: Counter) -> None:
    async with device(chain, counter) as (id_, client):
        await chain.execute("UPDATE device SET revoked_at = now() WHERE id = $1", id_)
        with pytest.raises(ServiceRefused) as refused:
            await client.open_redemptions()
    assert refused.value.problem.code == ErrorCode.DEVICE_REVOKED


async def test_a_kiosk_enrols_itself_with_a_code_from_the_service(
    chain: Chain, counter: Counter, tmp_path: Path
) -> None:
    assert await chain.value("SELECT count(*) FROM programme")
    path = tmp_path / "kiosk.toml"
    url = f"http://127.0.0.1:{counter.port}"
    path.write_text(f'data_dir = "{tmp_path}/data"\n[service]\nurl = "{url}"\n')

    async def enrol(*arguments: str) -> Result:
        command = ["enrol", "--config", str(path), *arguments]
        return await asyncio.to_thread(CliRunner().invoke, main, command)

    code = await asyncio.to_thread(_enrol_code, counter, "kiosk")
    result = await enrol(code)
    assert result.exit_code == 0, result.output
    config = load(path)
    identity = load_identity(config.key_path, config.device_path)
    stored = await chain.value("SELECT public_key FROM device WHERE id = $1", identity.device_id)
    assert stored == identity.key.public_key().public_bytes_raw()
    settings = Snapshot(config.snapshot_dir).config()
    assert settings is not None
    assert f"enrolled as {settings.device_no} at S1" in result.stdout

    used = await enrol(code, "--again")
    assert (used.exit_code, "make a new one" in used.stderr) == (1, True)
    unknown = await enrol("ABCD2345", "--again")
    assert (unknown.exit_code, "does not know this code" in unknown.stderr) == (1, True)
    till = await enrol(await asyncio.to_thread(_enrol_code, counter, "till"), "--again")
    assert (till.exit_code, "for a till" in till.stderr) == (1, True)
    assert load_identity(config.key_path, config.device_path).device_id == identity.device_id


def _enrol_code(counter: Counter, role: str) -> str:
    command = [sys.executable, "-m", "central", "enrol-code", "S1", "--role", role]
    environment = os.environ | counter.database.environment()
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()
