"""`central till`: a voucher at the counter, through the real API, by a till that enrols itself."""

import asyncio
import re
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from central.programme.use_conditions import UseConditions
from tests.service import Api, free_port
from wire import voucher_code
from wire.api.devices import Role


class Counter:
    """A till with a folder of its own, at the running service."""

    def __init__(self, api: Api, folder: Path) -> None:
        self._api = api
        self.folder = folder
        self.url = api.process.url

    async def says(self, verb: str, code: str, *options: str, status: int = 0) -> str:
        """What the command said, on either stream."""
        arguments = ("till", verb, code, "--url", self.url, "--data", str(self.folder), *options)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "central", *arguments),
            env=self._api.process.database.environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        said = out.decode()
        assert process.returncode == status, said
        assert "Traceback" not in said
        return said


@pytest.fixture
def counter(api: Api, tmp_path: Path) -> Counter:
    return Counter(api, tmp_path / "data")


async def voucher(api: Api) -> str:
    """The code on a freshly printed voucher."""
    made = (await api.printed()).voucher
    assert made is not None
    return made.code


async def test_checked_used_refused_restored_and_used_again(api: Api, counter: Counter) -> None:
    code = await voucher(api)
    assert (await counter.says("check", code)).startswith(f"usable: …{code[-4:]}  雨伞  ¥15.00")

    used = await counter.says("use", code)
    assert used.startswith(f"used: …{code[-4:]}")
    checked = await counter.says("check", code)
    assert "not usable (USED)" in checked

    refused = await counter.says("use", code, status=1)
    told = re.fullmatch(r"Error: refused: used before, (\S+ \S+)Z at store S1\n", refused)
    assert told is not None, refused
    at = datetime.strptime(told[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - at).total_seconds()) < 30
    assert f"used {told[1]}Z at S1" in used

    assert (await counter.says("restore", code)).startswith(f"restored: …{code[-4:]}")
    assert (await counter.says("check", code)).startswith("usable")
    assert (await counter.says("use", code)).startswith("used")
    assert await api.chain.value(
        "SELECT array_agg(e.kind ORDER BY e.at) FROM voucher_event e JOIN voucher v"
        " ON v.redemption_id = e.voucher_id WHERE v.code = $1 AND e.kind IN ('use', 'restore')",
        code,
    ) == ["use", "restore", "use"]


async def test_what_no_receipt_has_used_is_not_restored(api: Api, counter: Counter) -> None:
    told = await counter.says("restore", await voucher(api), status=1)
    assert told == "Error: refused: no receipt has used the voucher\n"


async def test_a_clerk_is_told_which_condition_fails(
    api: Api, counter: Counter, tmp_path: Path
) -> None:
    conditions = UseConditions(excluded_categories=("wine",)).json()
    made = (await api.printed(min_spend_fen=20000, use_conditions=conditions)).voucher
    assert made is not None
    lines = tmp_path / "basket.json"
    lines.write_text(
        '[{"sku": "A", "category": "tea", "net_fen": 15050},'
        ' {"sku": "B", "category": "wine", "net_fen": 9}]'
    )
    checked = await counter.says("check", made.code)
    assert "满 ¥200 可用 / On purchases of ¥200 or more\n" in checked
    assert "不适用于:wine / Not for: wine\n" in checked
    assert "not met" not in checked
    needed = "满 ¥200 可用 / On purchases of ¥200 or more (¥150.50 of it is there)"
    checked = await counter.says("check", made.code, "--basket", str(lines))
    assert checked.startswith("not usable (see below): ")
    assert f"not met: {needed}\n" in checked
    refused = await counter.says("use", made.code, "--basket", str(lines), status=1)
    assert refused == f"Error: refused: {needed}\n"
    lines.write_text('[{"sku": "A", "category": "tea", "net_fen": 20000}]')
    assert (await counter.says("use", made.code, "--basket", str(lines))).startswith("used")
    lines.write_text('{"sku": "A"}')
    said = await counter.says("check", made.code, "--basket", str(lines), status=1)
    assert said.startswith(f"Error: {lines} is no list of lines: Expected `array`")


async def test_the_same_receipt_and_line_is_the_same_use(api: Api, counter: Counter) -> None:
    code = await voucher(api)
    receipt = ("--pos", "2", "--receipt", "R-7", "--line", "3")
    first = await counter.says("use", code, *receipt)
    assert await counter.says("use", code, *receipt) == first
    another = await counter.says("use", code, "--pos", "2", "--receipt", "R-7", status=1)
    assert "used before" in another
    elsewhere = await counter.says("restore", code, "--receipt", "R-8", status=1)
    assert elsewhere.startswith("Error: refused: ")
    assert "restored" in await counter.says("restore", code, *receipt)


