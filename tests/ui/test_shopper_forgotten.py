"""What stands in the window belongs to who stands before it, in their language."""

from dataclasses import replace

import numpy as np
import pytest

from kiosk.devices.ports import Preview
from kiosk.flow.state import Attract, Confirm, Done, KioskState, MemberHome, Scan, Vouchers
from kiosk.screens import sample
from tests.ui.conftest import Glass
from wire.api.text import Language

pytestmark = pytest.mark.ui

SECRETS = ("张*明", "12,860", "12,360", "5W8C", "1,200", "金卡会员", "现磨拿铁一杯")


def visit() -> list[KioskState]:
    """Every screen on which something of a shopper stands."""
    home = MemberHome(sample.session())
    confirm = Confirm(sample.session(), sample.ITEMS[0], 500, sample.NOW_S, home)
    after = replace(sample.session(), spendable=12360)
    done = Done(after, "1", sample.ITEMS[0], "5W8C", sample.NOW_S + 10)
    screens = (home, confirm, Vouchers(sample.session(), home), done)
    return [sample.kiosk(screen) for screen in screens]


def test_nothing_of_the_shopper_is_left_in_any_widget(glass: Glass) -> None:
    for state in visit():
        glass.show(state)
    assert any("张*明" in text for text in glass.words()), "the test looks at the wrong place"
    glass.app.wipe()
    glass.show(sample.kiosk(Attract(), catalogue=()))
    left = [text for text in glass.words() for secret in SECRETS if secret in text]
    # The teasers of the attract screen are no shopper's, though they may be the same reward.
    assert [text for text in left if text != "现磨拿铁一杯"] == []
    assert left.count("现磨拿铁一杯") <= 2


def test_a_name_is_never_read_as_markup(glass: Glass) -> None:
    state = sample.kiosk(MemberHome(sample.session(display="[b]*[/b]&bl;")))
    glass.show(state)
    assert "您好,[b]*[/b]&bl;" in glass.shown_words()


def test_every_screen_changes_its_language_while_it_stands(glass: Glass) -> None:
    for name, state in sample.every_screen():
        seen = []
        for language in Language:
            glass.app.show(sample.in_language(state, language))
            seen.append(tuple(glass.shown_words()))
            faces = {w.font_name for w in glass.shown() if w.said and not w.said.isascii()}
            own = {"sc", "tc"} if language is not Language.ZH_HANT else {"tc", "sc"}
            assert faces <= own
        assert len(set(seen)) == len(Language), name


def test_the_mirror_uses_one_texture_again_and_again(glass: Glass) -> None:
    glass.show(sample.kiosk(Scan(sample.NOW_S)))
    mirror = glass.mirror()
    mirror.draw(picture(101, 10))  # not the number of what its own clock drew
    first = mirror.texture
    mirror.draw(picture(102, 200))
    assert mirror.texture is first
    assert set(first.pixels[0::4]) == {200}


def test_the_mirror_is_cut_to_its_shape_and_stands_upright(glass: Glass) -> None:
    glass.show(sample.kiosk(Scan(sample.NOW_S)))
    mirror = glass.mirror()
    rows = np.zeros((180, 320), np.uint8)
    rows[:90] = 255
    mirror.draw(Preview(320, 180, rows.tobytes(), frame=99))  # not what its own clock drew
    width, height = mirror.texture.size
    assert width / height == pytest.approx(mirror.width / mirror.height, rel=0.02)
    # Rounded rectangles draw a texture's first row on top, where Kivy's other shapes draw it
    # below; test_aim_screen.py looks at the glass.
    assert mirror.texture.pixels[0] == 255
    assert mirror.texture.pixels[-4] == 0


def test_the_mirror_is_empty_once_the_scan_screen_is_left(glass: Glass) -> None:
    glass.show(sample.kiosk(Scan(sample.NOW_S)))
    mirror = glass.mirror()
    mirror.draw(picture(1, 200))
    glass.show(sample.kiosk(Attract()))
    assert set(mirror.texture.pixels[0::4]) == {0}


def picture(frame: int, grey: int) -> Preview:
    return Preview(320, 180, bytes([grey]) * 320 * 180, frame)
