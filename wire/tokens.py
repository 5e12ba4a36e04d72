"""The codes that a scanner reads: M2 (rotating member code), C1 (member card), S1 (staff
badge), V1 (voucher), V2 (voucher issued offline) and P1 (provisioning, `wire.provisioning`).

Layouts (big-endian; dates are days, slots minutes since 2026-01-01T00:00Z):

======  =====================================================================  =====
token   payload, then a 64-byte Ed25519 signature                              bytes
======  =====================================================================  =====
M2      kid 1, ref 6, slot 3, balance 3, as-of 2 (minutes before slot), flags 1   16
C1      kid 1, card ref 8, version 2, reserved 1 (zero)                           12
S1      kid 1, staff 6, version 2, role 1, last day 2                             12
V2      code 10, kiosk 2, reward 2, last day 2, value 3, seq 1                    20
======  =====================================================================  =====

The service signs M2, C1 and S1 with one of its token keys (`kid`), a kiosk signs the V2
that it issues with its own key. The signed bytes are `"LYK/" + kind + NUL + payload`, so
that a signature for one kind never passes for another. The text is the kind, then base45
(RFC 9285) of both. V1 is the two characters `V1` and the 16-symbol voucher code; it carries
no signature, because the code is only a pointer to a row at the service; V2 holds the same
sixteen symbols as 80 bits.

Anything that is not exactly such a text is "not our code": the errors here never
repeat the text, and callers log its class and length only.
"""

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import base45
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from wire import provisioning, voucher_code
from wire.provisioning import Provisioning

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
SLOT_S = 60
VALID_BEFORE_SLOT_S = 30
"""An M2 is good from this long before its slot starts ..."""
VALID_AFTER_SLOT_S = 90
"""... until this long after its slot started."""
BALANCE_MAX = 2**24 - 1
"""A balance of this much or more is signed as this, and shown with a ≥."""
AS_OF_MAX_MIN = 2**16 - 1

_BASE45 = r"[0-9A-Z $%*+\-./:]"
_PATTERN = re.compile(
    rf"(?:M2(?P<m2>{_BASE45}{{120}})|C1(?P<c1>{_BASE45}{{114}})|S1(?P<s1>{_BASE45}{{114}})"
    rf"|V1(?P<v1>[0-9A-HJKMNP-TV-Z]{{16}})|V2(?P<v2>{_BASE45}{{126}})"
    rf"|P1(?P<p1>{_BASE45}{{9,{provisioning.TEXT_MAX - 2}}}))",
    re.ASCII,
)
_M2 = struct.Struct(">B6s3s3sHB")
_C1 = struct.Struct(">B8sHB")
_S1 = struct.Struct(">B6sHBH")
_V2 = struct.Struct(">10sHHH3sB")
_SIGNATURE_BYTES = 64


class TokenError(ValueError):
    """A scanned text that is not to be acted on. The text itself is never part of the message."""


class NotOurCode(TokenError):
    """It does not have the form of any token of ours."""


class ForgedToken(TokenError):
    """It has the form, but the signature does not verify or its key is unknown."""


@dataclass(frozen=True, slots=True)
class MemberCode:
    """M2: what a member's phone shows for one minute."""

    kid: int
    ref: bytes
    """6 bytes, a pseudonym."""
    slot: int
    """Minutes since `EPOCH`."""
    balance: int
    """Points as known by the service at `as_of`, saturated at `BALANCE_MAX`."""
    as_of_min: int
    """Minutes before the slot at which the balance was true, saturated."""
    flags: int = 0

    @property
    def slot_time(self) -> datetime:
        return EPOCH + timedelta(minutes=self.slot)

    @property
    def as_of(self) -> datetime:
        return self.slot_time - timedelta(minutes=self.as_of_min)

    def is_fresh(self, now: datetime) -> bool:
        """Whether `now` (aware) lies in the 2-minute window of this code."""
        age_s = (now - self.slot_time).total_seconds()
        return -VALID_BEFORE_SLOT_S <= age_s < VALID_AFTER_SLOT_S


@dataclass(frozen=True, slots=True)
class MemberCard:
    """C1: what is printed on a card; valid until its version is raised."""

    kid: int
    card_ref: bytes
    """8 bytes."""
    version: int


@dataclass(frozen=True, slots=True)
class VoucherToken:
    """V1: what a printed voucher's QR holds."""

    code: str
    """16 symbols, check symbol verified."""


@dataclass(frozen=True, slots=True)
class StaffBadge:
    """S1: a member of staff's badge; the PIN is asked by the service."""

    kid: int
    staff: bytes
    """6 bytes."""
    version: int
    role: int
    """Number of the role in the service's list."""
    last_day: date
    """The badge is good through this day, by the chain's calendar."""


@dataclass(frozen=True, slots=True)
class OfflineVoucher:
    """V2: a voucher that a kiosk issued without the service, within its allowance."""

    code: str
    """16 symbols, check symbol verified."""
    kiosk: int
    """The device's number at the service: says whose key signed."""
    reward: int
    """The reward's number in the allowance."""
    last_day: date
    value: int
    """In the currency's smallest unit."""
    seq: int
    """The kiosk's count of offline vouchers, modulo 256."""


Token = MemberCode | MemberCard | StaffBadge | VoucherToken | OfflineVoucher | Provisioning
PublicKeys = Mapping[int, Ed25519PublicKey]
"""The service's live token keys by `kid` (two at most), or kiosks' keys by their number."""


