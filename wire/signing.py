"""HTTP message signatures (RFC 9421, Ed25519) over what a device asks for.

Covered: @method, @path, @query, the content digest if there is a body, and on writes
the Idempotency-Key, which also serves as the nonce: a captured write that is sent
again is a replay of the same key and moves nothing. Reads need no nonce. One key can be
good twice: that of a voucher's use, which comes from the receipt, after the same till's
restore. There `created` tells a replay (signed before the restore) from a new use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from wire import own_form

WINDOW_S = 300
"""A signature is good for this long around its `created`, by the service's clock."""
IDEMPOTENCY_KEY = "Idempotency-Key"
LABEL = "device"
TAG = "lyk-v1"
"""Signed, so that a signature made for something else never passes here."""
WRITE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SignatureError(Exception):
    """A request that is not to be acted on.

    SignatureError
    ├── SignatureMissing   no signature at all
    ├── SignatureInvalid   malformed, incomplete, or does not verify
    └── ClockSkew          authentic, but `created` is outside the window: set the clock, sign anew
    """


class SignatureMissing(SignatureError):
    pass


class SignatureInvalid(SignatureError):
    pass


class ClockSkew(SignatureError):
    pass


@dataclass(slots=True)
class _Message:
    """The request as the signature library wants it."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class _OneKey(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey | Ed25519PublicKey) -> None:
        self._key = key

    def resolve_public_key(self, key_id: str) -> Ed25519PrivateKey | Ed25519PublicKey:
        return self._key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey | Ed25519PublicKey:
        return self._key


class _Verifier(HTTPMessageVerifier):
    def validate_created_and_expires(self, sig_input: object, max_age: object = None) -> None:
        """Left to `verify`, which has the service's clock and tells skew from forgery."""


def _covered(method: str) -> list[str]:
    """What must be covered; the library adds the content digest where there is a body."""
    components = ["@method", "@path", "@query"]
    return [*components, "idempotency-key"] if method in WRITE_METHODS else components


def sign(
    method: str,
    url: str,
    body: bytes | None,
    key: Ed25519PrivateKey,
    keyid: str,
    created: datetime,
    idempotency_key: str | None = None,
) -> dict[str, str]:
    """The headers to add to a request so that it counts as this device's.

    Args:
        url: absolute, as it will be sent (query included).
        body: exactly the bytes that will be sent, or None.
        keyid: the device's id (a UUID in text), or "enrol" at enrolment.
        created: aware, by the device's best clock; a retry is signed anew.
        idempotency_key: required on writes, refused on reads.

    Costs about 0.3 ms; safe from any thread.
    """
    if (idempotency_key is None) == (method in WRITE_METHODS):
        raise ValueError(f"{method} and idempotency_key={idempotency_key!r} do not go together")
    message = _Message(method, url)
    if idempotency_key is not None:
        message.headers[IDEMPOTENCY_KEY] = idempotency_key
    HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=_OneKey(key)).sign(
        message,
        key_id=keyid,
        created=created,
        label=LABEL,
        tag=TAG,
        include_alg=False,
        covered_component_ids=_covered(method),
        body=body or None,
    )
    return message.headers


def keyid_of(headers: Mapping[str, str]) -> str:
    """The keyid that a request claims, not yet verified: with it the public key is looked up.

    Raises:
        SignatureMissing, SignatureInvalid
    """
    signature_input = headers.get("signature-input")
    if not signature_input:
        raise SignatureMissing("the request is not signed")
    # The value is verified afterwards as part of the signature base; here it is only a look-up key.
    _, _, rest = signature_input.partition(';keyid="')
    keyid, quote, _ = rest.partition('"')
    if not quote or not keyid:
        raise SignatureInvalid("the signature names no keyid")
    return keyid


def verify(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    key: Ed25519PublicKey,
    now: datetime,
) -> datetime:
    """When an authentic request was signed (`created`, aware, UTC).

    Args:
        url: absolute; scheme and host are not covered, path and query are.
        headers: with lower-case names.
        now: the service's clock, aware.

    Raises:
        SignatureMissing: no signature header.
        SignatureInvalid: it does not verify, or does not cover all it must.
        ClockSkew: it verifies, but is too old or from the future.
    """
    if "signature-input" not in headers or "signature" not in headers:
        raise SignatureMissing("the request is not signed")
    told = own_form.created(method, url, headers, body, key, is_write=method in WRITE_METHODS)
    if told is None:
        told = _created_in_any_form(method, url, headers, body, key)
    if abs(now.timestamp() - told) > WINDOW_S:  # a number: it may be of no year at all
        raise ClockSkew("signed outside the window of five minutes")
    return datetime.fromtimestamp(told, UTC)


def _created_in_any_form(
    method: str, url: str, headers: Mapping[str, str], body: bytes, key: Ed25519PublicKey
) -> int:
    """Unix time. Raises SignatureInvalid: it does not verify, or does not cover all it must."""
    message = _Message(method, url, dict(headers))
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_OneKey(key))
    try:
        result = verifier.verify(
            message,
            max_age=None,
            expect_tag=TAG,
            require_components=_covered(method),
            body=body,
        )[0]
    except (InvalidSignature, HTTPMessageSignaturesException) as error:
        raise SignatureInvalid("the signature does not verify") from error
    return int(result.parameters["created"])
