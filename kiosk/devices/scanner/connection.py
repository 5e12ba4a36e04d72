"""The kiosk's end of the socket to one scanner process."""

import errno
import os
import socket
from contextlib import suppress
from pathlib import Path

import msgspec

from kiosk.devices.ports import Preview
from kiosk.devices.scanner import door
from kiosk.devices.scanner.messages import (
    PACKET_MAX,
    Capture,
    Code,
    FromScanner,
    Hello,
    printable,
)
from kiosk.devices.scanner.messages import encode as encode_message
from kiosk.devices.scanner.preview import PreviewReader
from wire import plain_card, tokens


class ScannerLost(Exception):
    """This process serves no more; start another.

    ScannerLost           the other end is gone, or says what no scanner of ours says
    └── ScannerHung       it is there but does not move: to be killed at once

    `str()` is one short line of printable characters, whatever the scanner put into it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(printable(reason))


class ScannerHung(ScannerLost):
    pass


class Connection:
    """Never waits; used from the event loop. Everything read is checked before it is believed."""

    def __init__(self, connected: socket.socket) -> None:
        """Takes over the socket."""
        self._socket = connected
        self._socket.setblocking(False)
        self._decode = msgspec.json.Decoder(FromScanner).decode
        self._preview: PreviewReader | None = None

    @classmethod
    def to(cls, path: Path) -> "Connection":
        """Connects to a scanner that listens.

        Raises:
            FileNotFoundError, ConnectionRefusedError: nobody serves there (yet).
            PermissionError: not for us, or served by a stranger.
            OSError
        """
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            sock.setblocking(False)
            sock.connect(str(path))
            if not door.trusted(sock):
                raise PermissionError(errno.EACCES, "served by another user and group")
        except OSError:
            sock.close()
            raise
        return cls(sock)

    def fileno(self) -> int:
        return self._socket.fileno()

    def capture(self, *, on: bool, aim: bool = False) -> None:
        """Ask for frames or for rest, and for measurements of how well the camera is aimed.

        A scanner that is gone misses it; `read` tells that.
        """
        with suppress(OSError):
            self._socket.send(encode_message(Capture(on, aim)))

    def preview(self) -> Preview | None:
        return None if self._preview is None else self._preview.read()

    def read(self) -> FromScanner | None:
        """The next message, None when there is none now.

        Raises:
            ScannerLost
        """
        try:
            packet, fds, _, _ = _receive(self._socket)
        except BlockingIOError:
            return None
        except OSError as error:
            raise ScannerLost(f"scanner's socket: {error.strerror}") from error
        try:
            if not packet:
                raise ScannerLost("scanner hung up")
            message: FromScanner = self._decode(packet)
            if isinstance(message, Hello):
                self._map_preview(message, fds)
        # msgspec's errors are ValueErrors; a descriptor that is no such memory gives either.
        except (ValueError, OSError) as error:
            raise ScannerLost(f"scanner speaks otherwise: {error}") from error
        except RecursionError:  # brackets by the thousand, which msgspec follows down
            raise ScannerLost("scanner speaks otherwise: nested too deep") from None
        finally:
            for fd in fds:
                os.close(fd)
        if isinstance(message, Code) and not _has_our_form(message.text):
            raise ScannerLost("scanner speaks otherwise: a code that is not ours")
        return message

    def _map_preview(self, hello: Hello, fds: list[int]) -> None:
        if self._preview is None and fds:
            self._preview = PreviewReader(fds[0], hello.preview_width, hello.preview_height)

    def close(self) -> None:
        self._socket.close()
        if self._preview is not None:
            self._preview.close()
            self._preview = None


def _has_our_form(text: str) -> bool:
    return tokens.looks_ours(text) or plain_card.looks_ours(text)


def _receive(sock: socket.socket) -> tuple[bytes, list[int], int, object]:
    """One packet with at most one descriptor, which is not passed on to other programs."""
    return socket.recv_fds(sock, PACKET_MAX, 1, socket.MSG_CMSG_CLOEXEC)
