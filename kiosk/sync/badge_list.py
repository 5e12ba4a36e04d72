"""The signed list of badges: who may do paper tasks while the service is away."""

from collections.abc import Sequence

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wire.api.devices import ServerKey
from wire.api.staff import BADGES_DOMAIN, BadgeList, SignedBadgeList


class BadgeListForged(ValueError):
    """It is not signed by a key of the service, or is no list at all: it lets nobody in."""


def opened(signed: SignedBadgeList, server_keys: Sequence[ServerKey]) -> BadgeList:
    """The list, its signature verified. Whose it is and how old is the caller's business.

    Called for every list that comes from the service or from disk; about 0.1 ms.

    Raises:
        BadgeListForged
    """
    public = next((key.public_key for key in server_keys if key.kid == signed.kid), None)
    if public is None:
        raise BadgeListForged("signed with a key that the service does not use")
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(signed.signature, BADGES_DOMAIN + signed.badges)
        badges = msgspec.json.decode(signed.badges, type=BadgeList)
    except (InvalidSignature, ValueError) as error:
        raise BadgeListForged(f"not signed by the service: {type(error).__name__}") from None
    if badges.issued_at.tzinfo is None or badges.expires_at.tzinfo is None:
        raise BadgeListForged("its times have no zone")
    return badges
