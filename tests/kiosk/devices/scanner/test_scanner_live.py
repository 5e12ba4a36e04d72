"""What counts as read from a camera: agreement, repeats, foreign codes."""

import numpy as np
import pytest

from kiosk.devices.camera.frame import Frame
from kiosk.devices.decoder.agreement import TwoFrames
from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.repeats import Repeats
from kiosk.devices.decoder.steps import Step, Table
from kiosk.devices.decoder.symbology import OURS


def frame(picture, mono_s):
    """Two pictures differ, as two pictures of a camera do."""
    return Frame(np.full((8, 8), picture, np.uint8), mono_s, picture)


@pytest.fixture
def member_code(drawing):
    return Reading(drawing.member_code().encode(), "QRCode")


@pytest.fixture
def bars(card):
    return Reading(card.encode(), "Code128")


def reader_of(*per_step):
    base = tuple(
        Step(str(i), "engine", lambda _, found=found: found) for i, found in enumerate(per_step)
    )
    return LiveReader(OURS, steps=Table(base, ()))


class TestAgreement:
    def test_a_qr_code_counts_at_once(self, member_code):
        assert reader_of([member_code]).read(frame(1, 0.0)) == [member_code]

    def test_bars_count_when_a_second_picture_says_the_same(self, bars):
        reader = reader_of([bars])
        assert reader.read(frame(1, 0.0)) == []
        assert reader.read(frame(2, 0.1)) == [bars]

    def test_the_same_picture_twice_proves_nothing(self, bars):
        reader = reader_of([bars], [bars])
        assert reader.read(frame(1, 0.0)) == []
        assert reader.read(frame(1, 0.1)) == []

    def test_the_same_pixels_delivered_twice_prove_nothing(self, bars):
        reader = reader_of([bars])
        pixels = np.zeros((8, 8), np.uint8)
        assert [reader.read(Frame(pixels.copy(), n / 15, n)) for n in range(5)] == [[]] * 5

    def test_another_number_in_between_does_not_agree(self, bars):
        other = Reading(b"200000000012", "Code128")
        two = TwoFrames()
        assert not two.agree(bars, 1, 0.0)
        assert not two.agree(other, 2, 0.1)
        assert two.agree(bars, 3, 0.2)

    def test_a_second_later_it_begins_anew(self, bars):
        two = TwoFrames(within_s=1.0)
        assert not two.agree(bars, 1, 0.0)
        assert not two.agree(bars, 2, 1.01)
        assert two.agree(bars, 3, 1.5)

    def test_bars_whose_check_digits_do_not_hold_never_count(self, card):
        wrong = Reading((card[:-1] + str((int(card[-1]) + 1) % 10)).encode(), "Code128")
        reader = reader_of([wrong])
        assert [reader.read(frame(n, n / 10)) for n in range(5)] == [[]] * 5

    def test_a_card_held_to_the_camera(self, drawing, card):
        """Real frames: the same card, a little moved."""
        reader = LiveReader(OURS)
        frames = [drawing.scene(drawing.bars("code128", card), angle) for angle in (1, 3)]
        found = [reader.read(Frame(luma, n / 15, n)) for n, luma in enumerate(frames)]
        assert [[r.text for r in readings] for readings in found] == [[], [card]]


class TestForeign:
    def test_a_foreign_qr_code_is_told_so_that_the_shopper_can_be(self):
        foreign = Reading(b"https://example.com", "QRCode")
        assert reader_of([foreign], [foreign]).read(frame(1, 0.0)) == [foreign]

    def test_foreign_bars_are_not(self):
        bottle = Reading(b"6901234567892", "EAN13")
        assert reader_of([bottle]).read(frame(1, 0.0)) == []

    def test_ours_beside_a_poster_wins_even_in_a_later_step(self, member_code):
        poster = Reading(b"https://example.com", "QRCode")
        assert reader_of([poster], [poster, member_code]).read(frame(1, 0.0)) == [member_code]

    def test_ours_ends_the_search(self, member_code):
        def never(_luma):
            pytest.fail("a step ran for nothing")

        base = (Step("first", "a", lambda _: [member_code]), Step("second", "b", never))
        reader = LiveReader(OURS, steps=Table(base, ()))
        assert reader.read(frame(1, 0.0)) == [member_code]


class TestRepeats:
    def test_the_same_code_is_ignored_for_three_seconds(self):
        repeats = Repeats()
        told = [at for at in np.arange(0, 10, 0.25) if repeats.is_news("a", float(at))]
        assert told == [0, 3, 6, 9]

    def test_a_different_one_is_taken_at_once(self):
        repeats = Repeats()
        sequence = [("a", 0.0), ("b", 0.05), ("a", 0.1), ("b", 0.2), ("c", 0.25), ("a", 3.0)]
        told = [text for text, at_s in sequence if repeats.is_news(text, at_s)]
        assert told == ["a", "b", "c", "a"]

    def test_nothing_is_remembered_longer_than_needed(self):
        repeats = Repeats()
        for n in range(1000):
            repeats.is_news(str(n), n / 10)
        assert len(repeats._told_s) <= 31
