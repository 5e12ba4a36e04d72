"""Addresses of cameras on a network, as they may be given and as they may be shown."""

import re
from urllib.parse import urlsplit

_HTTP = re.compile(r"https?:", re.IGNORECASE)
_USER_INFO = re.compile(r"://[^/]*@")
_HIDDEN = re.compile(r"(?<=:/).*@", re.DOTALL)


def is_address(place: str) -> bool:
    """Whether it is meant as an address, rather than as a path."""
    return _HTTP.match(place) is not None


def check_source(source: str) -> None:
    """A camera's text of any kind: it must hold no user name and no password.

    Raises:
        ValueError: it does; `str()` says nothing of them.
    """
    if _USER_INFO.search(source):
        raise ValueError(
            "holds a password, which every program could read in the list of processes"
        )


def check_address(address: str) -> None:
    """An address that is fit to be asked for.

    Raises:
        ValueError: why it is not; `str()` does not repeat it.
    """
    check_source(address)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise ValueError("is not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ValueError("names no host")


def shown(source: str) -> str:
    """A camera's text as a message may repeat it: without what may be a password."""
    return _HIDDEN.sub("/***@", source)