def slot_of(now: datetime) -> int:
    """The slot in which `now` (aware) lies."""
    return int((now - EPOCH).total_seconds() // SLOT_S)


def sign_member_code(key: Ed25519PrivateKey, code: MemberCode) -> str:
    """The text of an M2 (122 characters)."""
    payload = _M2.pack(
        code.kid,
        code.ref,
        code.slot.to_bytes(3, "big"),
        min(code.balance, BALANCE_MAX).to_bytes(3, "big"),
        min(code.as_of_min, AS_OF_MAX_MIN),
        code.flags,
    )
    return _text("M2", key, payload)


def sign_member_card(key: Ed25519PrivateKey, card: MemberCard) -> str:
    """The text of a C1 (116 characters)."""
    return _text("C1", key, _C1.pack(card.kid, card.card_ref, card.version, 0))


def sign_staff_badge(key: Ed25519PrivateKey, badge: StaffBadge) -> str:
    """The text of an S1 (116 characters)."""
    day = _day_number(badge.last_day)
    return _text("S1", key, _S1.pack(badge.kid, badge.staff, badge.version, badge.role, day))


def sign_offline_voucher(key: Ed25519PrivateKey, voucher: OfflineVoucher) -> str:
    """The text of a V2 (128 characters); `key` is the kiosk's."""
    payload = _V2.pack(
        voucher_code.to_bytes(voucher.code),
        voucher.kiosk,
        voucher.reward,
        _day_number(voucher.last_day),
        voucher.value.to_bytes(3, "big"),
        voucher.seq,
    )
    return _text("V2", key, payload)


def _day_number(day: date) -> int:
    return (day - EPOCH.date()).days


def _day(number: int) -> date:
    return EPOCH.date() + timedelta(days=number)


def voucher_payload(code: str) -> str:
    """The text of a V1 (18 characters) for a canonical code."""
    return "V1" + code


def _text(kind: str, key: Ed25519PrivateKey, payload: bytes) -> str:
    signature = key.sign(_signed_bytes(kind, payload))
    encoded: str = base45.b45encode(payload + signature).decode("ascii")
    return kind + encoded


def _signed_bytes(kind: str, payload: bytes) -> bytes:
    return b"LYK/" + kind.encode("ascii") + b"\0" + payload


def looks_ours(text: str) -> bool:
    """Whether a text has exactly the form of a token; its signature is another question."""
    return _PATTERN.fullmatch(text) is not None


def parse(text: str, keys: PublicKeys, kiosk_keys: PublicKeys | None = None) -> Token:
    """What a scanned text is, with its signature verified. Freshness is the caller's business.

    Costs about 0.1 ms for a signed token; call it off the event loop.

    Args:
        keys: the service's token keys.
        kiosk_keys: for offline vouchers; without them every V2 counts as forged.

    Raises:
        NotOurCode: any text that has not exactly the form of a token.
        ForgedToken: the form fits, the signature does not.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise NotOurCode("not a code of this chain")
    if (encoded := match["m2"]) is not None:
        return _member_code(_signed("M2", encoded, keys))
    if (encoded := match["c1"]) is not None:
        return _member_card(_signed("C1", encoded, keys))
    if (encoded := match["s1"]) is not None:
        return _staff_badge(_signed("S1", encoded, keys))
    if (encoded := match["v2"]) is not None:
        return _offline_voucher(encoded, kiosk_keys or {})
    try:
        if (encoded := match["p1"]) is not None:
            return provisioning.parse(encoded)
        return VoucherToken(voucher_code.parse(match["v1"]))
    except provisioning.ProvisioningError as error:
        raise NotOurCode("not a provisioning code of this kind") from error
    except voucher_code.VoucherCodeError as error:
        raise NotOurCode("not a voucher code of this chain") from error


def _signed(kind: str, encoded: str, keys: PublicKeys) -> bytes:
    """The payload of a token whose first byte says whose key signed it."""
    payload, signature = _parts(encoded)
    _verify(kind, payload, signature, keys.get(payload[0]))
    return payload


def _parts(encoded: str) -> tuple[bytes, bytes]:
    try:
        raw: bytes = base45.b45decode(encoded)
    except ValueError:
        raise NotOurCode("not base45") from None
    return raw[:-_SIGNATURE_BYTES], raw[-_SIGNATURE_BYTES:]


def _verify(kind: str, payload: bytes, signature: bytes, key: Ed25519PublicKey | None) -> None:
    if key is None:
        raise ForgedToken("signed with a key that this chain does not use")
    try:
        key.verify(signature, _signed_bytes(kind, payload))
    except InvalidSignature:
        raise ForgedToken("the signature does not verify") from None


def _member_code(payload: bytes) -> MemberCode:
    kid, ref, slot, balance, as_of_min, flags = _M2.unpack(payload)
    return MemberCode(
        kid, ref, int.from_bytes(slot, "big"), int.from_bytes(balance, "big"), as_of_min, flags
    )


def _member_card(payload: bytes) -> MemberCard:
    kid, card_ref, version, reserved = _C1.unpack(payload)
    if reserved != 0:
        raise NotOurCode("a card of a later kind")
    return MemberCard(kid, card_ref, version)


def _staff_badge(payload: bytes) -> StaffBadge:
    kid, staff, version, role, last_day = _S1.unpack(payload)
    return StaffBadge(kid, staff, version, role, _day(last_day))


def _offline_voucher(encoded: str, kiosk_keys: PublicKeys) -> OfflineVoucher:
    payload, signature = _parts(encoded)
    packed, kiosk, reward, last_day, value, seq = _V2.unpack(payload)
    _verify("V2", payload, signature, kiosk_keys.get(kiosk))
    try:
        code = voucher_code.from_bytes(packed)
    except voucher_code.VoucherCodeError as error:
        raise NotOurCode("not a voucher code of this chain") from error
    return OfflineVoucher(code, kiosk, reward, _day(last_day), int.from_bytes(value, "big"), seq)
