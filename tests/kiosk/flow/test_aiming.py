"""The aim screen's walks: who gets there, how long it stands, what it never does."""

from dataclasses import replace

import pytest

from kiosk.aim import Advice, CodeSeen, Light, Measurement
from kiosk.flow import event as e
from kiosk.flow.state import Aim, Attract, Identifying, MemberHome, Scan, Stopped, reads_codes
from wire.api.text import Language

CODE = CodeSeen(((0.4, 0.3), (0.6, 0.3), (0.6, 0.6), (0.4, 0.6)), 0.4, 0.97, 5.6)
GOOD = Measurement(1280, 720, 15.0, 121.0, 0.0, 0.0, 0.0, 0.74, 0.8, 1.0, CODE)
EMPTY = replace(GOOD, code=None, rate=0.0, busy=0.1, sharpness=None)


def test_from_the_resting_screen_and_back(walk) -> None:
    walk.do(e.AimOpened())
    assert isinstance(walk.screen, Aim)
    assert walk.screen.verdict.advice is Advice.WAIT
    assert reads_codes(walk.state)
    walk.do(e.AimClosed())
    assert isinstance(walk.screen, Attract)
    assert walk.effects == []


def test_from_a_kiosk_whose_camera_is_lost(walk) -> None:
    """Then above all."""
    walk.with_health(scanner_ok=False)
    assert isinstance(walk.screen, Stopped)
    walk.do(e.AimOpened())
    assert isinstance(walk.screen, Aim)
    walk.wait(0.3)
    assert walk.screen.verdict.advice is Advice.NO_CAMERA
    walk.do(e.AimClosed())
    assert isinstance(walk.screen, Stopped)


def test_never_out_of_a_shoppers_session(walk) -> None:
    for screen in (Scan, Identifying, MemberHome):
        match screen.__name__:
            case "Scan":
                walk.do(e.ScanOpened())
            case "Identifying":
                walk.do(e.Scanned("M2 text", "QRCode"))
            case "MemberHome":
                walk.home()
        walk.do(e.AimOpened())
        assert isinstance(walk.screen, screen)


def test_a_code_that_is_read_is_looked_up_by_nobody(walk) -> None:
    walk.do(e.AimOpened(), e.Scanned("M2 text", "QRCode"))
    assert isinstance(walk.screen, Aim)
    assert walk.effects == []


def test_what_is_measured_is_judged(walk) -> None:
    walk.do(e.AimOpened(), e.AimMeasured(EMPTY))
    assert walk.screen.verdict.advice is Advice.HOLD_CARD
    walk.do(e.AimMeasured(GOOD))
    assert walk.screen.verdict.advice is Advice.HOLD_CARD, "one measurement is none"
    walk.do(e.AimMeasured(GOOD))
    assert (walk.screen.verdict.advice, walk.screen.verdict.overall) == (Advice.DONE, Light.GREEN)


def test_a_measurement_that_comes_late_changes_nothing(walk) -> None:
    walk.do(e.AimOpened(), e.AimClosed(), e.AimMeasured(GOOD))
    assert isinstance(walk.screen, Attract)


def test_a_camera_that_goes_silent_is_no_picture(walk) -> None:
    walk.do(e.AimOpened(), e.AimMeasured(GOOD)).wait(1.9)
    assert walk.screen.verdict.measured is not None
    walk.wait(0.2)
    assert walk.screen.verdict.advice is Advice.NO_CAMERA
    walk.do(e.AimMeasured(EMPTY))
    assert walk.screen.verdict.advice is Advice.HOLD_CARD


def test_a_camera_may_take_a_while_to_open(walk) -> None:
    walk.do(e.AimOpened()).wait(7.9)
    assert walk.screen.verdict.advice is Advice.WAIT
    walk.wait(0.2)
    assert walk.screen.verdict.advice is Advice.NO_CAMERA


def test_a_lost_camera_is_shown_at_once_and_its_return_too(walk) -> None:
    walk.do(e.AimOpened(), e.AimMeasured(GOOD)).with_health(scanner_ok=False)
    assert isinstance(walk.screen, Aim)
    assert walk.screen.verdict.advice is Advice.NO_CAMERA
    walk.do(e.AimMeasured(GOOD))
    assert walk.screen.verdict.advice is Advice.NO_CAMERA, "it was on its way when it was lost"
    walk.with_health(scanner_ok=True).do(e.AimMeasured(GOOD))
    assert walk.screen.verdict.advice is Advice.DONE


def test_black_pictures_stay_black_when_the_scanner_gives_them_up(walk) -> None:
    black = replace(EMPTY, mean=2.0, dark=1.0)
    walk.do(e.AimOpened(), e.AimMeasured(black), e.AimMeasured(black))
    walk.with_health(scanner_ok=False).wait(30)
    assert walk.screen.verdict.advice is Advice.BLACK


@pytest.mark.parametrize("busy", [e.Touched(), e.AimMeasured(GOOD), e.LanguageChosen(Language.EN)])
def test_five_minutes_without_anybody_end_it(walk, busy) -> None:
    walk.do(e.AimOpened(), e.LanguageChosen(Language.EN)).wait(299).do(busy).wait(299)
    assert isinstance(walk.screen, Aim)
    assert walk.state.language is Language.EN
    walk.do(e.AimMeasured(EMPTY)).wait(1.1)
    assert isinstance(walk.screen, Attract), "an empty window is nobody"
    assert walk.state.language is walk.state.default_language


@pytest.mark.parametrize("tap", [e.Ended(), e.WentBack(), e.Continued(), e.ScanOpened()])
def test_only_its_own_button_leaves_it(walk, tap) -> None:
    walk.do(e.AimOpened(), tap)
    assert isinstance(walk.screen, Aim)
