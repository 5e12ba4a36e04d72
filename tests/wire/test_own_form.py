"""The short way of verifying says yes only where the library does, and takes what we sign."""

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from wire import own_form, signing
from wire.ids import new_id
from wire.signing import ClockSkew, sign, verify

KEY = Ed25519PrivateKey.generate()
OTHER_KEY = Ed25519PrivateKey.generate().public_key()
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
URL = "http://service/v1/redemptions/01a20299/printing?open=1"
BODY = b'{"a":1}'
METHODS = ("GET", "POST", "PUT", "get", "PURGE")
URLS = (
    URL,
    "http://service/v1/catalogue",
    "http://service/v1/catalogue?",
    "https://proxy:8443/v1/catalogue?since=1&limit=2",
    "http://service/v1/../time",
    "http://service/v1/a%41",
    "http://service/v1/a%4",
    "http://service/v1/a b",
    "http://service/v1/é",
    "http://service/v1/a?x=%20",
    "http://service",
    "/v1/time",
)
INPUT_CHANGES = (
    ('"@path" ', ""),
    ('"@path" "@query"', '"@query" "@path"'),
    ('"@query"', '"@query";req'),
    ("device=", "other="),
    ("device=", "device= "),
    ("created=", "created=0"),
    (";created=", "; created="),
    (";tag=", ';alg="ed25519";tag='),
    (';tag="lyk-v1"', ""),
    ("lyk-v1", "lyk-v2"),
    (' "idempotency-key"', ""),
    (' "content-digest"', ""),
    (' "content-digest"', ' "idempotency-key"'),
    ("", ""),
)
HEADER_CHANGES = (
    {},
    {"idempotency-key": "k2"},
    {"idempotency-key": " k1"},
    {"idempotency-key": "ké"},
    {"idempotency-key": ""},
    {"content-digest": "sha-256=:AAAA:"},
    {"content-digest": "sha-256=:AAAA:, sha-512=:AAAA:"},
    {"signature": "device=:AAAA:"},
    {"signature": "device=:" + "A" * 86 + "==:"},
    {"signature": ""},
)


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def agree(method, url, headers, body, key) -> None:
    """What is taken the short way the library takes, too, and reads the same time in it."""
    short = own_form.created(
        method, url, headers, body, key, is_write=method in signing.WRITE_METHODS
    )
    if short is not None:
        assert short == signing._created_in_any_form(method, url, headers, body, key)


@pytest.mark.parametrize(
    ("method", "body", "key"), [("POST", BODY, "k1"), ("POST", None, "k1"), ("GET", None, None)]
)
def test_what_we_sign_needs_no_general_parser(monkeypatch, method, body, key) -> None:
    def never(*_: object) -> int:
        raise AssertionError("the library was asked")

    headers = lower(sign(method, URL, body, KEY, str(new_id()), NOW, key))
    monkeypatch.setattr(signing, "_created_in_any_form", never)

    assert verify(method, URL, headers, body or b"", KEY.public_key(), NOW) == NOW


@settings(max_examples=150)
@given(
    signed=st.tuples(st.sampled_from(("GET", "POST")), st.sampled_from(URLS[:4]), st.booleans()),
    method=st.none() | st.sampled_from(METHODS),
    url=st.none() | st.sampled_from(URLS),
    change=st.sampled_from(INPUT_CHANGES),
    headers=st.sampled_from(HEADER_CHANGES),
    body=st.none() | st.sampled_from([b"", b'{"a":2}']),
    other_key=st.booleans(),
)
def test_both_ways_agree(signed, method, url, change, headers, body, other_key) -> None:
    signed_method, signed_url, has_body = signed
    content = BODY if has_body and signed_method == "POST" else None
    key = "k1" if signed_method == "POST" else None
    sent = lower(sign(signed_method, signed_url, content, KEY, "device-1", NOW, key))
    sent["signature-input"] = sent["signature-input"].replace(*change, 1)

    agree(
        method or signed_method,
        url or signed_url,
        sent | headers,
        (content or b"") if body is None else body,
        OTHER_KEY if other_key else KEY.public_key(),
    )


def signed_over(covered: str, method: str, url: str, values: dict[str, str], created: str):
    """Headers with a true signature over exactly these lines, whatever they say."""
    path, _, query = url.removeprefix("http://service").partition("?")
    lines = {"@method": method, "@path": path, "@query": f"?{query}", **values}
    names = covered.split()
    quoted = " ".join(f'"{name}"' for name in names)
    parameters = f'({quoted});created={created};keyid="device-1";tag="lyk-v1"'
    base = "".join(f'"{name}": {lines[name]}\n' for name in names)
    signature = KEY.sign(f'{base}"@signature-params": {parameters}'.encode())
    return values | {
        "signature-input": f"device={parameters}",
        "signature": f"device=:{b64encode(signature).decode()}:",
    }


