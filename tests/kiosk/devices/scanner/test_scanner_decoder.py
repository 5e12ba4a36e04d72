"""The decoder chain against drawn codes: what it reads, what it must never read."""

import cv2
import numpy as np
import pytest
import segno

from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.retries import run_step
from kiosk.devices.decoder.steps import Step, Table, table
from kiosk.devices.decoder.still import read_still
from kiosk.devices.decoder.symbology import OURS
from kiosk.devices.decoder.view import View
from kiosk.devices.decoder.zbar import Zbar
from kiosk.devices.decoder.zxing import Zxing


@pytest.fixture(scope="module")
def chain():
    return table(OURS)


def all_readings(chain, luma):
    view = View(luma)
    return [reading for step in chain.steps for reading in run_step(step, view).readings]


def steps_that_read(chain, luma, text):
    runs = [run_step(step, View(luma)) for step in chain.steps]
    return [run.name for run in runs if text in {r.text for r in run.readings}]


def of_steps(*steps):
    """A table of base steps (name, function) alone."""
    return Table(tuple(Step(name, name, read) for name, read in steps), ())


class TestMemberCodes:
    def test_each_step_reads_a_plain_one_byte_for_byte(self, chain, drawing):
        text = drawing.member_code()
        frame = drawing.scene(drawing.qr(text))
        upright = {s.name for s in chain.steps if s.for_matrix} - {"zbar inverted"}
        assert set(steps_that_read(chain, frame, text)) >= upright - {"zbar 45 degrees"}

    def test_at_every_angle(self, chain, drawing):
        text = drawing.member_code()
        frames = [drawing.scene(drawing.qr(text, 5), angle) for angle in range(0, 360, 15)]
        read = [any(r.text == text for r in read_still(chain, f).readings) for f in frames]
        assert sum(read) == 24

    @pytest.mark.parametrize(("px", "floor"), [(2, 7), (3, 8), (4, 8), (6, 8), (10, 8)])
    def test_at_many_sizes(self, chain, drawing, px, floor):
        """Pixels per module from far away to filling the window; 8 angles each."""
        text = drawing.member_code()
        frames = [drawing.scene(drawing.qr(text, px), angle) for angle in range(-12, 12, 3)]
        assert sum(bool(read_still(chain, f).readings) for f in frames) >= floor

    @pytest.mark.parametrize(("noise", "blur"), [(15, 0), (30, 0), (0, 1.5), (12, 1.2), (45, 0.8)])
    def test_noisy_and_blurred(self, chain, drawing, noise, blur):
        text = drawing.member_code()
        frames = [
            drawing.scene(drawing.qr(text, 5), angle, noise=noise, blur=blur)
            for angle in range(0, 40, 5)
        ]
        assert sum(bool(read_still(chain, f).readings) for f in frames) >= 7

    def test_a_trailing_space_is_part_of_the_text(self, chain, drawing):
        """base45 may end in one; M2's length would be wrong without it."""
        text = "M2" + "A" * 119 + " "
        frame = drawing.scene(drawing.qr(text))
        assert {r.text for r in all_readings(chain, frame)} == {text}
        assert [r.text for r in read_still(chain, frame).readings] == [text]


