"""Retries: in turn over successive frames, within a budget for each and on average."""

import gc
import weakref
from functools import cache

import numpy as np
import pytest

from kiosk.devices.camera.frame import Frame
from kiosk.devices.decoder import cues
from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.retries import BURST_FRAMES, RATE, RECENT_FRAMES
from kiosk.devices.decoder.steps import Step, Table
from kiosk.devices.decoder.symbology import OURS

FPS = 15
FRAMES = 40


class Work:
    """CPU time that steps use up as they are told to, and a note of what ran on what."""

    def __init__(self):
        self.now_s = 0.0
        self.ran = []

    def cpu_s(self):
        return self.now_s

    def step(self, name, cost_ms, read=(), **options):
        def work(view):
            self.now_s += cost_ms / 1000
            self.ran.append((name, view))
            return read(view) if callable(read) else list(read)

        return Step(name, name, work, for_bars=False, **options)


@pytest.fixture
def work():
    return Work()


@pytest.fixture
def held(drawing):
    """A code held before the camera, a little unsteady: frame n, with more or less blur."""

    code = drawing.qr(drawing.member_code(), 4)

    @cache
    def drawn(turn, blur):
        return drawing.scene(code, 10 + turn, noise=4, blur=blur)

    def frame(n, blur=0.0):
        return Frame(drawn(n % 3, blur), n / FPS, n)

    return frame


def reader_of(work, retries, budget_ms=28.0):
    base = (work.step("base", 3),)
    table = Table(base, tuple(retries))
    return LiveReader(OURS, budget_ms=budget_ms, steps=table, cpu_s=work.cpu_s)


def names(reader):
    return [run.name for run in reader.last.runs][1:]


def test_every_treatment_comes_to_its_turn_within_a_few_frames(work, held):
    reader = reader_of(work, [work.step(str(n), 10) for n in range(8)])
    seen = []
    for n in range(8):
        reader.read(held(n))
        seen.append(names(reader))
    assert {name for frame in seen for name in frame} == {str(n) for n in range(8)}
    order = [name for frame in seen for name in frame]
    assert order[:8] == [str(n) for n in range(8)]


def test_no_frame_costs_more_than_its_budget_and_one_treatment(work, held):
    reader = reader_of(work, [work.step(str(n), 9) for n in range(8)], budget_ms=28)
    for n in range(FRAMES):
        before_s = work.now_s
        reader.read(held(n))
        assert (work.now_s - before_s) * 1000 <= 28 + 9


def test_a_slow_machine_gets_through_all_of_them_too_one_in_a_frame(work, held):
    reader = reader_of(work, [work.step(str(n), 60) for n in range(4)], budget_ms=28)
    seen = []
    for n in range(4 * FPS):
        reader.read(held(n))
        seen.append(names(reader))
    assert max(len(frame) for frame in seen) == 1
    assert {name for frame in seen for name in frame} == {"0", "1", "2", "3"}


def test_a_scene_that_only_looks_like_codes_may_not_cost_that_for_ever(work, held):
    reader = reader_of(work, [work.step(str(n), 5) for n in range(30)], budget_ms=28)
    spent_ms = []
    for n in range(20 * FPS):
        reader.read(held(n))
        spent_ms.append(sum(run.cpu_ms for run in reader.last.runs[1:]))
    assert max(spent_ms) > 15
    burst_ms, rate_ms = BURST_FRAMES * 28, RATE * 28 * 20
    assert sum(spent_ms) <= burst_ms + rate_ms + 28
    assert sum(spent_ms[-2 * FPS :]) <= 2 * RATE * 28 + 28


def test_after_a_pause_a_held_up_code_has_a_whole_burst_again(work, held):
    reader = reader_of(work, [work.step(str(n), 5) for n in range(30)], budget_ms=28)
    seen = [reader_run(reader, held, n) for n in range(10 * FPS)]
    later = [reader_run(reader, held, n) for n in range(40 * FPS, 40 * FPS + BURST_FRAMES)]
    assert sum(later) > 3 * sum(seen[-BURST_FRAMES:])


def reader_run(reader, held, n):
    reader.read(held(n))
    return len(names(reader))


def test_what_read_something_goes_first_on_the_next_frame(work, held, card):
    """Bars count when two frames agree, and the step that read them is the one to ask."""
    bars = Reading(card.encode(), "Code128")
    steps = [work.step(str(n), 9) for n in range(6)]
    steps.insert(1, work.step("reads", 9, [bars]))
    reader = reader_of(work, steps)
    found = [reader.read(held(n)) for n in range(2)]
    assert found == [[], [bars]]
    assert names(reader) == ["reads"]


def test_dear_treatments_go_to_the_sharpest_of_the_recent_frames(work, held):
    reader = reader_of(work, [work.step("dear", 27, dear=True), work.step("any", 27)])
    blurs = [1.2, 0.0, 1.2]
    frames = [held(n, blur) for n, blur in enumerate(blurs)]
    for frame in frames:
        reader.read(frame)
    dear = [view for name, view in work.ran if name == "dear"]
    left, top = dear[1].origin
    height, width = dear[1].luma.shape
    assert np.array_equal(dear[1].luma, frames[1].luma[top : top + height, left : left + width])


