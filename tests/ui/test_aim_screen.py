"""The aim screen: what stands where, in which colour, with which sign."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from kiosk import aim
from kiosk.aim import Advice, Light, Meter
from kiosk.devices.ports import Preview
from kiosk.flow import event
from kiosk.flow.state import Aim, Attract, KioskState, Scan
from kiosk.screens import sample
from tests.ui.conftest import Glass

pytestmark = pytest.mark.ui

CODE = sample.code_seen(5.8)


def aiming(measured: aim.Measurement | None) -> KioskState:
    verdict = aim.judge(measured, aim.judge(measured))
    return sample.kiosk(Aim(sample.NOW_S + 300, verdict))


def seen(glass: Glass) -> Image.Image:
    """The window as it is, upright."""
    from kiosk.screens.painter import grab

    glass.frame(2)
    return grab(glass.window).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def draw_camera(glass: Glass) -> None:
    """The clock that draws the camera's picture may not have come round yet."""
    glass.mirror().draw(glass.preview())


def pixel(glass: Glass, picture: Image.Image, x: float, y: float) -> tuple[int, ...]:
    """At window px as Kivy counts them, from below."""
    found = picture.getpixel((round(x), round(glass.window.height - y)))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("screen", [Scan(0), Aim(sample.NOW_S + 300)], ids=["scan", "aim"])
def test_the_cameras_picture_stands_upright(glass: Glass, screen: Scan | Aim) -> None:
    grey = np.full((180, 320), 20, np.uint8)
    grey[:90, 160:] = 230  # bright at the top right
    glass.preview = lambda: Preview(320, 180, grey.tobytes(), frame=7)
    glass.show(sample.kiosk(screen) if isinstance(screen, Scan) else aiming(sample.measured(None)))
    draw_camera(glass)
    picture, view = seen(glass), glass.mirror()
    quarters = {
        (dx, dy): pixel(
            glass,
            picture,
            view.center_x + dx * view.width / 4,
            view.center_y + dy * view.height / 4,
        )
        for dx in (-1, 1)
        for dy in (-1, 1)
    }
    assert {place for place, shade in quarters.items() if shade[0] > 200} == {(1, 1)}


def test_the_outline_lies_on_the_code(glass: Glass) -> None:
    glass.show(aiming(sample.measured(CODE)))
    draw_camera(glass)
    overlay = glass.app.gallery.current._overlay
    picture = seen(glass)
    for one, other in zip(CODE.outline, [*CODE.outline[1:], CODE.outline[0]], strict=True):
        middle = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
        assert pixel(glass, picture, *overlay.place_of(middle)) == (0x14, 0x56, 0x3B)
    # Just inside of it the drawn code begins with its dark finder pattern.
    inside = (CODE.outline[0][0] + 14 / 640, CODE.outline[0][1] + 14 / 360)
    assert pixel(glass, picture, *overlay.place_of(inside)) == (30, 30, 30)


@pytest.mark.parametrize(
    ("preview", "corner", "place"),
    [
        ((640, 360), (0.0, 0.0), (0.0, 1.0)),
        ((640, 360), (1.0, 1.0), (1.0, 0.0)),
        # A square preview is cut at the top and below by a view of 16:9 ...
        ((360, 360), (0.0, 0.5), (0.0, 0.5)),
        ((360, 360), (0.5, 0.21875), (0.5, 1.0)),
        # ... a wide one at its sides.
        ((1280, 360), (0.25, 0.5), (0.0, 0.5)),
    ],
)
def test_the_outline_follows_what_the_view_cuts_off(
    glass: Glass, preview: tuple[int, int], corner: aim.Corner, place: tuple[float, float]
) -> None:
    overlay = glass.app.gallery._screens[Aim]._overlay
    overlay.draw(Preview(*preview, bytes(preview[0] * preview[1]), 1))
    x, y = overlay.place_of(corner)
    share = (x - overlay.x) / overlay.width, (y - overlay.y) / overlay.height
    assert share == (pytest.approx(place[0], abs=0.01), pytest.approx(place[1], abs=0.01))


def test_each_light_has_a_sign_of_its_own_beside_its_colour(glass: Glass) -> None:
    """One in twelve men cannot tell red from green."""
    looks = {}
    screen = glass.app.gallery._screens[Aim]
    for size, light in (
        (None, Light.OFF),
        (2.0, Light.RED),
        (3.5, Light.AMBER),
        (6.0, Light.GREEN),
    ):
        measured = sample.measured(replace(CODE, px_per_module=size))
        glass.show(aiming(measured))
        assert glass.app.state.screen.verdict.meters[Meter.SIZE] is light
        card = screen._meters[Meter.SIZE]
        looks[light] = (card._sign._name, card._disc.fill)
    assert len({sign for sign, _ in looks.values()}) == len(looks)
    assert len({colour for _, colour in looks.values()}) == len(looks)


@pytest.mark.parametrize("advice", Advice)
def test_one_thing_to_do(glass: Glass, advice: Advice) -> None:
    """What is wrong and what to do are said once, and nothing else is."""
    states = {
        state.screen.verdict.advice: state
        for name, state in sample.every_screen()
        if isinstance(state.screen, Aim)
    }
    glass.show(states[advice])
    from kiosk import i18n
    from kiosk.aim_words import DO
    from kiosk.screens.telling import headline

    told = {code: headline(i18n.text(code, glass.app.state.language)) for code in DO.values()}
    shown = glass.shown_words()
    assert [code for code, words in told.items() if set(words) <= set(shown)] == [DO[advice]]


def test_without_a_camera_nothing_of_the_last_picture_is_seen(glass: Glass) -> None:
    glass.show(aiming(sample.measured(CODE)))
    draw_camera(glass)
    glass.show(aiming(None))
    picture, view = seen(glass), glass.mirror()
    spots = {
        pixel(glass, picture, view.x + view.width * dx, view.center_y) for dx in (0.1, 0.35, 0.9)
    }
    assert spots == {(0x17, 0x23, 0x1E)}


def test_a_verdict_never_stands_beside_a_picture_that_is_not_there(glass: Glass) -> None:
    """Both come with the same drawing, not a fifteenth of a second apart."""
    glass.show(aiming(None))
    assert glass.mirror()._frame == -1
    glass.app.show(aiming(sample.measured(CODE)))
    assert glass.mirror()._frame != -1


def test_left_the_picture_is_gone(glass: Glass) -> None:
    glass.show(aiming(sample.measured(CODE)))
    draw_camera(glass)
    view = glass.mirror()
    assert view._frame != -1
    glass.show(sample.kiosk(Attract()))
    assert view._frame == -1


def test_leave_is_a_tap(glass: Glass) -> None:
    from kivy.base import EventLoop

    from kiosk.screens.fingers import Fingers

    glass.show(aiming(sample.measured(CODE)))
    fingers = Fingers()
    target = glass.app.gallery.targets()["leave"]

    async def tap() -> None:
        EventLoop.add_input_provider(fingers)
        try:
            done = fingers.touch(
                target.center_x / glass.window.width, target.center_y / glass.window.height
            )
            for _ in range(4):
                glass.frame()
                await asyncio.sleep(0)
            assert done.done()
        finally:
            EventLoop.remove_input_provider(fingers)

    asyncio.run(tap())
    assert glass.events == [event.Touched(), event.AimClosed()]