THREE = "@method @path @query"
WRITE = f"{THREE} idempotency-key content-digest"
DIGEST = f"sha-256=:{b64encode(sha256(BODY).digest()).decode()}:"
VALUES = {"idempotency-key": "k1", "content-digest": DIGEST}
SAME_PATH = "http://service/v1/time"


@pytest.mark.parametrize("created", [str(int(NOW.timestamp())), "0012", "99999999999"])
@pytest.mark.parametrize(
    ("covered", "method", "url", "values", "body"),
    [
        (WRITE, "POST", SAME_PATH, VALUES, BODY),
        (f"{THREE} content-digest", "POST", SAME_PATH, VALUES, BODY),
        (f"{THREE} idempotency-key", "POST", SAME_PATH, VALUES, BODY),
        (f"{THREE} idempotency-key", "POST", SAME_PATH, {"idempotency-key": "k1"}, b""),
        (f"{THREE} idempotency-key", "POST", SAME_PATH, VALUES, b""),
        (WRITE, "POST", SAME_PATH, VALUES, b""),
        (WRITE, "POST", SAME_PATH, VALUES, b"other"),
        (WRITE, "GET", SAME_PATH, VALUES, BODY),
        (THREE, "GET", SAME_PATH, {}, b""),
        (THREE, "GET", SAME_PATH, {"content-digest": DIGEST}, b""),
        (THREE, "get", SAME_PATH, {}, b""),
        (THREE, "GET", "http://service/v1/a%4?b", {}, b""),
        (THREE, "GET", "http://service/v1/a b", {}, b""),
        (THREE, "GET", "http://service/v1/../a", {}, b""),
        (THREE, "GET", "http://service/v1/a?b#c", {}, b""),
        (THREE, "GET", "http://service/v1/a?b=é", {}, b""),
        (WRITE, "POST", SAME_PATH, VALUES | {"idempotency-key": "k\n1"}, BODY),
        (WRITE, "POST", SAME_PATH, VALUES | {"idempotency-key": "ké"}, BODY),
        (WRITE, "POST", SAME_PATH, VALUES | {"content-digest": "sha-256=:AAAA:"}, BODY),
    ],
)
def test_both_ways_agree_on_what_was_truly_signed(
    covered, method, url, values, body, created
) -> None:
    agree(method, url, signed_over(covered, method, url, values, created), body, KEY.public_key())


def test_a_signature_in_another_order_is_still_good() -> None:
    """Any client may write it as RFC 9421 allows: signed anew over the changed form."""
    parameters = (
        '("content-digest" "idempotency-key" "@query" "@path" "@method")'
        f';tag="lyk-v1";keyid="device-1";created={int(NOW.timestamp())}'
    )
    sent = lower(sign("POST", URL, BODY, KEY, "device-1", NOW, "k1"))
    base = (
        f'"content-digest": {sent["content-digest"]}\n"idempotency-key": k1\n"@query": ?open=1\n'
        f'"@path": /v1/redemptions/01a20299/printing\n"@method": POST\n'
        f'"@signature-params": {parameters}'
    )
    sent["signature-input"] = f"till={parameters}"
    sent["signature"] = f"till=:{b64encode(KEY.sign(base.encode())).decode()}:"

    assert own_form.created("POST", URL, sent, BODY, KEY.public_key(), is_write=True) is None
    assert verify("POST", URL, sent, BODY, KEY.public_key(), NOW) == NOW


def test_a_year_that_there_is_not_is_a_wrong_clock() -> None:
    far = sign("GET", URL, None, KEY, "device-1", NOW + timedelta(days=1), None)
    told = re.search("created=([0-9]+)", far["Signature-Input"])
    assert told is not None
    parameters = far["Signature-Input"].removeprefix("device=").replace(told[1], "99999999999")
    base = (
        '"@method": GET\n"@path": /v1/redemptions/01a20299/printing\n"@query": ?open=1\n'
        f'"@signature-params": {parameters}'
    )
    sent = {
        "signature-input": f"device={parameters}",
        "signature": f"device=:{b64encode(KEY.sign(base.encode())).decode()}:",
    }

    with pytest.raises(ClockSkew):
        verify("GET", URL, sent, b"", KEY.public_key(), NOW)