def test_the_same_treatment_is_never_done_twice_to_the_same_pixels(work, held):
    reader = reader_of(work, [work.step(str(n), 1, dear=n % 2 == 0) for n in range(5)])
    for n in range(12):
        reader.read(held(n))
    done = [(name, id(view)) for name, view in work.ran if name != "base"]
    assert len(done) == len(set(done))


def test_a_still_picture_gets_further_treatments_in_every_frame(work, held):
    reader = reader_of(work, [work.step(str(n), 12) for n in range(6)])
    still = held(0)
    seen = []
    for n in range(6):
        reader.read(Frame(still.luma, n / FPS, still.picture))
        seen += [run.name for run in reader.last.runs if run.name != "base"]
    assert sorted(seen) == [str(n) for n in range(6)]


def test_nothing_of_older_frames_is_kept(work, held):
    reader = reader_of(work, [work.step(str(n), 1) for n in range(3)])
    kept = []
    for n in range(12):
        frame = held(n)
        reader.read(frame)
        kept += [weakref.ref(view) for name, view in work.ran if name != "base"]
        work.ran.clear()
    del frame
    gc.collect()
    assert len({id(ref()) for ref in kept if ref() is not None}) <= RECENT_FRAMES * 2


def test_whoever_stood_there_for_long_still_has_a_code_read(work, held):
    """Somebody in a striped coat moves for ten seconds: the purse is empty. Then a phone."""
    reader = reader_of(work, [work.step(str(n), 6) for n in range(14)])
    for n in range(10 * FPS):
        reader.read(held(n))
    ran = set()
    for n in range(10 * FPS, 14 * FPS):
        reader.read(held(n))
        ran.update(names(reader))
    assert ran == {str(n) for n in range(14)}


def test_looking_alone_never_uses_up_what_treatments_need(work, held, monkeypatch):
    """Where looking costs more than a frame's share, it happens more seldom."""
    find = cues.find

    def dear_find(view, known=()):
        work.now_s += 0.006
        return find(view, known)

    monkeypatch.setattr(cues, "find", dear_find)
    reader = reader_of(work, [work.step(str(n), 6) for n in range(8)])
    for n in range(20 * FPS):
        reader.read(held(n))
    work.ran.clear()
    for n in range(20 * FPS, 24 * FPS):
        reader.read(held(n))
    assert {name for name, _ in work.ran} >= {str(n) for n in range(8)}


def test_one_that_nobody_can_pay_for_holds_up_nobody(work, held):
    steps = [work.step("huge", 900)] + [work.step(str(n), 9) for n in range(4)]
    reader = reader_of(work, steps)
    for n in range(20 * FPS):
        reader.read(held(n))
    done = [name for name, _ in work.ran]
    assert min(done.count(str(n)) for n in range(4)) > 5
    assert done.count("huge") <= 3


def test_a_budget_smaller_than_any_treatment_still_gets_through_them(work, held):
    reader = reader_of(work, [work.step(str(n), 9) for n in range(4)], budget_ms=2)
    for n in range(60 * FPS):
        reader.read(held(n))
    assert {name for name, _ in work.ran} == {"base", "0", "1", "2", "3"}


def test_a_still_picture_gets_every_treatment_on_a_slow_machine_too(work, held):
    reader = reader_of(work, [work.step(str(n), 60) for n in range(8)])
    still = held(0)
    for n in range(60 * FPS):
        reader.read(Frame(still.luma, n / FPS, still.picture))
    assert {name for name, _ in work.ran} == {"base", *map(str, range(8))}


def test_when_the_camera_rests_nothing_is_kept(work, held):
    reader = reader_of(work, [work.step(str(n), 1) for n in range(3)])
    for n in range(6):
        reader.read(held(n))
    kept = [weakref.ref(view) for name, view in work.ran if name != "base"]
    work.ran.clear()
    reader.forget()
    gc.collect()
    assert [ref() for ref in kept if ref() is not None] == []


def test_what_was_read_in_a_frame_before_is_told_with_its_time(work, held, drawing):
    ours = Reading(drawing.member_code().encode(), "QRCode")
    sharp, soft = held(0), held(1, 1.2)

    def reads_late(_view):
        return [ours] if len(work.ran) > 2 else []

    reader = reader_of(work, [work.step("dear", 27, reads_late, dear=True)])
    reader.read(sharp)
    found = [reader.read(Frame(soft.luma, n / FPS, n)) for n in (1, 2)]
    assert [ours] in found
    assert reader.last.taken_s <= 2 / FPS


def test_a_treatment_that_raises_has_read_nothing(work, held, drawing):
    def broken(_view):
        raise MemoryError("hostile")

    ours = Reading(drawing.member_code().encode(), "QRCode")
    reader = reader_of(work, [work.step("broken", 1, broken), work.step("works", 1, [ours])])
    assert reader.read(held(0)) == [ours]


def test_no_treatments_where_nothing_looks_like_a_code(work):
    reader = reader_of(work, [work.step("never", 1)])
    for n in range(5):
        reader.read(Frame(np.full((720, 1280), 90 + n * 20, np.uint8), n / FPS, n))
    assert {name for name, _ in work.ran} == {"base"}
