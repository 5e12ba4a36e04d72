"""`central staff` and `central rolls`: what an office does beside the running service."""

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from central.members import token_keys
from central.staff.pins import PinTooEasy, PinVerifier, generated, require_hard
from tests.central.conftest import DemoChain
from tests.central_program import central, one_line
from tests.service import Api, SignedDevice, answered, refused
from wire.api.devices import Event, EventBatch, EventsAnswer, Heartbeat, HeartbeatAnswer
from wire.api.staff import (
    ClockDirection,
    ClockRequest,
    Login,
    LoginRequest,
    RemovedRoll,
    RollAnswer,
    RollChange,
)
from wire.errors import ErrorCode
from wire.ids import new_id
from wire.tokens import StaffBadge, parse

Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def connection(demo_chain: DemoChain) -> Iterator[Connection]:
    with psycopg.connect(demo_chain.database.owner, autocommit=True) as opened:
        yield opened


def staff_no() -> str:
    return f"T{new_id().int % 10**8}"


def run(demo_chain: DemoChain, *words: str, status: int = 0) -> "subprocess.CompletedProcess[str]":
    return central(demo_chain.database.environment(), "staff", *words, status=status)


def added(demo_chain: DemoChain, *more: str) -> str:
    number = staff_no()
    where = more or ("--store", "S0101")
    run(demo_chain, "add", number, "--name", "李小红", *where)
    return number


def read(demo_chain: DemoChain, text: str) -> StaffBadge:
    keys = {1: token_keys.load(demo_chain.database.data, 1).public_key()}
    badge = parse(text, keys)
    assert isinstance(badge, StaffBadge)
    return badge


class TestAdd:
    def test_only_a_masked_name_is_kept(
        self, demo_chain: DemoChain, connection: Connection
    ) -> None:
        number = staff_no()
        words = ("add", number.lower(), "--name", "李小红", "--role", "manager")
        said = run(demo_chain, *words, "--store", "S0101", "--store", "S0102").stdout
        assert said == f"{number} (李**, manager) is on record\n"
        (row,) = connection.execute(
            "SELECT s::text FROM staff s WHERE staff_no = %s", (number,)
        ).fetchall()
        assert "小" not in str(row)
        line = next(line for line in run(demo_chain, "list").stdout.splitlines() if number in line)
        assert "李**" in line
        assert "manager" in line
        assert "S0101 S0102" in line
        assert line.endswith("no badge                no PIN")
        assert number not in run(demo_chain, "list", "--store", "S0103").stdout

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("E0101", "--name", "李", "--store", "S0101"), "the staff number E0101 is taken"),
            (("x y", "--name", "李", "--store", "S0101"), "is no staff number"),
            (("N1", "--name", " ", "--store", "S0101"), "a name is needed"),
            (("N1", "--name", "李", "--store", "S9"), "there is no store 'S9'; known: S0101"),
        ],
    )
    def test_what_cannot_be_added(
        self, demo_chain: DemoChain, words: tuple[str, ...], told: str
    ) -> None:
        assert told in one_line(run(demo_chain, "add", *words, status=1))

    def test_where_somebody_works_must_be_said(self, demo_chain: DemoChain) -> None:
        for words in ((), ("--store", "S0101", "--every-store")):
            done = run(demo_chain, "add", "N1", "--name", "李", *words, status=2)
            assert "either --store or --every-store" in done.stderr


class TestChange:
    def test_another_store(self, demo_chain: DemoChain) -> None:
        number = added(demo_chain)
        run(demo_chain, "change", number, "--store", "S0102", "--store", "S0103")
        assert number not in run(demo_chain, "list", "--store", "S0101").stdout
        assert number in run(demo_chain, "list", "--store", "S0103").stdout
        run(demo_chain, "change", number, "--every-store")
        assert "every store" in listed(demo_chain, number)

    def test_another_role_needs_another_badge(self, demo_chain: DemoChain) -> None:
        number = added(demo_chain)
        assert run(demo_chain, "change", number, "--role", "it").stderr == ""
        run(demo_chain, "badge", number)
        done = run(demo_chain, "change", number, "--role", "manager")
        assert done.stdout == f"{number} (李**, manager) is changed\n"
        assert f"`central staff badge {number} --replace`" in done.stderr
        badge = read(demo_chain, run(demo_chain, "badge", number, "--replace").stdout.strip())
        assert badge.role == 2

    def test_a_store_that_is_none_changes_nothing(self, demo_chain: DemoChain) -> None:
        number = added(demo_chain)
        before = listed(demo_chain, number)
        words = ("change", number, "--role", "it", "--store", "S9")
        assert "there is no store 'S9'" in one_line(run(demo_chain, *words, status=1))
        assert listed(demo_chain, number) == before
        for nothing in ((), ("--store", "S0101", "--every-store")):
            run(demo_chain, "change", number, *nothing, status=2)


