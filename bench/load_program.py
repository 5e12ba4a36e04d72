"""`python -m bench.load_program PORT CLIENTS CALLS FILE`: sends requests that lie ready in a file.

A process of its own, one epoll loop over plain sockets: what it costs is told apart from the
service, and is small. Each client is a connection kept alive; it takes the next turn (so many
calls, one after the other) as soon as its last one is answered. Prints one JSON line
(`bench.signed_load.Run`); ends with status 1 at the first answer that is not 2xx.
"""

import json
import select
import socket
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_LENGTH = struct.Struct("<I")
_END = b"\r\n\r\n"
_LENGTH_NAME = b"\r\ncontent-length: "


def write(path: Path, requests: Iterator[bytes]) -> int:
    """Lays requests ready, each behind its length; how many."""
    count = 0
    with path.open("wb") as file:
        for request in requests:
            file.write(_LENGTH.pack(len(request)))
            file.write(request)
            count += 1
    return count


def read(path: Path) -> list[bytes]:
    content = path.read_bytes()
    requests: list[bytes] = []
    at = 0
    while at < len(content):
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        requests.append(content[at : at + length])
        at += length
    return requests


class _Client:
    """One connection and the turn that it is at."""

    __slots__ = ("call", "connection", "received", "started_ns", "turn")

    def __init__(self, port: int) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.turn = 0
        self.call = 0
        self.received = b""
        self.started_ns = 0

    def answered(self) -> bool:
        """Takes what has come; whether that is the whole answer. Raises ValueError if it is no."""
        self.received += self.connection.recv(65536)
        head, end, body = self.received.partition(_END)
        if not end:
            if not self.received:
                raise ValueError("the service closed the connection")
            return False
        # The status line is "HTTP/1.1 200 OK".
        if head[9:10] != b"2":
            raise ValueError((head.partition(b"\r\n")[0] + b" " + body).decode(errors="replace"))
        at = head.lower().index(_LENGTH_NAME) + len(_LENGTH_NAME)
        length = int(head[at:].partition(b"\r\n")[0])
        if len(body) < length:
            return False
        self.received = b""
        return True


def run(port: int, clients: int, calls: int, requests: list[bytes]) -> dict[str, object]:
    turns = len(requests) // calls
    epoll = select.epoll()
    waiting = iter(range(turns))
    busy: dict[int, _Client] = {}
    turn_ms: list[float] = []
    opened = [_Client(port) for _ in range(min(clients, turns))]
    began_ns, cpu_began_ns = time.perf_counter_ns(), time.process_time_ns()
    for client in opened:
        busy[client.connection.fileno()] = client
        epoll.register(client.connection.fileno(), select.EPOLLIN)
        client.turn = next(waiting)
        client.started_ns = time.perf_counter_ns()
        client.connection.sendall(requests[client.turn * calls])
    while busy:
        for number, _ in epoll.poll():
            client = busy[number]
            if not client.answered():
                continue
            client.call += 1
            if client.call == calls:
                now_ns = time.perf_counter_ns()
                turn_ms.append((now_ns - client.started_ns) / 1e6)
                client.call, client.started_ns = 0, now_ns
                turn = next(waiting, None)
                if turn is None:
                    epoll.unregister(number)
                    busy.pop(number).connection.close()
                    continue
                client.turn = turn
            client.connection.sendall(requests[client.turn * calls + client.call])
    return {
        "turns": len(turn_ms),
        "took_s": (time.perf_counter_ns() - began_ns) / 1e9,
        "cpu_s": (time.process_time_ns() - cpu_began_ns) / 1e9,
        "turn_ms": turn_ms,
    }


if __name__ == "__main__":
    try:
        port, clients, calls = (int(word) for word in sys.argv[1:4])
        told = run(port, clients, calls, read(Path(sys.argv[4])))
    except (OSError, ValueError) as error:
        sys.exit(f"the load broke off: {error}")
    print(json.dumps(told))
