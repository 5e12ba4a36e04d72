"""What reads the API's connections: uvicorn's protocol with two bounds that it lacks."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_MAX = 32 * 1024
"""Bytes of a request before its body, beyond what came with the first of them; those of our
devices are below 2 kB."""
REQUEST_MAX = 1024 * 1024
"""Bytes of a whole request, beyond what came with the first of them: four times the largest body
that is read, for chunks' lengths, trailers, and what is refused."""
REQUEST_S = 30.0
"""From the connection, or a request's first byte, to its last one."""

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class BoundedHttp(HttpToolsProtocol):
    """One connection: heads are not endless, and who sends slowly is hung up on.

    Between two requests uvicorn's keep-alive time counts. Called by the event loop.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._bytes: int | None = None
        """Read of the request that is not over; None: none has begun."""
        self._in_head = False
        self._hang_up: asyncio.TimerHandle | None = None
        self._expect_all()

    def connection_lost(self, exc: Exception | None) -> None:
        self._has_all()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        more = self._bytes is not None
        super().data_received(data)
        if not more or self._bytes is None or self.transport.is_closing():
            return
        self._bytes += len(data)
        if self._in_head and self._bytes > HEAD_MAX:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        elif self._bytes > REQUEST_MAX:  # the app has refused its body, or it is all trailers
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._bytes, self._in_head = 0, True
        self._expect_all()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._bytes = None
        self._has_all()
        super().on_message_complete()

    def _expect_all(self) -> None:
        if self._hang_up is None:
            self._hang_up = self.loop.call_later(REQUEST_S, self._too_slow)

    def _has_all(self) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
            self._hang_up = None

    def _too_slow(self) -> None:
        self._hang_up = None
        self.transport.abort()