class TestCards:
    def test_code_128_and_ean_13(self, chain, drawing, card, card_ean):
        for kind, text, name in [("code128", card, "Code128"), ("ean13", card_ean[:12], "EAN13")]:
            expected = card_ean if kind == "ean13" else card
            for angle in (0, 2, -3, 5, 180):
                frame = drawing.scene(drawing.bars(kind, text), angle)
                readings = read_still(chain, frame).readings
                assert [(r.text, r.symbology) for r in readings] == [(expected, name)], angle

    def test_upright_bars_are_left_to_zbar(self, chain, drawing, card):
        """zxing's fast pass looks along rows only; both of zbar's look along columns too."""
        frame = drawing.scene(drawing.bars("code128", card), 90)
        read = steps_that_read(chain, frame, card)
        assert "zxing fast" not in read
        assert {"zbar half", "zbar straightened", "zxing full"} <= set(read)
        assert read_still(chain, frame).readings

    def test_an_ean_13_with_a_leading_zero_keeps_it(self, chain, drawing):
        frame = drawing.scene(drawing.bars("ean13", "012345678901"))
        assert {(r.text, r.symbology) for r in all_readings(chain, frame)} == {
            ("0123456789012", "EAN13")
        }

    def test_a_bottle_is_no_card(self, chain, drawing):
        frame = drawing.scene(drawing.bars("ean13", "690123456789"))
        assert all_readings(chain, frame)
        assert read_still(chain, frame).readings == ()

    def test_bars_read_by_one_step_only_do_not_count(self, card):
        reading = Reading(card.encode(), "Code128")
        luma = np.zeros((8, 8), np.uint8)
        once = of_steps(("a", lambda _: [reading]), ("b", lambda _: []))
        twice = of_steps(("a", lambda _: [reading]), ("b", lambda _: [reading]))
        assert read_still(once, luma).readings == ()
        assert read_still(twice, luma).readings == (reading,)


class TestOtherSymbologies:
    def test_what_is_on_no_card_of_ours_is_not_even_looked_for(self, chain, drawing):
        for kind, text in [("code39", "ABC123"), ("itf", "123456"), ("ean8", "1234567")]:
            assert all_readings(chain, drawing.scene(drawing.bars(kind, text))) == []

    def test_any_reads_foreign_ones_under_one_name(self, drawing):
        every = table(None)
        for kind, text, expected in [
            ("ean8", "1234567", {("12345670", "EAN8")}),
            ("code39", "ABC123", {("ABC123$", "Code39")}),
            ("codabar", "A123456A", {("A123456A", "Codabar")}),
        ]:
            frame = drawing.scene(drawing.bars(kind, text))
            result = read_still(every, frame, foreign=True)
            assert {(r.text, r.symbology) for r in result.readings} == expected, kind

    def test_any_keeps_ours_too(self, drawing, card_ean):
        every = table(None)
        frame = drawing.scene(drawing.bars("ean13", "012345678901"))
        assert [r.text for r in read_still(every, frame, foreign=True).readings] == [
            "0123456789012"
        ]
        frame = drawing.scene(drawing.bars("ean13", card_ean[:12]))
        assert [r.text for r in read_still(every, frame, foreign=True).readings] == [card_ean]


class TestBytes:
    @pytest.mark.parametrize(
        ("data", "text"),
        [
            ("积分 ≥ 1280 €".encode(), "积分 ≥ 1280 €"),
            ("ポイント".encode("shift_jis"), "ポイント"),
            (b"caf\xe9\xff", "caf\u00e9\u00ff"),
        ],
    )
    def test_utf_8_else_shift_jis_else_latin_1(self, data, text):
        assert Reading(data, "QRCode").text == text

    @pytest.mark.parametrize("data", [bytes(range(256)), b"\xff\xfe\x00\x01", "积分".encode()])
    def test_both_engines_give_the_bytes_as_they_are(self, drawing, data):
        frame = drawing.scene(drawing.qr(data, 4, mode="byte"))
        expected = [Reading(data, "QRCode")]
        assert Zbar(OURS).read(frame) == expected
        assert Zxing(OURS).read(frame) == expected


HOSTILE_TEXTS = [
    "'; DROP TABLE member; --",
    "%s%n%x {0.__class__} ${jndi:ldap://x}",
    "[color=ff0000][ref=x]M2[/ref][/color]",
    "\u202eM2\u202d\u0000\u0007\u001b[2J",
    "M2" + "A" * 119,
    "M2" + "a" * 120,
    "M2" + "A" * 120 + "\n",
    "M2" + "\uff21" * 120,
    "V1" + "U" * 16,
    "https://example.com/" + "x" * 2000,
]


