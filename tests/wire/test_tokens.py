import random
import re
from datetime import date, timedelta

import base45
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from wire import provisioning, tokens, voucher_code
from wire.provisioning import Provisioning, ProvisioningError
from wire.tokens import (
    EPOCH,
    ForgedToken,
    MemberCard,
    MemberCode,
    NotOurCode,
    OfflineVoucher,
    StaffBadge,
    TokenError,
    VoucherToken,
    parse,
    sign_member_card,
    sign_member_code,
    sign_offline_voucher,
    sign_staff_badge,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEYS = {1: KEY.public_key()}
CODE = MemberCode(kid=1, ref=b"abcdef", slot=467_996, balance=12_860, as_of_min=3, flags=1)
CARD = MemberCard(kid=1, card_ref=b"12345678", version=7)
BADGE = StaffBadge(1, b"staff!", version=2, role=3, last_day=date(2027, 12, 31))
VOUCHER = OfflineVoucher(voucher_code.generate(), 12, 40, date(2026, 12, 24), 2_000, 7)
KIOSK = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
KIOSK_KEYS = {12: KIOSK.public_key()}
FIRST_START = Provisioning("https://points.example.com", "K7-2291-XW", "上海静安 7")

GOOD = (
    sign_member_code(KEY, CODE),
    sign_member_card(KEY, CARD),
    sign_staff_badge(KEY, BADGE),
    sign_offline_voucher(KIOSK, VOUCHER),
)

member_codes = st.builds(
    MemberCode,
    kid=st.just(1),
    ref=st.binary(min_size=6, max_size=6),
    slot=st.integers(0, 2**24 - 1),
    balance=st.integers(0, tokens.BALANCE_MAX),
    as_of_min=st.integers(0, 2**16 - 1),
    flags=st.integers(0, 255),
)


@given(member_codes)
def test_a_member_code_reads_back(code: MemberCode) -> None:
    text = sign_member_code(KEY, code)
    assert len(text) == 122
    assert parse(text, KEYS) == code


@given(st.binary(min_size=8, max_size=8), st.integers(0, 2**16 - 1))
def test_a_card_reads_back(ref: bytes, version: int) -> None:
    card = MemberCard(1, ref, version)
    text = sign_member_card(KEY, card)
    assert len(text) == 116
    assert parse(text, KEYS) == card


def test_a_voucher_reads_back() -> None:
    code = voucher_code.generate()
    text = tokens.voucher_payload(code)
    assert len(text) == 18
    assert parse(text, KEYS) == VoucherToken(code)


@given(
    st.binary(min_size=6, max_size=6),
    st.integers(0, 2**16 - 1),
    st.integers(0, 255),
    st.dates(date(2026, 1, 1), date(2205, 6, 5)),
)
def test_a_badge_reads_back(staff: bytes, version: int, role: int, last_day: date) -> None:
    badge = StaffBadge(1, staff, version, role, last_day)
    text = sign_staff_badge(KEY, badge)
    assert len(text) == 116
    assert parse(text, KEYS) == badge


@given(st.integers(0, 2**16 - 1), st.integers(0, 2**24 - 1), st.integers(0, 255))
def test_an_offline_voucher_reads_back(number: int, value: int, seq: int) -> None:
    voucher = OfflineVoucher(voucher_code.generate(), number, 9, VOUCHER.last_day, value, seq)
    text = sign_offline_voucher(KIOSK, voucher)
    assert len(text) == 128
    assert parse(text, KEYS, {number: KIOSK.public_key()}) == voucher


def test_an_offline_voucher_takes_the_key_of_its_own_kiosk() -> None:
    text = sign_offline_voucher(KIOSK, VOUCHER)
    for kiosk_keys in (None, {}, {13: KIOSK.public_key()}, {12: KEY.public_key()}):
        with pytest.raises(ForgedToken):
            parse(text, {12: KIOSK.public_key(), **KEYS}, kiosk_keys)


def test_an_offline_voucher_with_a_wrong_check_symbol_is_not_ours() -> None:
    code = voucher_code.to_bytes(VOUCHER.code)
    payload = tokens._V2.pack(code[:-1] + bytes([code[-1] ^ 1]), 12, 40, 0, bytes(3), 0)
    signature = KIOSK.sign(b"LYK/V2\0" + payload)
    with pytest.raises(NotOurCode):
        parse("V2" + base45.b45encode(payload + signature).decode(), KEYS, KIOSK_KEYS)


def test_provisioning_reads_back() -> None:
    text = provisioning.text_of(FIRST_START)
    assert len(text) < 200
    assert parse(text, {}) == FIRST_START


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        (("", "CODE", "7"), "0 bytes"),
        (("https://" + "a" * 300, "CODE", "7"), "308 bytes"),
        (("https://" + "a" * 150, "CODE", "7"), "shorten"),
    ],
)
def test_provisioning_that_does_not_fit_is_told(fields: tuple[str, str, str], why: str) -> None:
    with pytest.raises(ProvisioningError, match=why):
        provisioning.text_of(Provisioning(*fields))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "points.example.com",
        "ftp://points.example.com",
        "https:points.example.com",
        "https://",
        "https:///v1",
        "https://:443",
        "https://points.example.com:99999",
        "https://[::1",
        "https://points example.com",
    ],
)
def test_provisioning_without_a_services_address_is_refused(url: str) -> None:
    with pytest.raises(ProvisioningError, match="address"):
        provisioning.text_of(Provisioning(url, "CODE", "7"))
    packed = b"".join(bytes([len(field)]) + field.encode() for field in (url, "CODE", "7"))
    with pytest.raises(NotOurCode):
        parse("P1" + base45.b45encode(packed).decode(), KEYS)


