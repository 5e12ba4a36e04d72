"""What `bench.decode` and the film's benchmark count; the figures themselves are `make bench`."""

import os

import cv2
import numpy as np
import pytest

from bench import decode_images, decode_plot
from bench.decode_cpu import Pair
from bench.decode_curves import Missed, Point, Score, hold_up, measured, table, totals
from bench.decode_readers import OURS_NAME, PYZBAR, ZXING, new_readers
from bench.scanner_video import Heard, usage
from kiosk.devices.ports import ScannedCode
from kiosk.devices.scanner.messages import CameraState, Pulse
from tests.corpus.codes import Kind, qr
from tests.corpus.drawn import patch
from tests.corpus.faults import Faults, curve_named
from tests.corpus.scene import Shot


class TestLabelledPictures:
    def put(self, folder, name, content, label=None, suffix=".txt"):
        code = np.full((200, 300), 200, np.uint8)
        if content is not None:
            drawn = patch(qr(content), 4, Faults())
            code = np.pad(drawn, 40, constant_values=200)
        assert cv2.imwrite(str(folder / f"{name}.png"), code)
        if label is not None:
            (folder / f"{name}{suffix}").write_bytes(label)

    def test_right_wrong_and_nothing_are_told_apart(self, tmp_path):
        (tmp_path / "deep").mkdir()
        self.put(tmp_path, "right", "HELLO 1", b"HELLO 1\r\n")
        self.put(tmp_path / "deep", "bytes", b"caf\xe9\xff", b"caf\xe9\xff", ".bin")
        self.put(tmp_path, "wrong", "HELLO 2", b"HELLO 3")
        self.put(tmp_path, "unlabelled", "HELLO 4")
        self.put(tmp_path, "empty", None, b"HELLO 5")
        self.put(tmp_path, "negative", None)
        (tmp_path / "broken.png").write_bytes(b"no picture")

        tallies, count = decode_images.run(tmp_path)

        assert count == 6
        ours = tallies[OURS_NAME]
        assert (ours.correct, ours.wrong) == (2, 2)
        assert (tallies[ZXING].correct, tallies[ZXING].wrong) == (2, 2)
        assert tallies["union of all"].correct == 2
        assert "6 pictures" in decode_images.report(tmp_path)

    def test_a_label_is_compared_without_its_last_line_end_and_byte_order_mark(self, tmp_path):
        self.put(tmp_path, "a", "TWO\nLINES", b"\xef\xbb\xbfTWO\r\nLINES\r\n")

        assert decode_images.run(tmp_path)[0][OURS_NAME].correct == 1


class TestCurves:
    def test_a_code_that_is_held_well_is_read_by_all_in_the_first_frame(self):
        scores = {name: Score() for name in (OURS_NAME, PYZBAR, ZXING)}

        read_by = hold_up(Shot(Kind.M2, seed=1), 3, scores, new_readers())

        assert set(read_by) == scores.keys()
        for score in scores.values():
            assert (score.shots, score.first, score.within, score.frames) == (1, 1, 1, [1])
            assert len(score.cpu_ms) == 1

    def test_bars_are_acted_on_in_the_second_frame_by_ours(self):
        scores = {name: Score() for name in (OURS_NAME, PYZBAR, ZXING)}

        hold_up(Shot(Kind.EAN13, seed=1), 3, scores, new_readers())

        assert (scores[OURS_NAME].first, scores[OURS_NAME].frames) == (1, [2])
        assert scores[PYZBAR].frames == [1]

    def test_what_nobody_can_read_ends_a_curve_and_is_kept(self, monkeypatch):
        missed: list[Missed] = []
        curve = curve_named("defocus")
        monkeypatch.setattr(
            "bench.decode_curves.CURVES",
            (type(curve)("defocus", "px", "defocus", (20.0, 25.0), bars_levels=(20.0,)),),
        )
        monkeypatch.setattr("bench.decode_curves.GROUPS", {"QR": (Kind.M2,)})

        points = list(measured(1, 1, missed=missed))

        assert [point.level for point in points] == [20.0]
        assert [(miss.level, miss.read_by) for miss in missed] == [(20.0, ())]

    def points(self):
        curve = curve_named("size")
        return [
            Point(
                curve,
                "QR",
                level,
                {
                    OURS_NAME: Score(4, 2, 4, [1, 1, 2, 3], [3.0, 5.0]),
                    PYZBAR: Score(4, 1, 1, [1], [20.0]),
                    ZXING: Score(4, 0, 0, [], [10.0]),
                },
            )
            for level in curve.levels
        ]

    def test_the_table_has_a_line_for_each_level(self):
        points = self.points()

        lines = table(points).strip().splitlines()

        assert lines[0] == "QR: size (px per module)"
        assert len(lines) == 2 + len(points)
        assert "50%  100%    4.0 ms" in lines[2]
        assert f"{4 * len(points)}" in totals(points)

    def test_the_picture_is_drawn_without_a_display(self, tmp_path):
        path = tmp_path / "curves.png"

        decode_plot.draw(self.points(), "QR", path)

        assert cv2.imread(str(path)) is not None


def test_a_ratio_is_of_medians_or_of_means():
    pair = Pair([1.0, 2.0, 9.0], [10.0, 10.0, 10.0])

    assert pair.median("x", 0.5).ratio == pytest.approx(0.2)
    assert pair.mean("x", 0.5).ratio == pytest.approx(0.4)


async def test_what_the_scanner_tells_is_added_up():
    heard = Heard()

    heard.pulse(Pulse(CameraState.OPENING))
    assert not heard.begun.is_set()
    heard.pulse(Pulse(CameraState.READING, frames=3, decoded=2, decode_ms=(5.0, 7.0)))
    heard.pulse(Pulse(CameraState.READING, frames=9, decoded=8, decode_ms=(6.0,)))
    heard.code(ScannedCode("V1", "QRCode", 0.0))

    assert heard.begun.is_set()
    assert heard.first is not None
    assert heard.last is not None
    assert (heard.first.frames, heard.last.frames) == (3, 9)
    assert heard.decode_ms == [5.0, 7.0, 6.0]
    assert heard.codes[0][0] == "V1"


def test_the_usage_of_a_process_is_read():
    mine = usage(os.getpid())

    assert mine.cpu_s > 0
    assert 10 < mine.rss_mb < 10_000
