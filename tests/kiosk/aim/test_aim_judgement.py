"""The lights and the one thing to do, from figures alone."""

from dataclasses import replace

import pytest

from kiosk import aim
from kiosk.aim import (
    NOTHING,
    WAITING,
    Advice,
    CodeSeen,
    Light,
    Limits,
    Measurement,
    Meter,
    Verdict,
    judge,
)

CODE = CodeSeen(
    outline=((0.4, 0.3), (0.6, 0.3), (0.6, 0.6), (0.4, 0.6)),
    span=0.4,
    squareness=0.97,
    px_per_module=5.6,
)
GOOD = Measurement(
    width=1280,
    height=720,
    fps=15.0,
    mean=121.0,
    dark=0.0,
    bright=0.01,
    glare=0.0,
    sharpness=0.74,
    busy=0.8,
    rate=1.0,
    code=CODE,
)
EMPTY = replace(GOOD, code=None, rate=0.0, busy=0.1, sharpness=None)


def code(**changes: object) -> Measurement:
    return replace(GOOD, code=replace(CODE, **changes))


def moved(dx: float, dy: float) -> Measurement:
    return code(outline=tuple((x + dx, y + dy) for x, y in CODE.outline))


ROWS = [
    (None, Advice.NO_CAMERA, Light.RED),
    (replace(EMPTY, mean=3.0, dark=0.95), Advice.BLACK, Light.RED),
    (replace(EMPTY, mean=22.0), Advice.TOO_DARK, Light.AMBER),
    (replace(EMPTY, mean=11.0, dark=0.3), Advice.TOO_DARK, Light.RED),
    (replace(GOOD, mean=55.0), Advice.TOO_DARK, Light.AMBER),
    (replace(GOOD, mean=30.0), Advice.TOO_DARK, Light.RED),
    (replace(GOOD, mean=200.0), Advice.TOO_BRIGHT, Light.AMBER),
    (replace(GOOD, mean=222.0), Advice.TOO_BRIGHT, Light.RED),
    (replace(EMPTY, mean=240.0), Advice.TOO_BRIGHT, Light.AMBER),
    (replace(GOOD, glare=0.04), Advice.GLARE, Light.AMBER),
    (replace(GOOD, glare=0.2), Advice.GLARE, Light.RED),
    (replace(EMPTY, glare=0.4), Advice.GLARE, Light.AMBER),
    (replace(GOOD, fps=6.0), Advice.SLOW, Light.AMBER),
    (replace(GOOD, sharpness=0.5), Advice.OUT_OF_FOCUS, Light.AMBER),
    (replace(GOOD, sharpness=0.3), Advice.OUT_OF_FOCUS, Light.RED),
    (replace(EMPTY, sharpness=0.3, busy=0.6), Advice.OUT_OF_FOCUS, Light.RED),
    (EMPTY, Advice.HOLD_CARD, Light.AMBER),
    (replace(EMPTY, sharpness=0.9, busy=0.6), Advice.HOLD_CARD, Light.AMBER),
    # The shop behind an empty window is blurred, as it should be.
    (replace(EMPTY, sharpness=0.3, busy=0.1), Advice.HOLD_CARD, Light.AMBER),
    (code(span=0.9), Advice.TOO_NEAR, Light.AMBER),
    (code(span=0.99), Advice.TOO_NEAR, Light.RED),
    (code(px_per_module=3.5), Advice.TOO_FAR, Light.AMBER),
    (code(px_per_module=2.5), Advice.TOO_FAR, Light.RED),
    (code(squareness=0.6), Advice.TILTED, Light.AMBER),
    (moved(-0.3, 0), Advice.OFF_CENTRE, Light.AMBER),
    (moved(0, 0.5), Advice.OFF_CENTRE, Light.AMBER),
    (replace(GOOD, rate=0.6), Advice.UNSTEADY, Light.AMBER),
    (replace(GOOD, rate=0.2), Advice.UNSTEADY, Light.RED),
    (GOOD, Advice.DONE, Light.GREEN),
    (code(px_per_module=None), Advice.DONE, Light.GREEN),  # bars have no modules to count
]


@pytest.mark.parametrize(("measured", "advice", "light"), ROWS)
def test_table(measured: Measurement | None, advice: Advice, light: Light) -> None:
    verdict = judge(measured)
    assert (verdict.advice, verdict.overall) == (advice, light)


def test_every_advice_is_reachable() -> None:
    reached = {judge(measured).advice for measured, _, _ in ROWS}
    assert reached | {WAITING.advice} == set(Advice)


