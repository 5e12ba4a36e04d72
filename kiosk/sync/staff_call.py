"""Calls that staff answer for: the token is put in at each send, and is nowhere else."""

from typing import Protocol
from uuid import UUID

import msgspec

from kiosk.journal.entry import Call, Verb
from wire.api.redemptions import CaptureRequest, ReleaseRequest, ReprintRequest

_BODIES: dict[Verb, type[CaptureRequest | ReleaseRequest | ReprintRequest]] = {
    Verb.REPRINT: ReprintRequest,
    Verb.CONFIRM: CaptureRequest,
    Verb.VOID: ReleaseRequest,
}
PATHS = {Verb.REPRINT: "reprint", Verb.CONFIRM: "capture", Verb.VOID: "release"}
"""The last part of each call's path."""


class StaffTokens(Protocol):
    """Who is logged in here now (`kiosk.staff.session.StaffSession`)."""

    def token_for(self, login: UUID) -> str | None:
        """The secret that speaks for a log-in, while it is alive here."""


class StaffGone(Exception):
    """Nobody is logged in any more who could answer for the call."""


def body_to_send(call: Call, tokens: StaffTokens) -> bytes:
    """The body as it was written down, with the token of whoever answers for it.

    Raises:
        StaffGone: that log-in is over.
    """
    if call.by is None:
        return call.body
    token = None if call.by.login is None else tokens.token_for(call.by.login)
    if token is None:
        raise StaffGone
    body = msgspec.json.decode(call.body, type=_BODIES[call.verb])
    return msgspec.json.encode(msgspec.structs.replace(body, staff_token=token))