@pytest.mark.parametrize("receipt", ["收据-7/№ 12:3", "長" * 90], ids=["signs", "long"])
async def test_a_receipt_may_be_written_in_any_script(
    api: Api, counter: Counter, receipt: str
) -> None:
    code = await voucher(api)
    options = ("--pos", "甲", "--receipt", receipt)
    first = await counter.says("use", code, *options)
    assert first.startswith("used")
    assert await counter.says("use", code, *options) == first
    assert "restored" in await counter.says("restore", code, *options)
    assert (await counter.says("use", code, *options)).startswith("used")
    assert "not usable (USED)" in await counter.says("check", code)


async def test_a_colon_in_a_receipt_is_no_other_till(api: Api, counter: Counter) -> None:
    """`1:2` + `3` and `1` + `2:3` are two receipts and have two keys."""
    for pos, receipt in (("1:2", "3"), ("1", "2:3")):
        code = await voucher(api)
        used = await counter.says("use", code, "--pos", pos, "--receipt", receipt)
        assert used.startswith("used")


async def test_however_it_is_typed(api: Api, counter: Counter) -> None:
    code = await voucher(api)
    typed = "-".join(code[i : i + 4] for i in range(0, 16, 4)).lower()
    for form in (typed, f"V1{code}"):
        assert "usable" in await counter.says("check", form)


async def test_a_mistyped_code_is_told_before_anybody_is_asked(counter: Counter) -> None:
    """With a hint, without a service, and without counting against the till."""
    counter.url = f"http://127.0.0.1:{free_port()}"
    code = voucher_code.generate()
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else "0" * 15 + "1"
    assert "type it again" in await counter.says("check", swapped, status=1)
    hint = await counter.says("check", "O" + code[1:], status=1)
    assert "no letter O; is it 0?" in hint
    assert "16 symbols, this has 3" in await counter.says("use", "7K3", status=1)


async def test_a_code_that_does_not_exist(counter: Counter) -> None:
    refused = await counter.says("check", voucher_code.generate(), status=1)
    assert refused.startswith("Error: refused: ")


async def test_it_enrols_itself_once_and_keeps_its_key_to_itself(
    api: Api, counter: Counter
) -> None:
    tills = "SELECT count(*) FROM device WHERE role = 'till'"
    before = await api.chain.value(tills)
    code = await voucher(api)
    for _ in range(2):
        await counter.says("check", code)
    assert await api.chain.value(tills) == before + 1
    folder = counter.folder / "till"
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (folder, *folder.iterdir())}
    assert modes == {"till": 0o700, "key.pem": 0o600, "device.json": 0o600}


async def test_a_revoked_till_says_how_to_begin_anew(api: Api, counter: Counter) -> None:
    code = await voucher(api)
    await counter.says("check", code)
    await api.chain.execute(
        "UPDATE device SET revoked_at = now() WHERE number = (SELECT number FROM device"
        " WHERE role = $1 ORDER BY enrolled_at DESC LIMIT 1)",
        Role.TILL.value,
    )
    folder = counter.folder / "till"

    async def refused() -> str:
        while True:  # within 2 s, says another test; the time limit of this one ends it
            said = await counter.says("use", code, status=1)
            if said.startswith("Error: refused: "):
                return said

    assert f"remove {folder} and this till enrols itself anew" in await refused()
    for kept in folder.iterdir():
        kept.unlink()
    folder.rmdir()
    assert (await counter.says("check", code)).startswith("usable")


async def test_a_broken_key_says_how_to_begin_anew(api: Api, counter: Counter) -> None:
    code = await voucher(api)
    await counter.says("check", code)
    (counter.folder / "till" / "key.pem").write_bytes(b"")
    said = await counter.says("check", code, status=1)
    assert said.count("\n") == 1
    assert "enrols itself anew" in said


async def test_a_folder_that_cannot_be_written(api: Api, counter: Counter) -> None:
    counter.folder.mkdir()
    (counter.folder / "till").write_text("")
    said = await counter.says("check", await voucher(api), status=1)
    assert f"the till's folder {counter.folder / 'till'} cannot be written" in said


async def test_no_service(api: Api, counter: Counter) -> None:
    code = await voucher(api)
    await counter.says("check", code)
    counter.url = f"http://127.0.0.1:{free_port()}"
    said = await counter.says("check", code, status=1)
    assert f"no answer from {counter.url}" in said
    assert said.endswith("is `central serve` running there?\n")
    assert code not in said
