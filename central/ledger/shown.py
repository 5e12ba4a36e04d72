"""Whose code or card a till was shown: a verified token, as the SQL functions look it up."""

import msgspec

from wire.tokens import MemberCard, MemberCode


class Shown(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of `wire.tokens.parse`: the signature was good. Bytes in hex."""

    fresh: bool
    """A rotating code is good for minutes only; a card always."""
    ref: str | None = None
    card: str | None = None
    version: int | None = None

    @classmethod
    def of(cls, token: MemberCode | MemberCard, *, fresh: bool = True) -> "Shown":
        match token:
            case MemberCode():
                return cls(fresh, ref=token.ref.hex())
            case MemberCard():
                return cls(fresh, card=token.card_ref.hex(), version=token.version)

    def json(self) -> str:
        return msgspec.json.encode(self).decode()
