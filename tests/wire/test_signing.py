from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wire import signing
from wire.signing import ClockSkew, SignatureInvalid, SignatureMissing, sign, verify

KEY = Ed25519PrivateKey.generate()
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
URL = "http://service/v1/redemptions?open=1"
BODY = b'{"a":1}'


def signed(method="POST", url=URL, body=BODY, key="k1", created=NOW) -> dict[str, str]:
    headers = sign(method, url, body, KEY, "device-1", created, key)
    return {name.lower(): value for name, value in headers.items()}


def check(headers, method="POST", url=URL, body=BODY, now=NOW, key=KEY):
    return verify(method, url, headers, body, key.public_key(), now)


def test_a_signed_write_is_authentic_on_any_host() -> None:
    headers = signed()
    assert signing.keyid_of(headers) == "device-1"
    assert check(headers) == NOW
    assert check(headers, url="https://proxy:8443/v1/redemptions?open=1") == NOW


def test_a_signed_read_needs_no_key_and_no_body() -> None:
    headers = signed("GET", body=None, key=None)
    assert check(headers, "GET", body=b"") == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"},
        {"url": "http://service/v1/redemptions?open=2"},
        {"url": "http://service/v1/other?open=1"},
        {"body": b'{"a":2}'},
        {"body": b""},
        {"key": Ed25519PrivateKey.generate()},
    ],
)
def test_whatever_is_changed_is_found(changes) -> None:
    with pytest.raises(SignatureInvalid):
        check(signed(), **changes)


def test_another_idempotency_key_is_found() -> None:
    with pytest.raises(SignatureInvalid):
        check(signed() | {"idempotency-key": "k2"})


def test_a_body_added_to_a_signed_read_is_found() -> None:
    with pytest.raises(SignatureInvalid):
        check(signed("GET", body=None, key=None), "GET", body=b"{}")


@pytest.mark.parametrize("covered", ['"@method" ', '"@path" ', '"@query" ', '"idempotency-key" '])
def test_a_signature_that_covers_less_is_refused(covered) -> None:
    headers = signed()
    headers["signature-input"] = headers["signature-input"].replace(covered, "")
    with pytest.raises(SignatureInvalid):
        check(headers)


@pytest.mark.parametrize("shift_s", [-301, 301])
def test_a_wrong_clock_is_told_apart_from_forgery(shift_s) -> None:
    with pytest.raises(ClockSkew):
        check(signed(), now=NOW + timedelta(seconds=shift_s))


@pytest.mark.parametrize("shift_s", [-300, 0, 300])
def test_a_clock_within_five_minutes_is_accepted(shift_s) -> None:
    check(signed(), now=NOW + timedelta(seconds=shift_s))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"signature-input": "device=()"},
        {"signature": "x"},
    ],
)
def test_no_signature(headers) -> None:
    with pytest.raises(SignatureMissing):
        check(headers)


@pytest.mark.parametrize(
    "bad",
    [
        {"signature": "device=:AAAA:"},
        {"signature": "garbage"},
        {"signature-input": "garbage"},
        {"signature-input": 'device=("@method");keyid="x"'},
        {"signature-input": "\x00"},
    ],
)
def test_a_malformed_signature_is_invalid(bad) -> None:
    with pytest.raises(SignatureInvalid):
        check(signed() | bad)


def test_keyid_is_needed() -> None:
    with pytest.raises(SignatureMissing):
        signing.keyid_of({})
    with pytest.raises(SignatureInvalid):
        signing.keyid_of({"signature-input": 'device=("@method");created=1'})


@pytest.mark.parametrize(("method", "key"), [("POST", None), ("GET", "k1")])
def test_a_key_belongs_to_writes_and_only_to_them(method, key) -> None:
    with pytest.raises(ValueError, match="do not go together"):
        sign(method, URL, None, KEY, "device-1", NOW, key)
