"""The points service as a process of its own, for as long as it is measured."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_S = 60


@dataclass(frozen=True)
class Served:
    """A service that answers."""

    port: int
    """Of its API."""
    pid: int
    """Of `central serve`, the parent of all its processes."""


@contextmanager
def served(environment: Mapping[str, str], log: Path) -> Iterator[Served]:
    """The whole service, ready to answer; what it says goes to `log`, as to a journal.

    Raises:
        RuntimeError: it ended, or was not ready in time.
    """
    ports = _free_ports()
    arguments = ["serve", "--port", str(ports[0]), "--web-port", str(ports[1])]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "central", *arguments],
            env=dict(environment),
            stdout=subprocess.DEVNULL,
            stderr=written,
            start_new_session=True,
        )
    try:
        end_s = time.monotonic() + READY_S
        while not _ready(ports[0]):
            if process.poll() is not None or time.monotonic() > end_s:
                raise RuntimeError(f"the points service did not become ready; see {log}")
            time.sleep(0.05)
        yield Served(ports[0], process.pid)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_ports() -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    ports = [int(listening.getsockname()[1]) for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports


def _ready(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(
                b"GET /v1/readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            )
            return b" 200 " in connection.recv(64)
    except OSError:
        return False