def listed(demo_chain: DemoChain, number: str) -> str:
    return next(line for line in run(demo_chain, "list").stdout.splitlines() if number in line)


class TestBadge:
    def test_a_card_that_two_decoders_read(self, demo_chain: DemoChain, tmp_path: Path) -> None:
        number, png = added(demo_chain), tmp_path / "badge.png"
        done = run(demo_chain, "badge", number, "--png", str(png))
        text = done.stdout.removesuffix("\n")
        badge = read(demo_chain, text)
        assert (badge.version, badge.role) == (1, 1)
        assert (badge.last_day - datetime.now(UTC).date()).days in (364, 365, 366)
        assert f"badge 1 of {number} (李**), good through {badge.last_day}" in done.stderr
        with Image.open(png) as image:
            assert image.size == (638, 1012)
            assert [round(dpi) for dpi in image.info["dpi"]] == [300, 300]
            (by_zxing,) = zxingcpp.read_barcodes(image)
            (by_zbar,) = pyzbar.decode(image)
        assert by_zxing.text == by_zbar.data.decode() == text

    def test_as_svg(self, demo_chain: DemoChain, tmp_path: Path) -> None:
        number, svg = added(demo_chain), tmp_path / "badge.svg"
        run(demo_chain, "badge", number, "--svg", str(svg))
        written = svg.read_text("utf-8")
        assert 'width="54.0mm" height="85.6mm"' in written
        assert number in written
        assert "李**" in written
        assert 'viewBox="0 0 45 45"' in written, "version 5 with its quiet zone"

    def test_again_it_is_the_same_until_it_is_replaced(self, demo_chain: DemoChain) -> None:
        number = added(demo_chain)
        first = run(demo_chain, "badge", number, "--days", "30").stdout
        assert run(demo_chain, "badge", number).stdout == first
        newer = run(demo_chain, "badge", number, "--replace").stdout
        one, two = read(demo_chain, first.strip()), read(demo_chain, newer.strip())
        assert (one.staff, one.version + 1) == (two.staff, two.version)
        assert two.last_day > one.last_day

    def test_an_expired_one(self, demo_chain: DemoChain, connection: Connection) -> None:
        number = added(demo_chain)
        run(demo_chain, "badge", number)
        connection.execute(
            "UPDATE staff SET badge_last_day = '2026-01-01' WHERE staff_no = %s", (number,)
        )
        told = one_line(run(demo_chain, "badge", number, status=1))
        assert "has expired: make a new one with --replace" in told
        run(demo_chain, "badge", number, "--replace")

    def test_of_nobody(self, demo_chain: DemoChain) -> None:
        told = one_line(run(demo_chain, "badge", "X999", status=1))
        assert "nobody with the number 'X999'; there are E0101, E0102" in told

    def test_a_file_that_cannot_be_written(self, demo_chain: DemoChain, tmp_path: Path) -> None:
        for option in ("--png", "--svg"):
            target = str(tmp_path / "none" / "x")
            done = run(demo_chain, "badge", "E0101", option, target, status=1)
            assert f"Error: cannot write {target}: No such file" in done.stderr


class TestPin:
    def test_generated_it_is_told_once_and_kept_as_argon2id(
        self, demo_chain: DemoChain, connection: Connection
    ) -> None:
        number = added(demo_chain)
        pin = run(demo_chain, "pin", number, "--generate").stdout.strip()
        require_hard(pin)
        ((kept,),) = connection.execute(
            "SELECT pin_hash FROM staff WHERE staff_no = %s", (number,)
        ).fetchall()
        assert str(kept).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert pin not in str(kept)
        assert asyncio.run(PinVerifier().fits(str(kept), pin))
        assert run(demo_chain, "pin", number, "--generate").stdout.strip() != pin

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            (("804162", "804162"), "has a new PIN"),
            (("804162", "804163", "517395", "517395"), "do not match"),
            (("123456", "123456"), "too easy to guess"),
            (("80416", "80416"), "a PIN is 6 digits"),
        ],
    )
    def test_typed_twice_and_not_shown(
        self, demo_chain: DemoChain, typed: tuple[str, ...], told: str
    ) -> None:
        """At a real terminal."""
        number = added(demo_chain)
        said = at_terminal(demo_chain, ("staff", "pin", number), typed)
        assert told in said
        assert all(each not in said for each in typed)

    @pytest.mark.parametrize(
        "pin", ["123456", "654321", "000000", "121212", "123123", "112211", "12345", "１２３４５６"]
    )
    def test_too_easy(self, pin: str) -> None:
        with pytest.raises(PinTooEasy):
            require_hard(pin)

    def test_made_up_ones_are_not(self) -> None:
        made = {generated() for _ in range(200)}
        assert len(made) > 190
        for pin in made:
            require_hard(pin)