class TestHostile:
    @pytest.mark.parametrize("which", range(len(HOSTILE_TEXTS)))
    def test_texts_come_through_and_are_not_ours(self, chain, drawing, which):
        text = HOSTILE_TEXTS[which]
        px = 5 if len(text) < 200 else 3
        frame = drawing.scene(drawing.qr(text, px, error="l", encoding="utf-8"))
        assert {r.text for r in all_readings(chain, frame)} == {text}
        assert read_still(chain, frame).readings == ()

    def test_the_largest_payload(self, chain, drawing):
        """Version 40-L: 4296 alphanumeric characters."""
        text = "M2" + "A" * 4294
        frame = drawing.scene(drawing.qr(text, 3, error="l"), frame=np.full((720, 1280), 90, "u1"))
        assert {r.text for r in all_readings(chain, frame)} == {text}
        assert read_still(chain, frame).readings == ()

    def test_structured_append(self, chain, drawing):
        """pyzbar.decode() raises ValueError on these."""
        for code in segno.make_sequence("A" * 300, symbol_count=4, error="m"):
            frame = drawing.scene(drawing.rendered(code, 4))
            all_readings(chain, frame)
            assert read_still(chain, frame).readings == ()

    def test_extended_channel_interpretation(self, chain, drawing):
        frame = drawing.scene(drawing.qr("积分".encode().decode(), 5, encoding="utf-8", eci=True))
        assert {r.text for r in all_readings(chain, frame)} == {"积分"}

    def test_damaged_codes_give_no_text_of_ours(self, chain, drawing):
        """Modules flipped at random under intact finder patterns."""
        text = drawing.member_code()
        clean = drawing.qr(text, 1)
        for damage in range(0, 60, 4):
            code = clean.copy()
            flips = drawing.random.random(code.shape) < 0.02 + damage * 0.006
            flips[:13, :13] = flips[:13, -13:] = flips[-13:, :13] = False
            code = np.where(flips, 255 - code, code)
            big = cv2.resize(code, None, fx=5, fy=5, interpolation=cv2.INTER_NEAREST)
            found = {r.text for r in read_still(chain, drawing.scene(big), frames=8).readings}
            assert found <= {text}

    def test_an_engine_that_raises_has_read_nothing(self, drawing):
        def broken(_luma):
            raise UnicodeDecodeError("utf-8", b"", 0, 1, "hostile")

        reading = Reading(drawing.member_code().encode(), "QRCode")
        chain = of_steps(("broken", broken), ("works", lambda _: [reading]))
        assert read_still(chain, np.zeros((8, 8), np.uint8)).readings == (reading,)

    @pytest.mark.parametrize("shape", [(1, 1), (2, 3), (720, 1), (1, 1280)])
    def test_frames_of_odd_forms(self, chain, shape):
        assert all_readings(chain, np.zeros(shape, np.uint8)) == []


class TestNegatives:
    def test_nothing_is_read_where_nothing_is(self, chain, drawing):
        frames = [drawing.shop() for _ in range(10)]
        frames += [drawing.random.integers(0, 256, (720, 1280), np.uint8) for _ in range(4)]
        frames += [np.full((720, 1280), shade, np.uint8) for shade in (0, 128, 255)]
        read = [read_still(chain, frame, foreign=True).readings for frame in frames]
        assert read == [()] * 17


class TestCost:
    def test_steps_after_the_one_that_read_are_not_run(self, drawing):
        reading = Reading(drawing.member_code().encode(), "QRCode")
        ran = []

        def step(name, found):
            return (name, lambda _: ran.append(name) or found)

        chain = of_steps(step("a", []), step("b", [reading]), step("c", [reading]))
        result = read_still(chain, np.zeros((8, 8), np.uint8))
        assert ran == ["a", "b"]
        assert result.cpu_ms > 0
