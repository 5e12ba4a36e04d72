"""A picture as a burst of frames."""

import numpy as np
import pytest

from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.steps import Step, Table, table
from kiosk.devices.decoder.still import read_still
from kiosk.devices.decoder.symbology import OURS

BLANK = np.zeros((8, 8), np.uint8)
ITF = Reading(b"12345678", "ITF")


def of_steps(*said, engine=None):
    """A table of base steps, each of which reads what is said."""
    return Table(
        tuple(
            Step(str(n), engine or str(n), lambda _view, found=found: list(found))
            for n, found in enumerate(said)
        ),
        (),
    )


class TestAgreement:
    def test_a_weak_symbology_takes_two_engines(self):
        assert read_still(of_steps([ITF], [ITF]), BLANK, foreign=True).readings == (ITF,)
        assert read_still(of_steps([ITF], [ITF], engine="a"), BLANK, foreign=True).readings == ()

    def test_or_three_treatments(self):
        steps = of_steps([ITF], [ITF], [ITF], engine="a")
        assert read_still(steps, BLANK, foreign=True).readings == (ITF,)

    def test_another_text_does_not_agree(self):
        other = Reading(b"1234567890", "ITF")
        assert read_still(of_steps([ITF], [other]), BLANK, foreign=True).readings == ()


class TestBurst:
    @pytest.fixture
    def hard(self, drawing):
        """Too blurred for the base steps."""
        return drawing.scene(drawing.qr(drawing.member_code(), 4), 20, noise=4, blur=2)

    def test_treatments_read_what_the_base_steps_cannot(self, drawing, hard):
        steps = table(OURS)
        result = read_still(steps, hard)
        assert [r.text for r in result.readings] == [drawing.member_code()]
        assert result.runs[-1].name not in {step.name for step in steps.base}

    def test_one_frame_without_budget_gets_the_base_steps_and_one_treatment(self, drawing):
        steps = table(OURS)
        frame = drawing.scene(np.full((60, 60), 200, np.uint8), noise=6)
        result = read_still(steps, frame, budget_ms=0, frames=1)
        assert len(result.runs) == len(steps.base) + 1
        assert result.frames == 1

    def test_without_budget_each_further_frame_gets_one_treatment(self, drawing):
        steps = table(OURS)
        frame = drawing.scene(np.full((60, 60), 200, np.uint8), noise=6)
        result = read_still(steps, frame, budget_ms=0, frames=4)
        assert len(result.runs) == len(steps.base) + 4
        assert result.frames == 4

    def test_a_picture_larger_than_a_frame_is_looked_at_from_nearer(self, drawing):
        small = drawing.qr("a code that is small in a large picture", 1)
        large = drawing.scene(drawing.qr("a code that is small in a large picture", 3))
        frame = drawing.scene(small)
        assert read_still(table(None), frame, foreign=True, frames=1).readings == ()
        result = read_still(table(None), frame, closer=large, foreign=True)
        assert [r.text for r in result.readings] == ["a code that is small in a large picture"]


class TestTable:
    def test_symbologies_that_are_off_are_never_read(self, drawing, card):
        qr, bars = drawing.scene(drawing.qr(drawing.member_code())), drawing.bars("code128", card)
        assert read_still(table({"Code128"}), qr).readings == ()
        assert read_still(table({"QRCode", "EAN13"}), drawing.scene(bars)).readings == ()
        assert read_still(table({"QRCode"}), qr).readings
        assert read_still(table({"Code128"}), drawing.scene(bars)).readings

    def test_without_bars_there_are_no_treatments_for_bars(self):
        assert not [s for s in table({"QRCode"}).retries if not s.for_matrix]
        assert not [s for s in table({"EAN13"}).retries if not s.for_bars]

    def test_names_are_unique(self):
        names = [step.name for step in table(None).steps]
        assert len(names) == len(set(names))
