"""The one form that `wire.signing.sign` gives a signature, verified without a general parser.

RFC 9421 lets a signature be written in many ways, and reading any of them costs three times as
much as verifying it. All our devices write it in this one way. What is accepted here the library
accepts, too (tests/wire/test_own_form.py); whatever is not exactly this form, or does not verify,
is left to the library to judge.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# Only characters that no step of RFC 9421 would write in another way; no dots, for dot segments.
_URL = re.compile(r"https?://[A-Za-z0-9.:\-]+(/[A-Za-z0-9/_\-]*)(?:\?([A-Za-z0-9=&_\-]*))?")
_KEY = re.compile(r"[A-Za-z0-9._:/\-]+")
_INPUT = re.compile(
    r'device=(\("@method" "@path" "@query"( "idempotency-key")?( "content-digest")?\)'
    r';created=([1-9][0-9]{0,10});keyid="[A-Za-z0-9\-]+";tag="lyk-v1")'
)
_SIGNATURE = re.compile(r"device=:([A-Za-z0-9+/]{86}==):")


def created(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    key: Ed25519PublicKey,
    *,
    is_write: bool,
) -> int | None:
    """When it was signed (Unix time), or None if the library must judge.

    Args:
        url: absolute; path and query are covered.
        headers: with lower-case names, each once.
        is_write: the Idempotency-Key must be covered.
    """
    place = _URL.fullmatch(url)
    signed = _INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(headers.get("signature", ""))
    if place is None or signed is None or signature is None or not method.isupper():
        return None
    parameters, with_key, with_digest, told = signed.groups()
    if bool(with_key) != is_write or bool(with_digest) != bool(body):
        return None
    lines = [f'"@method": {method}', f'"@path": {place[1]}', f'"@query": ?{place[2] or ""}']
    if is_write:
        idempotency_key = headers.get("idempotency-key", "")
        if _KEY.fullmatch(idempotency_key) is None:
            return None
        lines.append(f'"idempotency-key": {idempotency_key}')
    digest = f"sha-256=:{b64encode(sha256(body).digest()).decode()}:" if body else None
    if headers.get("content-digest") != digest:
        return None
    if digest is not None:
        lines.append(f'"content-digest": {digest}')
    lines.append(f'"@signature-params": {parameters}')
    try:
        key.verify(b64decode(signature[1]), "\n".join(lines).encode())
    except InvalidSignature:
        return None
    return int(told)