def test_provisioning_for_a_service_in_the_shop() -> None:
    inside = Provisioning("http://192.168.1.5:8300/", "CODE", "7")
    assert parse(provisioning.text_of(inside), {}) == inside


@pytest.mark.parametrize(
    "packed",
    [
        b"\x03abc\x03def",
        b"\x03abc\x03def\x03gh",
        b"\x03abc\x03def\x03ghi\x01j",
        b"\x03abc\x00\x03ghi",
        b"\x03a\nc\x03def\x03ghi",
        b"\x03\xff\xfe\xfd\x03def\x03ghi",
    ],
)
def test_provisioning_of_another_form_is_not_ours(packed: bytes) -> None:
    text = "P1" + base45.b45encode(packed).decode()
    assert tokens.looks_ours(text) is (len(text) >= 11)
    with pytest.raises(NotOurCode):
        parse(text, KEYS)


def test_a_code_is_the_same_as_ten_bytes() -> None:
    for _ in range(200):
        code = voucher_code.generate()
        packed = voucher_code.to_bytes(code)
        assert len(packed) == 10
        assert voucher_code.from_bytes(packed) == code


def test_texts_fit_qr_alphanumeric_mode() -> None:
    alphanumeric = re.compile(r"[0-9A-Z $%*+\-./:]+")
    for text in GOOD:
        assert alphanumeric.fullmatch(text)


def test_a_balance_beyond_three_bytes_saturates() -> None:
    rich = MemberCode(1, b"abcdef", 1, balance=2**30, as_of_min=2**20)
    seen = parse(sign_member_code(KEY, rich), KEYS)
    assert isinstance(seen, MemberCode)
    assert (seen.balance, seen.as_of_min) == (tokens.BALANCE_MAX, tokens.AS_OF_MAX_MIN)


@pytest.mark.parametrize(
    ("age_s", "fresh"),
    [(-31, False), (-30, True), (0, True), (60, True), (89, True), (90, False), (3600, False)],
)
def test_a_code_is_fresh_for_two_minutes_around_its_slot(age_s, fresh) -> None:
    now = CODE.slot_time + timedelta(seconds=age_s)
    assert CODE.is_fresh(now) is fresh


def test_slots_count_minutes_since_2026() -> None:
    assert tokens.slot_of(EPOCH) == 0
    assert tokens.slot_of(EPOCH + timedelta(seconds=119)) == 1
    assert CODE.as_of == CODE.slot_time - timedelta(minutes=3)


# --- Forgery -----------------------------------------------------------------------------


