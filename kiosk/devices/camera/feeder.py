"""Reads a camera's stream over HTTP for the scanner process, which has no network itself.

`python -m kiosk.devices.camera.feeder FD URL` is started before the scanner gives up its
rights; FD is one end of a socket pair. It holds the newest picture, packed, and nothing else:
no decoder looks at it here. Each request is one byte and has one answer, in bounded time:

| request | answer |
|---|---|
| `o` open the stream | `K`, or `E` and why not |
| `n` a picture newer than the last one given | `F` and the picture, or `E`: the stream is closed |
| `c` close the stream | `K` |

An answer is `HEADER` (its letter, time.monotonic() of the picture, length) and that many bytes.
It ends when the other end of the socket is gone.
"""

import asyncio
import socket
import struct
import sys
import time
from contextlib import suppress

import httpx

from kiosk.devices.camera.jpeg_feed import Jpeg
from kiosk.devices.camera.jpeg_stream import JpegSplitter
from kiosk.devices.camera.source import NO_FRAME_S

HEADER = struct.Struct("<cdI")
OPEN_S = 3.0
OK_STATUS = 200


class FeederError(Exception):
    """The stream cannot be opened, or has ended; `str()` is a reason for an engineer."""


class Stream:
    """One address; at most one connection. Belongs to one event loop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._task: asyncio.Task[None] | None = None
        self._opened = asyncio.Event()
        self._changed = asyncio.Event()
        self._newest: Jpeg | None = None
        self._ended: str | None = None

    async def open(self) -> None:
        """The camera has answered when this returns.

        Raises:
            FeederError
        """
        await self.close()
        self._opened, self._changed = asyncio.Event(), asyncio.Event()
        self._newest = self._ended = None
        self._task = asyncio.create_task(self._receive())
        try:
            async with asyncio.timeout(OPEN_S):
                await self._opened.wait()
        except TimeoutError:
            await self.close()
            raise FeederError(f"no answer within {OPEN_S:g} s") from None
        if self._ended is not None and self._newest is None:
            raise FeederError(self._ended)

    async def newest(self) -> Jpeg:
        """Waits for a picture that was not given before.

        Raises:
            FeederError
        """
        try:
            async with asyncio.timeout(NO_FRAME_S):
                while self._newest is None:
                    if self._task is None or self._ended is not None:
                        raise FeederError(self._ended or "not open")
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise FeederError(f"no picture for {NO_FRAME_S:g} s") from None
        jpeg, self._newest = self._newest, None
        return jpeg

    async def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _receive(self) -> None:
        ended = "the camera hung up"
        try:
            # Whoever waits for us gives up first. The environment's proxies are for the shop's
            # network, not for its camera.
            async with (
                httpx.AsyncClient(timeout=2 * OPEN_S, trust_env=False) as client,
                client.stream("GET", self._url, headers={"Accept-Encoding": "identity"}) as answer,
            ):
                if answer.status_code == OK_STATUS:
                    self._opened.set()
                    await self._take_pictures(answer)
                else:
                    ended = f"the camera answers {answer.status_code}"
        except Exception as error:  # noqa: BLE001 - whatever it is: told, and tried again later
            ended = str(error) or type(error).__name__
        finally:
            self._ended = ended
            self._opened.set()
            self._changed.set()

    async def _take_pictures(self, answer: httpx.Response) -> None:
        splitter = JpegSplitter()
        async for chunk in answer.aiter_raw():
            if whole := splitter.feed(chunk):
                self._newest = Jpeg(whole[-1], time.monotonic())
                self._changed.set()


async def serve(end: socket.socket, url: str) -> None:
    """Answers requests until the other end is gone."""
    stream = Stream(url)
    loop = asyncio.get_running_loop()
    end.setblocking(False)
    try:
        while request := await loop.sock_recv(end, 1):
            await loop.sock_sendall(end, await _answer(stream, request))
    except ConnectionError:
        pass  # the scanner died
    finally:
        await stream.close()


async def _answer(stream: Stream, request: bytes) -> bytes:
    try:
        if request == b"n":
            jpeg = await stream.newest()
            return HEADER.pack(b"F", jpeg.mono_s, len(jpeg.packed)) + jpeg.packed
        if request == b"o":
            await stream.open()
        else:
            await stream.close()
    except FeederError as error:
        await stream.close()
        reason = str(error).encode(errors="replace")
        return HEADER.pack(b"E", 0.0, len(reason)) + reason
    return HEADER.pack(b"K", 0.0, 0)


def main() -> None:
    with socket.socket(fileno=int(sys.argv[1])) as end:
        asyncio.run(serve(end, sys.argv[2]))


if __name__ == "__main__":
    main()