def test_the_most_important_thing_comes_first() -> None:
    """All that is wrong at once, mended one by one in the order of the advice."""
    wrong = replace(
        code(px_per_module=2.0, squareness=0.5, span=0.99, outline=moved(-0.3, 0).code.outline),
        mean=2.0,
        dark=0.99,
        glare=0.3,
        fps=2.0,
        sharpness=0.2,
        rate=0.3,
    )
    steps = [
        {"dark": 0.0},
        {"mean": 121.0},
        {"glare": 0.0},
        {"fps": 15.0},
        {"sharpness": 0.8},
        {"code": replace(wrong.code, span=0.4)},
        {"code": replace(wrong.code, span=0.4, px_per_module=6.0)},
        {"code": replace(wrong.code, span=0.4, px_per_module=6.0, squareness=0.9)},
        {"code": CODE},
        {"rate": 1.0},
    ]
    told = [judge(wrong).advice]
    for step in steps:
        wrong = replace(wrong, **step)
        told.append(judge(wrong).advice)
    assert told == [
        Advice.BLACK,
        Advice.TOO_DARK,
        Advice.GLARE,
        Advice.SLOW,
        Advice.OUT_OF_FOCUS,
        Advice.TOO_NEAR,
        Advice.TOO_FAR,
        Advice.TILTED,
        Advice.OFF_CENTRE,
        Advice.UNSTEADY,
        Advice.DONE,
    ]


def test_four_px_per_module_are_green() -> None:
    """screens.md, I3."""
    lights = {
        size: judge(code(px_per_module=size)).meters[Meter.SIZE] for size in (2.9, 3.0, 3.9, 4.0)
    }
    assert lights == {2.9: Light.RED, 3.0: Light.AMBER, 3.9: Light.AMBER, 4.0: Light.GREEN}


def test_what_is_not_there_is_neither_good_nor_bad() -> None:
    verdict = judge(EMPTY)
    off = {meter for meter, light in verdict.meters.items() if light is Light.OFF}
    assert off == {Meter.SIZE, Meter.SHARPNESS, Meter.RATE}
    assert set(NOTHING.meters.values()) == {Light.OFF}


class TestHysteresis:
    def judged(self, values: list[float]) -> list[Verdict]:
        verdict, verdicts = WAITING, []
        for value in values:
            verdict = judge(code(px_per_module=value), verdict)
            verdicts.append(verdict)
        return verdicts

    def test_a_light_does_not_flicker_around_its_limit(self) -> None:
        around = [4.05, 3.95, 4.02, 3.9, 4.01, 3.86, 4.1, 3.95]
        lights = [v.meters[Meter.SIZE] for v in self.judged(around)]
        assert lights == [Light.GREEN] * len(around)

    def test_nor_does_it_turn_green_before_its_limit(self) -> None:
        lights = [v.meters[Meter.SIZE] for v in self.judged([3.5, 3.95, 3.99, 4.0, 3.84])]
        assert lights == [*[Light.AMBER] * 3, Light.GREEN, Light.AMBER]

    @pytest.mark.parametrize(
        ("limits", "values", "lights"),
        [
            (Limits(3, 4), [5, 3.9, 3.7, 2.9, 2.7, 2.9, 3.0], "GGAARRA"),
            (Limits(215, 190), [100, 194, 196, 218, 221, 217, 215], "GGAARRA"),
        ],
    )
    def test_up_and_down(self, limits: Limits, values: list[float], lights: str) -> None:
        margin = 0.2 if limits.green > limits.amber else 5
        light, seen = Light.OFF, ""
        for value in values:
            light = limits.light(value, light, margin)
            seen += light.name[0]
        assert seen == lights

    def test_one_odd_measurement_does_not_change_the_advice(self) -> None:
        verdict = judge(GOOD, judge(GOOD))
        odd = judge(EMPTY, verdict)
        assert odd.advice is Advice.DONE
        assert judge(GOOD, odd).advice is Advice.DONE
        assert judge(EMPTY, odd).advice is Advice.HOLD_CARD

    def test_two_odd_ones_that_differ_do_not_either(self) -> None:
        verdict = judge(EMPTY, judge(GOOD))
        assert judge(replace(GOOD, fps=3.0), verdict).advice is Advice.DONE

    def test_a_lost_camera_is_told_at_once(self) -> None:
        assert judge(None, judge(GOOD)) == NOTHING

    def test_blinded_is_not_unplugged(self) -> None:
        """After some seconds of black the scanner takes the camera for lost."""
        black = judge(replace(EMPTY, mean=2.0, dark=1.0))
        lost = judge(None, black)
        assert (lost.advice, lost.overall, lost.measured) == (Advice.BLACK, Light.RED, None)
        assert judge(None, lost).advice is Advice.BLACK
        assert judge(GOOD, lost).advice is Advice.DONE


def test_the_limits_are_apart_by_more_than_their_margins() -> None:
    for limits, margin in (
        (aim.SIZE, aim.SIZE_MARGIN),
        (aim.SHARPNESS, aim.SHARPNESS_MARGIN),
        (aim.RATE, aim.RATE_MARGIN),
        (aim.CODE_DARK, aim.MEAN_MARGIN),
        (aim.CODE_BRIGHT, aim.MEAN_MARGIN),
        (aim.GLARE, aim.GLARE_MARGIN),
        (aim.SLOW, aim.SLOW_MARGIN),
        (aim.SPAN, aim.SPAN_MARGIN),
        (aim.SQUARENESS, aim.SQUARENESS_MARGIN),
    ):
        assert abs(limits.green - limits.amber) > margin
