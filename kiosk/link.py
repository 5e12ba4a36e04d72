"""Whether the service can be reached, learnt from every call that is made anyway."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from kiosk.sync.errors import ServiceRefused, ServiceSilent
from kiosk.sync.transport import Answer, Request, Transport
from wire.errors import ErrorCode, Problem

NOT_ACCEPTED = frozenset({ErrorCode.DEVICE_REVOKED, ErrorCode.DEVICE_UNKNOWN})
"""Refusals of the device itself: nothing that it asks will be done."""


class WatchedTransport(Transport):
    """A transport that tells how each call went.

    `on_link(online, accepted)` is called in the loop after each call: a refusal is an
    answer too, so only silence and answers that cannot be used mean "offline".
    """

    on_link: Callable[[bool, bool], None] = staticmethod(lambda _online, _accepted: None)

    async def ask(
        self, request: Request, on_skew: Callable[[Problem], Awaitable[datetime | None]]
    ) -> Answer:
        try:
            answer = await super().ask(request, on_skew)
        except ServiceRefused as refused:
            self.on_link(True, refused.problem.code not in NOT_ACCEPTED)
            raise
        except ServiceSilent:
            self.on_link(False, True)
            raise
        self.on_link(True, True)
        return answer