def mutations(text: str, rng: random.Random, count: int):
    """Texts that differ from a good one: flipped bits, other symbols, splices, cuts, moves."""
    prefix, body = text[:2], text[2:]
    raw = base45.b45decode(body)
    other = {
        "M2": sign_member_code(OTHER, CODE),
        "C1": sign_member_card(OTHER, CARD),
        "S1": sign_staff_badge(OTHER, BADGE),
        "V2": sign_offline_voucher(OTHER, VOUCHER),
    }[prefix][2:]
    for _ in range(count):
        match rng.randrange(7):
            case 0:
                bit = rng.randrange(len(raw) * 8)
                flipped = bytearray(raw)
                flipped[bit // 8] ^= 1 << (bit % 8)
                yield prefix + base45.b45encode(bytes(flipped)).decode()
            case 1:
                i = rng.randrange(len(body))
                yield prefix + body[:i] + rng.choice("0123456789ABC $%*+-./:") + body[i + 1 :]
            case 2:
                i = rng.randrange(1, len(body))
                yield prefix + body[:i] + other[i:]
            case 3:
                yield prefix + body[: rng.randrange(len(body))]
            case 4:
                changed = bytearray(raw)
                changed[0] = rng.randrange(256)
                yield prefix + base45.b45encode(bytes(changed)).decode()
            case 5:
                yield {"M2": "C1", "C1": "S1", "S1": "C1", "V2": "M2"}[prefix] + body
            case _:
                i, j = rng.sample(range(len(body)), 2)
                moved = list(body)
                moved[i], moved[j] = moved[j], moved[i]
                yield prefix + "".join(moved)


def test_20_000_mutated_tokens_none_accepted() -> None:
    rng = random.Random(20261121)
    accepted = tried = 0
    for good in GOOD:
        for text in mutations(good, rng, 5_000):
            if text == good:
                continue
            tried += 1
            try:
                parse(text, KEYS, KIOSK_KEYS)
            except TokenError:
                continue
            accepted += 1
    assert tried > 19_000
    assert accepted == 0


def test_every_bit_of_a_token_counts() -> None:
    raw = base45.b45decode(sign_member_code(KEY, CODE)[2:])
    for bit in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[bit // 8] ^= 1 << (bit % 8)
        with pytest.raises(TokenError):
            parse("M2" + base45.b45encode(bytes(flipped)).decode(), KEYS)


def test_another_key_or_an_unknown_kid_is_forged() -> None:
    with pytest.raises(ForgedToken):
        parse(sign_member_code(OTHER, CODE), KEYS)
    with pytest.raises(ForgedToken):
        parse(sign_member_code(KEY, CODE), {2: KEY.public_key()})


def test_a_signature_for_one_kind_never_passes_for_another() -> None:
    # The same 12 signed bytes, but signed as if they were another kind; and a badge's as a card.
    badge = sign_staff_badge(KEY, BADGE)
    with pytest.raises(ForgedToken):
        parse("C1" + badge[2:], KEYS)
    payload = tokens._C1.pack(1, b"12345678", 7, 0)
    signature = KEY.sign(b"LYK/M2\0" + payload)
    text = "C1" + base45.b45encode(payload + signature).decode()
    with pytest.raises(ForgedToken):
        parse(text, KEYS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "M2",
        "hello",
        "https://example.com",
        " " + sign_member_code(KEY, CODE),
        sign_member_code(KEY, CODE) + " ",
        sign_member_code(KEY, CODE) + "\n",
        sign_member_code(KEY, CODE).lower(),
        "V1" + "0" * 15,
        "V1" + "O" * 16,
        "M2" + ":" * 120,
        "[color=ff0000]M2[/color]",
        "%s%n" * 30,
        "'; DROP TABLE members; --",
        "\u202e" + sign_member_code(KEY, CODE),
        "９" * 122,
        "M2" + "\0" * 120,
    ],
)
def test_anything_else_is_not_our_code(text) -> None:
    with pytest.raises(NotOurCode):
        parse(text, KEYS)


@given(st.text(max_size=200) | st.from_regex(r"(M2|C1|S1|V1|V2)[0-9A-Z $%*+./:-]{0,130}"))
def test_no_text_is_accepted_or_makes_it_fail_otherwise(text: str) -> None:
    try:
        token = parse(text, KEYS)
    except TokenError:
        return
    assert isinstance(token, VoucherToken)  # the only kind without a signature