def at_terminal(demo_chain: DemoChain, words: tuple[str, ...], typed: tuple[str, ...]) -> str:
    """What a terminal shows while a command asks and somebody types."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(  # noqa: S606  # the terminal is the point
            sys.executable,
            [sys.executable, "-m", "central", *words],
            demo_chain.database.environment(),
        )
    said, answers = b"", list(typed)
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        said += part
        if part.rstrip().endswith(b":") and answers:
            os.write(terminal, answers.pop(0).encode() + b"\n")
    os.close(terminal)
    os.waitpid(pid, 0)
    return said.decode()


async def says(api: Api, *words: str) -> str:
    """What a command beside the service says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "central", *words),
        env=api.process.database.environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


async def hired(api: Api) -> tuple[str, str, str]:
    """Number, badge and PIN of somebody new at S1, all by commands."""
    number = staff_no()
    await says(api, "staff", "add", number, "--name", "李小红", "--store", "S1")
    badge = (await says(api, "staff", "badge", number)).strip()
    pin = (await says(api, "staff", "pin", number, "--generate")).strip()
    return number, badge, pin


async def logged_in(api: Api, badge: str, pin: str) -> Login:
    answer = await api.kiosk.post("/v1/staff/login", LoginRequest(badge, pin))
    return answered(answer, Login)


async def test_from_the_office_to_the_kiosk_and_out_again(api: Api) -> None:
    number, badge, pin = await hired(api)
    told = await logged_in(api, badge, pin)
    assert told.display == "李**"
    await says(api, "staff", "leave", number)
    answer = await api.kiosk.post("/v1/staff/login", LoginRequest(badge, pin))
    refused(answer, ErrorCode.BADGE_INVALID)
    clock = ClockRequest(told.staff_token, ClockDirection.IN, datetime.now(UTC))
    refused(await api.kiosk.post("/v1/staff/clock", clock), ErrorCode.STAFF_SESSION_EXPIRED)
    line = next(x for x in (await says(api, "staff", "list")).splitlines() if number in x)
    assert "has left" in line
    await says(api, "staff", "return", number)
    await logged_in(api, badge, pin)


async def test_a_blocked_pin_is_listed_and_set_anew(api: Api) -> None:
    number, badge, pin = await hired(api)
    ref = (await logged_in(api, badge, pin)).staff_ref
    await api.chain.execute(
        "UPDATE staff SET pin_blocked_at = now() WHERE ref = $1", bytes.fromhex(ref)
    )
    answer = await api.kiosk.post("/v1/staff/login", LoginRequest(badge, pin))
    assert refused(answer, ErrorCode.STAFF_PIN_LOCKED).until is None
    assert "PIN blocked" in next(
        x for x in (await says(api, "staff", "list")).splitlines() if number in x
    )
    fresh = (await says(api, "staff", "pin", number, "--generate")).strip()
    await logged_in(api, badge, fresh)


async def test_where_wrong_pins_have_locked_somebody(api: Api) -> None:
    number, badge, pin = await hired(api)
    ref = bytes.fromhex((await logged_in(api, badge, pin)).staff_ref)
    await api.chain.execute(
        "INSERT INTO staff_try (id, staff_id, device_id, key, at, open, badge_version)"
        " SELECT gen_random_uuid(), $1, $2, $3 || n, now() - n * interval '1 h', false, 1"
        " FROM generate_series(1, 10) AS n",
        ref,
        api.kiosk.id,
        number,
    )
    refused(
        await api.kiosk.post("/v1/staff/login", LoginRequest(badge, pin)),
        ErrorCode.STAFF_PIN_LOCKED,
    )
    kiosk = await api.chain.value("SELECT number FROM device WHERE id = $1", api.kiosk.id)
    until = datetime.now(UTC) + timedelta(hours=14)
    line = next(x for x in (await says(api, "staff", "list")).splitlines() if number in x)
    assert f"PIN set, locked at {kiosk} until {until:%Y-%m-%d}" in line
    await api.chain.execute(
        "INSERT INTO staff_try (id, staff_id, device_id, key, at, open, badge_version)"
        " SELECT gen_random_uuid(), $1, $2, $3 || n, now() - n * interval '1 min', false, 1"
        " FROM generate_series(11, 29) AS n",
        ref,
        (await api.device()).id,
        number,
    )
    other = await api.device()
    wrong = LoginRequest(badge, "111222")
    refused(await other.post("/v1/staff/login", wrong), ErrorCode.STAFF_PIN_LOCKED)
    line = next(x for x in (await says(api, "staff", "list")).splitlines() if number in x)
    assert f"PIN blocked since {datetime.now(UTC):%Y-%m-%d}" in line
    last = await api.chain.value("SELECT number FROM device WHERE id = $1", other.id)
    assert line.endswith(f" at {last}")


