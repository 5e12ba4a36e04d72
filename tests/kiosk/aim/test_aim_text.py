"""`kiosk aim --text` as lines: what is written where, and how often."""

from dataclasses import replace

import pytest

from kiosk.aim import Advice, CodeSeen, Measurement, Meter, judge
from kiosk.aim_text import TextView, advice, figures
from kiosk.aim_words import DO, GOALS, NAMES, figure
from kiosk.flow.state import Aim, Attract, KioskState
from wire.api.text import Language

CODE = CodeSeen(((0.4, 0.3), (0.6, 0.3), (0.6, 0.6), (0.4, 0.6)), 0.4, 0.97, 5.63)
GOOD = Measurement(1280, 720, 14.9, 121.4, 0.0, 0.0, 0.0, 0.74, 0.8, 1.0, CODE)
EMPTY = replace(GOOD, code=None, rate=0.0, busy=0.1, sharpness=None)


class Page:
    """What was written."""

    def __init__(self, *, terminal: bool, reason: str = "") -> None:
        self.text = ""
        self.view = TextView(self._write, Language.EN, terminal=terminal, reason=lambda: reason)

    def _write(self, text: str) -> None:
        self.text += text

    def show(self, measured: Measurement | None, now_s: float) -> None:
        verdict = judge(measured, judge(measured))
        self.view.show(KioskState(screen=Aim(1e9, verdict), now_s=now_s))


def test_the_figures_each_with_its_sign() -> None:
    told = figures(judge(replace(GOOD, sharpness=0.5, rate=0.2)))
    assert told == (
        "RED    + 5.6 px/module  ! sharp 50%  + light 121  x reads 20%  1280x720 15 fps"
    )
    assert len(told) < 80


def test_what_is_not_known_is_a_dash() -> None:
    assert figures(judge(EMPTY)).count("—") == 3
    assert figures(judge(None)).count("—") == 4


def test_the_reason_of_an_engineer_is_added() -> None:
    assert advice(judge(None), Language.EN, "/dev/video7 is not there").endswith(
        "(/dev/video7 is not there)"
    )


def test_plain_lines_once_a_second_and_with_each_change() -> None:
    page = Page(terminal=False)
    for n in range(11):
        page.show(GOOD, n * 0.2)
    page.show(EMPTY, 2.2)
    page.show(EMPTY, 2.4)
    lines = page.text.splitlines()
    assert [line.split()[0] for line in lines] == ["GREEN", "GREEN", "GREEN", "AMBER"]
    assert all(line.endswith("you can leave") for line in lines[:3])
    assert "\x1b" not in page.text
    page.view.end()
    assert page.text.splitlines() == lines


def test_on_a_terminal_two_lines_are_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    page = Page(terminal=True)
    for n in range(3):
        page.show(GOOD, n * 0.2)
    assert page.text.count("\n") == page.text.count("\x1b[1A") == 3
    shown = page.text.replace("\x1b[32m\x1b[1m", "").replace("\x1b[0m", "")
    rows = [row.split("\x1b")[0] for row in shown.replace("\r", "").split("\x1b[1A")[0].split("\n")]
    assert [len(row) for row in rows] == [49, len("Reads well. The camera is aimed; you can leave")]
    page.view.end()
    assert page.text.endswith("\n\n")


def test_other_screens_are_no_business_of_it() -> None:
    page = Page(terminal=False)
    page.view.show(KioskState(screen=Attract()))
    page.view.wipe()
    assert page.text == ""


def test_every_advice_and_every_meter_has_its_words() -> None:
    assert set(DO) == set(Advice)
    assert set(NAMES) == set(GOALS) == set(Meter)
    assert len(set(DO.values())) == len(Advice)


@pytest.mark.parametrize("language", Language)
def test_advice_says_what_is_wrong_and_what_to_do(language: Language) -> None:
    from kiosk import i18n
    from kiosk.screens.telling import headline

    for code in DO.values():
        wrong, do = headline(i18n.text(code, language))
        assert wrong
        assert do


def test_goals_are_the_limits_of_the_judgement() -> None:
    assert {meter: goal.text for meter, goal in GOALS.items()} == {
        Meter.SIZE: "≥ 4",
        Meter.SHARPNESS: "≥ 60%",
        Meter.EXPOSURE: "60–190",
        Meter.RATE: "≥ 80%",
    }
    assert figure(Meter.SIZE, GOOD).share == pytest.approx(5.63 / 8)
    assert figure(Meter.EXPOSURE, EMPTY).text == "121"
