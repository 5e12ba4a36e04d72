"""The voucher as a picture: what stands on it, in which order, within which length."""

import re
import unicodedata
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from PIL import Image, ImageOps
from pyzbar import pyzbar

from kiosk.voucher.voucher import LONGEST_MM, VoucherMissing, render_voucher
from tests.kiosk.voucher.voucher_sample import (
    CODES,
    CONDITION,
    ID,
    LONG_NAME,
    LONG_TERM,
    device_config,
    redemption,
    text,
)
from wire import voucher_code
from wire.api.text import Language

WIDTHS = (384, 576)
EVERYWHERE = pytest.mark.parametrize(
    ("width", "language"), [(width, language) for width in WIDTHS for language in Language]
)
MARGIN = 6
"""The page keeps 8 dots; the side bearing of a letter may take two of them."""
PLENTY = device_config(voucher_terms=[LONG_TERM] * 12)


def read(page: Image.Image) -> list[str]:
    """What zbar reads from the page lying on white."""
    seen = ImageOps.expand(page.convert("L"), 40, 255)
    return [symbol.data.decode() for symbol in pyzbar.decode(seen)]


def tight(drawn: list[str]) -> str:
    """All drawn text without spaces: lines and spread letters joined."""
    return "".join("".join(drawn).split())


@EVERYWHERE
@pytest.mark.parametrize("code", CODES)
def test_zbar_reads_the_code(width: int, language: Language, code: str) -> None:
    value = redemption(code)
    page = render_voucher(value, device_config(), language, width_dots=width)
    assert value.voucher is not None
    assert read(page) == ["V1" + value.voucher.code]


@EVERYWHERE
@pytest.mark.parametrize("copy", [0, 2])
@pytest.mark.parametrize("conditions", [0, 3])
@pytest.mark.parametrize("config", [device_config(), PLENTY], ids=["usual", "many terms"])
def test_longest_voucher_keeps_its_length_and_its_margins(
    width: int, language: Language, copy: int, conditions: int, config: object
) -> None:
    value = redemption(reward=LONG_NAME, conditions=[CONDITION] * conditions)
    page = render_voucher(value, config, language, width_dots=width, copy=copy, device_seq=412)
    assert page.mode == "1"
    assert page.width == width
    assert page.height <= LONGEST_MM[width] * 8
    inked = page.convert("L").point(lambda dot: 255 - dot).getbbox()
    assert inked is not None
    assert inked[0] >= MARGIN
    assert inked[2] <= width - MARGIN
    assert inked[3] < page.height
    assert value.voucher is not None
    assert read(page) == ["V1" + value.voucher.code]


@EVERYWHERE
def test_usual_voucher_is_short(width: int, language: Language) -> None:
    page = render_voucher(redemption(), device_config(), language, width_dots=width)
    assert page.height <= 112 * 8


@EVERYWHERE
def test_long_name_is_printed_whole(width: int, language: Language, drawn: list[str]) -> None:
    render_voucher(redemption(reward=LONG_NAME), PLENTY, language, width_dots=width, copy=1)
    assert "".join(LONG_NAME.in_language(language).split()) in tight(drawn)


@EVERYWHERE
def test_conditions_are_never_left_out(width: int, language: Language, drawn: list[str]) -> None:
    value = redemption(reward=LONG_NAME, conditions=[CONDITION, LONG_TERM])
    render_voucher(value, PLENTY, language, width_dots=width, copy=1)
    for condition in (CONDITION, LONG_TERM):
        assert "".join(condition.in_language(language).split()) in tight(drawn)


def test_terms_that_find_no_place_are_announced(drawn: list[str]) -> None:
    value = redemption(reward=LONG_NAME, conditions=[CONDITION] * 3)
    render_voucher(value, PLENTY, Language.ZH_HANS, width_dots=384, copy=1)
    assert "其余条款见会员页" in tight(drawn)
    assert "⑨" not in tight(drawn)


def test_terms_of_the_chain_replace_ours(drawn: list[str]) -> None:
    config = device_config(voucher_terms=[text("每桌限用一张")])
    render_voucher(redemption(), config, Language.ZH_HANS, width_dots=384)
    assert "①每桌限用一张" in tight(drawn)
    assert "不找零" not in tight(drawn)


@EVERYWHERE
def test_code_comes_first_in_groups(width: int, language: Language, drawn: list[str]) -> None:
    value = redemption()
    render_voucher(value, device_config(), language, width_dots=width)
    assert value.voucher is not None
    assert tight(drawn).startswith(voucher_code.display(value.voucher.code))


@EVERYWHERE
def test_says_everything_once(width: int, language: Language, drawn: list[str]) -> None:
    config = device_config()
    render_voucher(redemption(), config, language, width_dots=width, device_seq=412)
    words = tight(drawn)
    name = redemption().voucher.print_fields.reward.in_language(language)  # type: ignore[union-attr]
    unit = config.point_unit.in_language(language)
    for fact in (
        config.brand.name.in_language(language),
        config.store.name.in_language(language),
        "S0123",
        name,
        "¥18",
        f"500{unit}",
        "2026-12-2123:59",
        "2026-11-2114:05",
        "K07#00412",
        "***6210",
        "…a91f",
        "①",
        "400-820-6688",
    ):
        assert words.count("".join(fact.split())) == 1, fact


