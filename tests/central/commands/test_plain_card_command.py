"""`central plain-card`: numbers on record, and bars that scanners read."""

from collections.abc import Iterator
from pathlib import Path

import barcode  # type: ignore[import-untyped]  # has no types
import psycopg
import pytest
import zxingcpp
from PIL import Image
from pyzbar import pyzbar

from central.demo_chain.people import MAIN
from central.members.card_bars import Bars, picture, widths
from tests.central.conftest import DemoChain
from tests.central_program import central, one_line
from wire import plain_card

Connection = psycopg.Connection[tuple[object, ...]]


def card(stem: int) -> str:
    return str(stem) + plain_card.check_digits(str(stem))


@pytest.fixture
def connection(demo_chain: DemoChain) -> Iterator[Connection]:
    """Without the cards of the test before."""
    with psycopg.connect(demo_chain.database.owner, autocommit=True) as opened:
        opened.execute("DELETE FROM plain_card")
        yield opened


def owners(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT c.number, m.number, c.blocked_at IS NOT NULL FROM plain_card c"
        " JOIN member m ON m.id = c.member_id ORDER BY 1"
    ).fetchall()


class TestAdd:
    def test_it_is_the_members_from_then_on(
        self, demo_chain: DemoChain, connection: Connection, tmp_path: Path
    ) -> None:
        number, png = card(2000000421), tmp_path / "card.png"
        words = ("plain-card", "add", MAIN.number[-5:], number)
        said = central(demo_chain.database.environment(), *words, "--png", str(png)).stdout
        assert said == f"{number} is now a card of {MAIN.number}\n{png}\n"
        assert owners(connection) == [(number, MAIN.number, False)]
        with Image.open(png) as image:
            (read,) = zxingcpp.read_barcodes(image)
        assert read.text == number
        again = central(demo_chain.database.environment(), *words).stdout
        assert again == f"{number} is already a card of {MAIN.number}\n"
        assert len(owners(connection)) == 1

    def test_an_ean_is_known_by_its_twelve(
        self, demo_chain: DemoChain, connection: Connection
    ) -> None:
        number = card(2000000422)
        ean = number + plain_card.ean_check_digit(number)
        central(demo_chain.database.environment(), "plain-card", "add", MAIN.number, ean)
        assert owners(connection) == [(number, MAIN.number, False)]

    def test_a_card_of_somebody_else_is_taken(
        self, demo_chain: DemoChain, connection: Connection
    ) -> None:
        number = card(2000000423)
        connection.execute(
            "INSERT INTO plain_card (number, member_id)"
            " SELECT %s, id FROM member WHERE number <> %s ORDER BY number LIMIT 1",
            (number, MAIN.number),
        )
        before = owners(connection)
        words = ("plain-card", "add", MAIN.number, number)
        told = one_line(central(demo_chain.database.environment(), *words, status=1))
        assert f"{number} is already taken: it is a card of {before[0][1]}" in told
        assert owners(connection) == before

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("2000000421", "lacks its check digits: a card that begins with 2000000421 is"),
            ("200000042187", "has check digits that do not fit"),
            ("200000042168", "is 200000042186 (as EAN-13 2000000421865)"),
            ("2000000421866", "has check digits that do not fit"),
            ("200000048200", "is 200000048297"),  # 00 leaves the remainder of 97
            ("200000051401", "is 200000051498"),
            ("6901234567892", "is no plain card: twelve digits, the first a 2"),
            ("20000004218x", "is no plain card"),
            ("２00000042186", "is no plain card"),
            ("", "is no plain card"),
        ],
    )
    def test_a_number_that_is_none(
        self, demo_chain: DemoChain, connection: Connection, typed: str, told: str
    ) -> None:
        words = ("plain-card", "add", MAIN.number, typed)
        assert told in one_line(central(demo_chain.database.environment(), *words, status=1))
        assert owners(connection) == []

    def test_nobody_of_that_name(self, demo_chain: DemoChain, connection: Connection) -> None:
        words = ("plain-card", "add", "0000000000", card(2000000424))
        done = central(demo_chain.database.environment(), *words, status=1)
        assert "no member '0000000000'" in one_line(done)
        assert owners(connection) == []


def test_blocked_and_found_again(demo_chain: DemoChain, connection: Connection) -> None:
    environment, number = demo_chain.database.environment(), card(2000000425)
    nobody = one_line(central(environment, "plain-card", "block", number, status=1))
    assert f"no member has the card {number}" in nobody
    central(environment, "plain-card", "add", MAIN.number, number)
    for _ in range(2):
        central(environment, "plain-card", "block", number)
        assert owners(connection) == [(number, MAIN.number, True)]
    words = ("plain-card", "add", MAIN.number, number)
    assert "is blocked since 20" in one_line(central(environment, *words, status=1))
    central(environment, "plain-card", "unblock", number)
    assert owners(connection) == [(number, MAIN.number, False)]


class TestBars:
    @pytest.mark.parametrize("kind", list(Bars))
    def test_the_command_draws_a_card_that_two_decoders_read(
        self, kind: Bars, tmp_path: Path
    ) -> None:
        number, png = card(2000000426), tmp_path / "card.png"
        central({}, "plain-card", "draw", number, "--png", str(png), "--bars", kind.value)
        with Image.open(png) as image:
            assert (image.format, image.size) == ("PNG", (1012, 638))
            assert [round(dpi) for dpi in image.info["dpi"]] == [300, 300]
            (by_zxing,) = zxingcpp.read_barcodes(image)
            (by_zbar,) = pyzbar.decode(image)
        assert by_zxing.text == by_zbar.data.decode()
        assert plain_card.looks_ours(by_zxing.text)
        assert by_zxing.text[:12] == number
        assert by_zxing.format.name == {"code128": "Code128", "ean13": "EAN13"}[kind.value]

    def test_every_pair_and_digit_is_drawn_as_another_library_does(self) -> None:
        stems = [int(f"2{p:02d}{(p * 37 + 11) % 10**7:07d}") for p in range(100)]
        seen = set()
        for number in map(card, stems):
            for kind in Bars:
                (line,) = barcode.get(kind.value, number).build()
                ours = widths(number, kind)
                drawn = "".join("10"[i % 2] * int(width) for i, width in enumerate(ours))
                assert drawn == line, (number, kind)
            seen |= {number[at : at + 2] for at in range(0, 12, 2)}
        assert len(seen) == 100, "all pairs of Code 128's set C"

    @pytest.mark.parametrize("kind", list(Bars))
    def test_there_is_a_quiet_zone(self, kind: Bars) -> None:
        """11 modules of nothing on the left, the widest that either standard asks for."""
        image = picture(card(2000000427), kind)
        dark = image.point(lambda shade: 255 - shade)
        left, _, right, _ = dark.getbbox() or (0, 0, 0, 0)
        module = (right - left) / sum(map(int, widths(card(2000000427), kind)))
        assert module == int(module)
        assert min(left, image.width - right) >= 10 * module

    def test_a_picture_that_cannot_be_written(self, tmp_path: Path) -> None:
        words = ("plain-card", "draw", card(2000000428), "--png", str(tmp_path / "none" / "x.png"))
        assert "cannot write" in one_line(central({}, *words, status=1))
