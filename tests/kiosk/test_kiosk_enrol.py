"""`kiosk enrol`: a key made here, kept here; each refusal with a way out."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.__main__ import main
from kiosk.clock import ManualClock
from kiosk.config import KioskConfig, load
from kiosk.journal.book import Book
from kiosk.journal.journal import Journal
from kiosk.sync.identity import load_identity
from kiosk.sync.snapshot import Snapshot
from tests.fault_proxy import FaultProxy, What
from tests.kiosk.kiosk_half import BOOT
from tests.kiosk.small_service import NOW, SmallService
from wire.ids import new_id


@dataclass
class Bench:
    """A kiosk on a technician's bench."""

    path: Path
    service: SmallService
    proxy: FaultProxy

    @property
    def config(self) -> KioskConfig:
        return load(self.path)

    async def enrol(self, *arguments: str) -> Result:
        command = ["enrol", "--config", str(self.path), *arguments]
        return await asyncio.to_thread(CliRunner().invoke, main, command)

    def files(self) -> dict[str, bytes]:
        folder = self.config.data_dir
        return {name: (folder / name).read_bytes() for name in ("key.pem", "device.json")}


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with SmallService().running() as service:
        proxy = FaultProxy(service.port)
        async with proxy.running():
            path = tmp_path / "kiosk.toml"
            path.write_text(
                f'data_dir = "{tmp_path}/data"\n[service]\nurl = "{proxy.url}"\ntimeout_s = 1\n'
            )
            yield Bench(path, service, proxy)


async def test_a_kiosk_becomes_known(bench: Bench) -> None:
    result = await bench.enrol("GOOD")
    assert result.exit_code == 0, result.output
    assert "enrolled as K07 at S1" in result.stdout
    config = bench.config
    assert stat.S_IMODE(config.key_path.stat().st_mode) == 0o600
    identity = load_identity(config.key_path, config.device_path)
    assert str(identity.device_id) in result.stdout
    settings = Snapshot(config.snapshot_dir).config()
    assert settings is not None
    assert settings.device_no == "K07"
    assert b"PRIVATE" not in config.device_path.read_bytes()


async def test_a_new_device_counts_from_one(bench: Bench) -> None:
    await bench.enrol("GOOD")
    journal = await Journal.open(bench.config.journal_path, ManualClock(NOW), BOOT)
    assert not await journal.do(Book.must_ask_open)
    assert (await journal.do(Book.begin, new_id(), new_id(), 300)).device_seq == 1
    await journal.close()


async def test_it_is_not_enrolled_twice_by_accident(bench: Bench) -> None:
    await bench.enrol("GOOD")
    before = bench.files()
    result = await bench.enrol("GOOD2")
    assert result.exit_code == 1
    assert "--again" in result.stderr
    assert bench.files() == before


async def test_again_makes_another_key(bench: Bench) -> None:
    await bench.enrol("GOOD")
    before = bench.files()
    assert (await bench.enrol("GOOD2", "--again")).exit_code == 0
    after = bench.files()
    assert after["key.pem"] != before["key.pem"]
    assert after["device.json"] != before["device.json"]


async def test_again_waits_for_redemptions_of_the_present_identity(bench: Bench) -> None:
    await bench.enrol("GOOD")
    before = bench.files()
    journal = await Journal.open(bench.config.journal_path, ManualClock(NOW), BOOT)
    await journal.do(Book.begin, new_id(), new_id(), 300)
    await journal.close()
    result = await bench.enrol("GOOD2", "--again")
    assert result.exit_code == 1
    assert "1 redemptions" in result.stderr
    assert bench.files() == before


REFUSALS = {
    "BAD": (1, "does not know this code"),
    "USED": (1, "central enrol-code"),
    "TILL": (1, "for a till"),
}


@pytest.mark.parametrize("code", list(REFUSALS))
@pytest.mark.parametrize("again", [False, True])
async def test_a_code_that_is_refused_says_what_to_do(
    bench: Bench, code: str, *, again: bool
) -> None:
    if again:
        await bench.enrol("GOOD")
        before = bench.files()
    status, words = REFUSALS[code]
    result = await bench.enrol(code, *(["--again"] if again else []))
    assert result.exit_code == status
    assert words in result.stderr
    if again:
        assert bench.files() == before, "the old identity must still work"
    else:
        assert not bench.config.device_path.exists()


async def test_an_answer_that_was_lost_is_given_again(bench: Bench) -> None:
    bench.proxy.suffer(What.LOSE_ANSWER, path=".*/enrol", times=2)
    first = await bench.enrol("GOOD")
    assert first.exit_code == os.EX_UNAVAILABLE
    assert "service.url" in first.stderr
    assert (await bench.enrol("GOOD")).exit_code == 0


async def test_somebody_else_answers(bench: Bench) -> None:
    bench.proxy.suffer(What.SERVER_ERROR, times=None)
    result = await bench.enrol("GOOD")
    assert result.exit_code == os.EX_PROTOCOL
    assert "does not answer like a points service" in result.stderr


async def test_nobody_answers(bench: Bench) -> None:
    bench.proxy.down = True
    result = await bench.enrol("GOOD")
    assert result.exit_code == os.EX_UNAVAILABLE
    assert bench.proxy.url in result.stderr


async def test_a_configuration_that_cannot_be_had_yet_does_not_undo_it(bench: Bench) -> None:
    bench.proxy.suffer(What.SERVER_ERROR, path=".*/config", times=None)
    result = await bench.enrol("GOOD")
    assert result.exit_code == 0
    assert "first start" in result.stderr
    assert bench.config.device_path.exists()


async def test_a_folder_that_cannot_be_written(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    result = await bench.enrol("GOOD")
    assert result.exit_code == os.EX_CANTCREAT
    assert "cannot be written" in result.stderr
    assert bench.service.enrolled == {}, "the code is not spent"
