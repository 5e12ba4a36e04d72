"""`central member-code` and `central card`: what scanners read of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from PIL import Image
from pyzbar import pyzbar

from central.commands.member_code import new_slots
from central.demo_chain.people import MAIN
from tests.central.conftest import DemoChain
from tests.central_program import central, eventually, one_line, running
from wire.tokens import MemberCard, MemberCode, parse


@pytest.fixture
def connection(demo_chain: DemoChain) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with psycopg.connect(demo_chain.database.app) as opened:
        yield opened


@pytest.fixture
def keys(
    connection: "psycopg.Connection[tuple[object, ...]]",
) -> dict[int, Ed25519PublicKey]:
    """The service's public token keys, as a kiosk gets them."""
    rows = connection.execute("SELECT kid, public_key FROM token_key").fetchall()
    return {
        kid: Ed25519PublicKey.from_public_bytes(public)
        for kid, public in rows
        if isinstance(kid, int) and isinstance(public, bytes)
    }


def both_read(path: Path) -> str:
    """The one text that two independent decoders find in a picture."""
    with Image.open(path) as image:
        (by_zxing,) = zxingcpp.read_barcodes(image)
        (by_zbar,) = pyzbar.decode(image)
    assert by_zxing.text == by_zbar.data.decode()
    return by_zxing.text


class TestMemberCode:
    @pytest.mark.parametrize("named", [MAIN.number, MAIN.number[-5:], MAIN.display])
    def test_its_text_verifies(
        self, demo_chain: DemoChain, keys: dict[int, Ed25519PublicKey], named: str
    ) -> None:
        text = central(demo_chain.database.environment(), "member-code", named).stdout.rstrip("\n")
        assert len(text) == 122
        code = parse(text, keys)
        assert isinstance(code, MemberCode)
        assert code.is_fresh(datetime.now(UTC))
        assert code.balance == 12860

    def test_its_picture_is_the_text(
        self,
        demo_chain: DemoChain,
        connection: "psycopg.Connection[tuple[object, ...]]",
        keys: dict[int, Ed25519PublicKey],
        tmp_path: Path,
    ) -> None:
        png = tmp_path / "new" / "code.png"
        arguments = ("member-code", MAIN.number, "--png", str(png))
        text = central(demo_chain.database.environment(), *arguments).stdout.rstrip("\n")
        assert both_read(png) == text
        with Image.open(png) as image:
            assert image.size == (45 * 12, 45 * 12), "version 5 and 4 modules around it"
        code = parse(text, keys)
        assert isinstance(code, MemberCode)
        owner = connection.execute(
            "SELECT m.number FROM member m JOIN member_ref r ON r.member_id = m.id"
            " WHERE r.ref = %s",
            (code.ref,),
        ).fetchone()
        assert owner == (MAIN.number,)
        assert [p.name for p in png.parent.iterdir()] == ["code.png"]

    def test_watched_it_is_there_whole(self, demo_chain: DemoChain, tmp_path: Path) -> None:
        environment = demo_chain.database.environment()
        arguments = ("member-code", MAIN.number, "--watch", str(tmp_path / "phone"))
        with running(environment, tmp_path / "log", *arguments) as program:
            program.until_said("a fresh code")
            assert both_read(tmp_path / "phone" / "member-code.png").startswith("M2")
            eventually("it goes on", lambda: program.pid in program.processes(), 1)

    def test_watched_it_is_made_anew_with_each_slot(self) -> None:
        """A clock that moves 20 s with each look: every third look is a new minute."""
        start = datetime(2026, 11, 22, 4, 0, 50, tzinfo=UTC)
        looks = iter(range(100))
        pauses = []
        slots = new_slots(
            lambda: start + timedelta(seconds=20 * next(looks)), lambda: pauses.append(1)
        )
        made = [next(slots) for _ in range(4)]
        assert [f"{at:%M:%S}" for at in made] == ["00:50", "01:10", "02:10", "03:10"]
        assert len(pauses) == 7

    def test_nobody_of_that_name(self, demo_chain: DemoChain) -> None:
        for stranger in ("0000000000", "%%%%", "____", "210"):
            done = central(demo_chain.database.environment(), "member-code", stranger, status=1)
            assert f"no member {stranger!r}; there are 88001" in one_line(done)

    def test_more_than_one_of_that_name(
        self, demo_chain: DemoChain, connection: "psycopg.Connection[tuple[object, ...]]"
    ) -> None:
        shared = connection.execute(
            "SELECT display FROM member GROUP BY display HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        assert shared is not None
        name = str(shared[0])
        done = central(demo_chain.database.environment(), "member-code", name, status=1)
        told = one_line(done)
        assert f"{name!r} could be 88001" in told
        assert told.endswith("give the whole number")

    def test_a_picture_that_cannot_be_written(self, demo_chain: DemoChain, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        arguments = ("member-code", MAIN.number, "--png", str(tmp_path / "file" / "x.png"))
        done = central(demo_chain.database.environment(), *arguments, status=1)
        assert "cannot write" in one_line(done)

    def test_a_data_folder_without_the_private_key(
        self, demo_chain: DemoChain, tmp_path: Path
    ) -> None:
        arguments = ("member-code", MAIN.number, "--data", str(tmp_path))
        done = central(demo_chain.database.environment(), *arguments, status=1)
        assert "the private token key 1 cannot be read" in one_line(done)


class TestCard:
    def test_it_has_the_size_of_a_card_and_reads(
        self, demo_chain: DemoChain, keys: dict[int, Ed25519PublicKey], tmp_path: Path
    ) -> None:
        png = tmp_path / "card.png"
        arguments = ("card", MAIN.number, "--png", str(png))
        said = central(demo_chain.database.environment(), *arguments).stdout
        assert said.strip() == str(png)
        with Image.open(png) as image:
            assert (image.format, image.size) == ("PNG", (1012, 638))
            assert [round(dpi) for dpi in image.info["dpi"]] == [300, 300]
        card = parse(both_read(png), keys)
        assert isinstance(card, MemberCard)

    def test_nobody_of_that_name(self, demo_chain: DemoChain, tmp_path: Path) -> None:
        arguments = ("card", "0000000000", "--png", str(tmp_path / "card.png"))
        done = central(demo_chain.database.environment(), *arguments, status=1)
        assert "no member '0000000000'" in one_line(done)
        assert list(tmp_path.iterdir()) == []

    def test_a_picture_that_cannot_be_written(self, demo_chain: DemoChain, tmp_path: Path) -> None:
        arguments = ("card", MAIN.number, "--png", str(tmp_path / "none" / "card.png"))
        done = central(demo_chain.database.environment(), *arguments, status=1)
        assert "cannot write" in one_line(done)
