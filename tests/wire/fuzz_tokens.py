"""The token parser under libFuzzer: `python -m tests.wire.fuzz_tokens FOLDER -max_total_time=30`.

libFuzzer owns its process and ends it, so this is a program and not a test; the test is
test_tokens_fuzzed.py. FOLDER takes the seeds, which are made from our own tokens, and what
libFuzzer finds worth keeping. `--plant NAME` puts a bug of `PLANTS` in first, to see it found.
"""

import struct
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["wire", "base45"]):
    import base45

    from wire import plain_card, provisioning, tokens, voucher_code

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEYS = {1: KEY.public_key(), 200: KEY.public_key()}
_FIELDS = struct.Struct(">B6sIIHB")


def look(data: bytes) -> None:
    """One input: its first byte says what is made of the rest."""
    if not data:
        return
    how, rest = data[0] % 4, data[1:]
    if how == 0:
        text_is_judged(rest.decode("utf-8", "surrogateescape"))
    elif how == 1:
        for kind in ("M2", "C1", "S1", "V1", "V2", "P1"):
            text_is_judged(kind + base45.b45encode(rest).decode("ascii"))
    elif how == 2:
        text_is_judged("M2" + rest.decode("latin-1"))
        text_is_judged("V1" + rest.decode("latin-1"))
    elif len(rest) >= _FIELDS.size:
        what_is_signed_reads_back(*_FIELDS.unpack_from(rest))


def text_is_judged(text: str) -> None:
    """Every parser gives an answer or its own error, and takes only what is rightly made."""
    try:
        token = tokens.parse(text, KEYS, KEYS)
    except (tokens.NotOurCode, tokens.ForgedToken):
        token = None
    if token is not None:
        assert tokens.looks_ours(text)
        assert_genuine(text, token)
    if plain_card.looks_ours(text):
        assert text.isascii()
        assert text.isdecimal()
        assert text[10:12] == plain_card.check_digits(text[:10])
        assert len(text) == 12 or text[12:] == plain_card.ean_check_digit(text[:12])
    try:
        code = voucher_code.parse(text)
    except voucher_code.VoucherCodeError:
        return
    assert len(code) == 16
    assert voucher_code.parse(code) == code
    assert tokens.parse(tokens.voucher_payload(code), {}) == tokens.VoucherToken(code)


def assert_genuine(text: str, token: tokens.Token) -> None:
    if isinstance(token, tokens.VoucherToken):
        assert tokens.voucher_payload(voucher_code.parse(token.code)) == text
        return
    if isinstance(token, provisioning.Provisioning):
        assert provisioning.text_of(token) == text
        return
    raw = base45.b45decode(text[2:])
    assert text[2:] == base45.b45encode(raw).decode("ascii")
    # Raises InvalidSignature, which nobody catches here, when the parser took a forged one.
    KEY.public_key().verify(raw[-64:], b"LYK/" + text[:2].encode() + b"\0" + raw[:-64])


def what_is_signed_reads_back(
    kid: int, ref: bytes, slot: int, balance: int, as_of_min: int, flags: int
) -> None:
    keys = {kid: KEY.public_key()}
    code = tokens.MemberCode(kid, ref, slot % 2**24, balance % 2**24, as_of_min, flags)
    card = tokens.MemberCard(kid, ref + b"xy", as_of_min)
    assert tokens.parse(tokens.sign_member_code(KEY, code), keys) == code
    assert tokens.parse(tokens.sign_member_card(KEY, card), keys) == card
    day = tokens.EPOCH.date() + timedelta(days=as_of_min)
    badge = tokens.StaffBadge(kid, ref, as_of_min, flags, day)
    assert tokens.parse(tokens.sign_staff_badge(KEY, badge), keys) == badge
    symbols = "".join(voucher_code.ALPHABET[byte % 32] for byte in (ref * 3)[:15])
    voucher = tokens.OfflineVoucher(
        symbols + voucher_code.check_symbol(symbols),
        as_of_min,
        slot % 2**16,
        day,
        balance % 2**24,
        flags,
    )
    signed = tokens.sign_offline_voucher(KEY, voucher)
    assert tokens.parse(signed, {}, {as_of_min: KEY.public_key()}) == voucher
    for forged in (
        tokens.sign_staff_badge(STRANGER, badge),
        tokens.sign_offline_voucher(STRANGER, voucher),
        "S1" + tokens.sign_member_card(KEY, card)[2:],
        tokens.sign_member_code(STRANGER, code),
        tokens.sign_member_card(STRANGER, card),
        "C1" + tokens.sign_member_code(KEY, code)[2:],
    ):
        try:
            tokens.parse(forged, keys, {as_of_min: KEY.public_key()})
        except (tokens.NotOurCode, tokens.ForgedToken):
            continue
        raise AssertionError("a forged token was taken")


# --- seeds and plants --------------------------------------------------------------------


def plant_seeds(folder: Path) -> None:
    code = tokens.sign_member_code(KEY, tokens.MemberCode(1, b"member", 470_000, 1280, 3))
    card = tokens.sign_member_card(KEY, tokens.MemberCard(1, b"cardcard", 2))
    voucher = voucher_code.generate()
    number = "2000000421" + plain_card.check_digits("2000000421")
    day = tokens.EPOCH.date()
    badge = tokens.sign_staff_badge(KEY, tokens.StaffBadge(1, b"staff!", 2, 3, day))
    offline = tokens.sign_offline_voucher(KEY, tokens.OfflineVoucher(voucher, 1, 2, day, 500, 7))
    first_start = provisioning.text_of(
        provisioning.Provisioning("https://points.example.com", "CODE-1234", "shop 7")
    )
    texts = (
        code,
        card,
        badge,
        offline,
        first_start,
        tokens.voucher_payload(voucher),
        voucher_code.display(voucher),
        number,
        number + plain_card.ean_check_digit(number),
    )
    seeds = [b"\0" + text.encode() for text in texts]
    seeds += [
        b"\1" + base45.b45decode(text[2:]) for text in (code, card, badge, offline, first_start)
    ]
    seeds += [b"\2" + code[2:].encode(), b"\2" + voucher.encode(), b"\3" + bytes(_FIELDS.size)]
    for number_, seed in enumerate(seeds):
        (folder / f"seed-{number_}").write_bytes(seed)


def _no_signature_check() -> None:
    def verify(_kind: str, _payload: bytes, _signature: bytes, _key: object) -> None:
        return

    tokens._verify = verify


def _another_error() -> None:
    parse = voucher_code.parse

    def parse_or_crash(text: str) -> str:
        if text[:1] == "O" and len(text) > 3:
            raise IndexError("planted")
        return parse(text)

    voucher_code.parse = parse_or_crash


PLANTS: dict[str, Callable[[], None]] = {
    "no-signature-check": _no_signature_check,
    "another-error": _another_error,
}


def main() -> None:
    words = sys.argv[1:]
    if "--plant" in words:
        at = words.index("--plant")
        PLANTS[words[at + 1]]()
        del words[at : at + 2]
    folder = Path(words[0])
    plant_seeds(folder)
    atheris.Setup([sys.argv[0], *words], look)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