@EVERYWHERE
def test_reprint_is_marked_only_when_it_is_one(
    width: int, language: Language, drawn: list[str]
) -> None:
    words = {
        Language.ZH_HANS: "重印第2次",
        Language.ZH_HANT: "重印第2次",
        Language.EN: "REPRINTno.2",
    }
    first = render_voucher(redemption(), device_config(), language, width_dots=width)
    assert words[language] not in tight(drawn)
    drawn.clear()
    again = render_voucher(redemption(), device_config(), language, width_dots=width, copy=2)
    assert words[language] in tight(drawn)
    assert read(first) == read(again)


@pytest.mark.parametrize("language", Language)
def test_balance_stands_on_wide_paper_with_its_time(language: Language, drawn: list[str]) -> None:
    render_voucher(redemption(), device_config(), language, width_dots=384)
    assert "1,240" not in tight(drawn)
    drawn.clear()
    render_voucher(redemption(), device_config(), language, width_dots=576)
    label, amount = (
        (next(n for n, line in enumerate(drawn) if part in line) for part in ("14:05)", "1,240"))
        if language is not Language.EN
        else (
            next(n for n, line in enumerate(drawn) if part in line)
            for part in ("as of 14:05", "1,240")
        )
    )
    assert amount == label + 1


def test_store_address_and_phone_stand_on_wide_paper(drawn: list[str]) -> None:
    render_voucher(redemption(), device_config(), Language.ZH_HANS, width_dots=576)
    assert "黄浦区西藏中路268号1层·021-63338821" in tight(drawn)


@pytest.mark.parametrize(
    ("value_fen", "words"),
    [(1800, "¥18"), (1850, "¥18.50"), (5, "¥0.05"), (128_000_00, "¥128,000")],
)
def test_value_is_shown_in_yuan(value_fen: int, words: str, drawn: list[str]) -> None:
    render_voucher(
        redemption(value_fen=value_fen), device_config(), Language.ZH_HANS, width_dots=384
    )
    assert words in drawn


def test_reward_without_a_value_shows_none(drawn: list[str]) -> None:
    render_voucher(redemption(value_fen=0), device_config(), Language.ZH_HANS, width_dots=384)
    assert "¥" not in tight(drawn)
    assert "价值" not in tight(drawn)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (datetime(2026, 12, 21, 16, 0, tzinfo=UTC), "2026-12-21 23:59"),
        (datetime(2026, 12, 21, 15, 59, 59, tzinfo=UTC), "2026-12-21 23:59"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2026-12-31 23:59"),
        (datetime(2026, 12, 21, 6, 30, tzinfo=UTC), "2026-12-21 14:29"),
    ],
)
def test_valid_to_is_the_last_minute_that_works(
    end: datetime, words: str, drawn: list[str]
) -> None:
    render_voucher(redemption(valid_to=end), device_config(), Language.ZH_HANS, width_dots=384)
    assert f"有效至 {words}" in drawn


def test_times_are_in_the_programmes_zone(drawn: list[str]) -> None:
    config = device_config(timezone="Asia/Tokyo")
    render_voucher(redemption(), config, Language.ZH_HANS, width_dots=384)
    assert "签发 2026-11-21 15:05" in drawn


def test_reprint_of_another_kiosks_voucher_has_no_number_of_ours(drawn: list[str]) -> None:
    render_voucher(redemption(), device_config(), Language.ZH_HANS, width_dots=384, copy=1)
    assert "K07" in drawn
    assert "#" not in tight(drawn)


@EVERYWHERE
def test_nothing_personal_is_on_the_paper(width: int, language: Language, drawn: list[str]) -> None:
    """Of the member only the tail, of the redemption only the tail, no phone but the shop's."""
    config = device_config(hotline="", store=device_config().store)
    render_voucher(redemption(), config, language, width_dots=width, device_seq=1)
    words = tight(drawn).replace("021-63338821", "")
    assert "6210" in words
    assert len(re.findall(r"6210", words)) == words.count("***6210") == 1
    assert not re.search(r"1\d{10}", words)
    assert str(ID) not in words
    assert str(ID)[:13] not in words
    assert {
        field.name for field in msgspec.structs.fields(type(redemption().voucher.print_fields))
    } == {  # type: ignore[union-attr]
        "reward",
        "value_fen",
        "points",
        "balance_after",
        "balance_as_of",
        "valid_to",
        "issued_at",
        "member_tail",
        "conditions",
    }, "a new field on the wire: is it one that may be printed?"


def test_every_voucher_of_a_redemption_is_the_same_picture() -> None:
    pages = [
        render_voucher(redemption(), device_config(), Language.ZH_HANT, width_dots=576).tobytes()
        for _ in range(2)
    ]
    assert pages[0] == pages[1]


def test_released_redemption_cannot_be_drawn() -> None:
    released = msgspec.structs.replace(redemption(), voucher=None, id=UUID(int=1))
    with pytest.raises(VoucherMissing):
        render_voucher(released, device_config(), Language.EN, width_dots=384)


def test_no_paper_is_as_wide_as_that() -> None:
    with pytest.raises(ValueError, match="384 or 576"):
        render_voucher(redemption(), device_config(), Language.EN, width_dots=512)


def test_texts_are_composed_characters(drawn: list[str]) -> None:
    """Pillow's basic layout draws one glyph per code point: decomposed text would fall apart."""
    render_voucher(redemption(), device_config(), Language.ZH_HANT, width_dots=576)
    assert all(unicodedata.is_normalized("NFC", line) for line in drawn)
