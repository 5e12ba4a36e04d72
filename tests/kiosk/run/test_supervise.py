import os
import signal
import socket
import subprocess
import sys

import pytest

from kiosk.supervise import Liveness, Supervisor


@pytest.fixture
def notify_socket(tmp_path, monkeypatch):
    """What systemd listens on."""
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", path)
        yield listener


def test_the_watchdog_is_fed_only_while_everything_moves(notify_socket) -> None:
    drawn = {"s": 100.0}
    now = {"s": 105.0}
    supervisor = Supervisor(lambda: now["s"], (Liveness("screen", lambda: drawn["s"]),))
    supervisor.ready()
    assert supervisor.ping()
    now["s"] = 110.1
    assert not supervisor.ping()
    drawn["s"] = 110.0
    assert supervisor.ping()
    supervisor.close()
    told = [notify_socket.recv(200).decode() for _ in range(4)]
    assert told == [
        "READY=1",
        "WATCHDOG=1",
        "STATUS=no watchdog: screen stand still",
        "WATCHDOG=1",
    ]


def test_without_systemd_nobody_is_told_and_nothing_breaks(monkeypatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    supervisor = Supervisor(lambda: 0.0, ())
    supervisor.ready()
    assert supervisor.ping()
    supervisor.stopping()
    supervisor.close()


def test_sigusr1_shows_every_stack_and_the_program_runs_on() -> None:
    program = """
import sys, threading
from kiosk.supervise import dump_stacks_on_sigusr1
dump_stacks_on_sigusr1()
def printer_thread(): threading.Event().wait()
threading.Thread(target=printer_thread, daemon=True).start()
print("ready", flush=True)
sys.stdin.readline()
print("still here", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "ready\n"
        os.kill(child.pid, signal.SIGUSR1)
        # The dump is written by the handler before the program reads on.
        while "printer_thread" not in (line := child.stderr.readline()):
            assert line
        out, _ = child.communicate("go on\n", timeout=20)
    assert out == "still here\n"
    assert child.returncode == 0
