"""P1: what IT holds before a new kiosk's camera: which service, which code, which store.

The text is `P1` and the base45 (RFC 9285) of three fields, each one length byte and so many
bytes of UTF-8: service URL, provisioning code, store. It carries no signature: the code in
it is good once, and the service decides.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

import base45

KIND = "P1"
TEXT_MAX = 199
"""Characters; a QR code of version 8 at level M holds them."""
_FIELDS = 3
_FIELD_MAX = 255


@dataclass(frozen=True, slots=True)
class Provisioning:
    url: str
    """Address of the points service, https://..."""
    code: str
    """Provisioning code, good once."""
    store: str
    """Number or short name of the store."""


class ProvisioningError(ValueError):
    """Fields that do not fit, or a text that holds no three fields of their kind."""


def text_of(provisioning: Provisioning) -> str:
    """The text of a P1.

    Raises:
        ProvisioningError: a field is empty, all together are too long, or the first is no address.
    """
    packed = b""
    for field in (provisioning.url, provisioning.code, provisioning.store):
        raw = field.encode()
        if not 0 < len(raw) <= _FIELD_MAX:
            raise ProvisioningError(f"a field of {len(raw)} bytes; 1 to {_FIELD_MAX} fit")
        packed += bytes([len(raw)]) + raw
    _check_address(provisioning.url)
    text = KIND + str(base45.b45encode(packed).decode("ascii"))
    if len(text) > TEXT_MAX:
        raise ProvisioningError(
            f"{len(text)} characters; a code holds {TEXT_MAX}: shorten the service's address"
        )
    return text


def _check_address(url: str) -> None:
    """Raises ProvisioningError for what no points service can be reached at."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port beyond 65535, half an IPv6 address
        valid = False
    if not valid or any(c.isspace() for c in url):
        raise ProvisioningError("the service's address does not begin with https:// and a host")


def parse(encoded: str) -> Provisioning:
    """The fields in what follows `P1`.

    Raises:
        ProvisioningError: not exactly three fields of printable text.
    """
    try:
        packed: bytes = base45.b45decode(encoded)
    except ValueError:
        raise ProvisioningError("not base45") from None
    fields: list[str] = []
    at = 0
    while at < len(packed) and len(fields) < _FIELDS:
        end = at + 1 + packed[at]
        try:
            fields.append(packed[at + 1 : end].decode())
        except UnicodeDecodeError:
            raise ProvisioningError("a field that is no text") from None
        at = end
    if at != len(packed) or len(fields) != _FIELDS:
        raise ProvisioningError("not three fields")
    if not all(field and field.isprintable() for field in fields):
        raise ProvisioningError("a field that is empty or holds control characters")
    provisioning = Provisioning(*fields)
    if text_of(provisioning) != KIND + encoded:
        raise ProvisioningError("written in another way than ours")
    return provisioning