async def test_hours(api: Api) -> None:
    number, badge, pin = await hired(api)
    ref = bytes.fromhex((await logged_in(api, badge, pin)).staff_ref)
    for began, ended, review in (
        ("2026-11-02 09:00+08", "2026-11-02 13:30+08", False),
        ("2026-11-03 22:00+08", "2026-11-04 06:15+08", False),
        ("2026-11-05 09:00+08", "2026-11-06 01:00+08", True),
        ("2026-12-01 00:00+08", "2026-12-01 08:00+08", False),
    ):
        await api.chain.execute(
            "INSERT INTO time_entry (id, staff_id, store_id, started_at, ended_at, device_in_id,"
            f" review) VALUES ($1, $2, 'S1', '{began}', '{ended}', $3, $4)",
            new_id(),
            ref,
            api.kiosk.id,
            review,
        )
    said = await says(api, "staff", "hours", "--from", "2026-11-01", "--to", "2026-11-30")
    mine = [line for line in said.splitlines() if line.startswith(number)]
    odd = "for review: over 16 hours, not counted"
    assert mine == [
        f"{number:10}李**  S1      2026-11-02  09:00-13:30    4:30",
        f"{number:10}李**  S1      2026-11-03  22:00-06:15 +1d8:15",
        f"{number:10}李**  S1      2026-11-05  09:00-01:00 +1d16:00  {odd}",
        f"{number}: 12:45 in 2 entries, 1 for review",
    ]
    assert number not in await says(
        api, "staff", "hours", "--from", "2026-11-01", "--to", "2026-11-30", "--store", "S2"
    )


async def tell(device: SignedDevice, number: int, type_: str) -> None:
    event = Event(number, new_id(), type_, datetime.now(UTC), 1, new_id(), {})
    answered(await device.post("/v1/devices/me/events", EventBatch([event])), EventsAnswer)


async def test_rolls_and_a_kiosk_whose_paper_is_low(api: Api) -> None:
    number, badge, pin = await hired(api)
    login = await logged_in(api, badge, pin)
    serial = f"R{new_id().int % 10**9}"
    for each, removed in (
        (f"{serial}a", None),
        (f"{serial}b", RemovedRoll(f"{serial}a", 1500, 41, 40, difference=1)),
    ):
        change = RollChange(
            id=new_id(),
            staff_ref=login.staff_ref,
            login=login.login,
            at=datetime.now(UTC),
            roll_serial=each,
            length_mm=30_000,
            removed=removed,
            seconds=52,
        )
        answer = await api.kiosk.post("/v1/devices/me/rolls", change, change.id)
        assert answered(answer, RollAnswer).predicted_vouchers == 250
    heartbeat = Heartbeat(
        app="0.1.0",
        image="",
        uptime_s=1,
        queue_depth=0,
        last_acked=0,
        paper_mm_left=2_400,
        printer_state="ready",
        camera_ok=True,
        disk_free_mb=1000,
    )
    answer = await api.kiosk.post("/v1/devices/me/heartbeat", heartbeat)
    answered(answer, HeartbeatAnswer)
    await tell(api.kiosk, 1, "paper_low")
    lines = {
        line.split()[2]: line
        for line in (await says(api, "rolls", "--store", "S1")).splitlines()
        if serial in line
    }
    loaded, used_up = lines[f"{serial}b"], lines[f"{serial}a"]
    assert f"by {number}  in 52 s  in, 2.4 m left  LOW since " in loaded
    assert "1.5 m left  printed 41, issued 40  REVIEW: printed_not_issued" in used_up
    assert serial not in await says(api, "rolls", "--store", "S2")
    assert " 2.4 m LOW " in await device_line(api)
    await tell(api.kiosk, 2, "paper_ok")
    assert "LOW" not in await device_line(api)
    assert "LOW" not in next(
        line for line in (await says(api, "rolls", "--all")).splitlines() if f"{serial}b" in line
    )


async def device_line(api: Api) -> str:
    said = await says(api, "device", "list")
    return next(line for line in said.splitlines() if line.endswith(str(api.kiosk.id)))
