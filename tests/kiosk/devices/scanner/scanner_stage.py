"""What the tests of the scanner process share: ways to run it, to hear it and to wait for it."""

import asyncio
import os
import signal
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from kiosk.devices.scanner.client import ScannerProcess
from kiosk.devices.scanner.connection import Connection
from kiosk.devices.scanner.messages import Pulse


class Heard:
    """What a scanner told, and ways to wait for it, bounded."""

    def __init__(self, scanner):
        self.scanner = scanner
        self.codes = []
        self.health = []
        self._news = asyncio.Event()

    def on_code(self, code):
        self.codes.append(code)
        self._news.set()

    def on_health(self, health):
        self.health.append(health)
        self._news.set()

    async def until(self, condition, within_s=20.0):
        """Seconds until the condition held."""
        started_s = time.monotonic()
        async with asyncio.timeout(within_s):
            while not condition():
                self._news.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self._news.wait()
                except TimeoutError:
                    pass
        return time.monotonic() - started_s

    @property
    def well(self):
        return bool(self.health) and self.health[-1].ok


@asynccontextmanager
async def running(scanner, *, capture=True):
    heard = Heard(scanner)
    scanner.capture(capture)
    task = asyncio.create_task(scanner.run(heard.on_code, heard.on_health))
    try:
        yield heard
        assert not task.done()
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


def entries(folder):
    return list(Path(folder).iterdir())


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def connected(path, process):
    give_up_s = time.monotonic() + 30
    while True:
        try:
            return Connection.to(path)
        except (FileNotFoundError, ConnectionRefusedError):
            assert process.poll() is None
            assert time.monotonic() < give_up_s
            time.sleep(0.02)


def read_until(connection, done):
    """Messages up to the first pulse that satisfies."""
    messages = []
    give_up_s = time.monotonic() + 30
    while time.monotonic() < give_up_s:
        message = connection.read()
        if message is None:
            time.sleep(0.01)
            continue
        messages.append(message)
        if isinstance(message, Pulse) and done(message):
            return messages
    raise AssertionError(messages)


def child_of(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    assert len(children) == 1
    return int(children[0])


@contextmanager
def stop_traced(process):
    """Ends the scanner under strace, which then ends with its status, 0."""
    try:
        yield
    finally:
        os.kill(child_of(process.pid), signal.SIGTERM)
        process.wait(20)
    assert process.returncode == 0


class StrangeScanner(ScannerProcess):
    """With a camera that no shop has: see `scanner_with`."""

    def command(self):
        return (sys.executable, "-m", "tests.kiosk.devices.scanner.scanner_with")
