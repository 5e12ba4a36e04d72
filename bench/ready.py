"""When a program says that it is ready, by the protocol that systemd listens to."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


def seconds_to_ready(
    argv: Sequence[str], env: Mapping[str, str], *, timeout_s: float = 60
) -> float:
    """From starting the program to its READY=1; the program is ended then.

    Raises:
        TimeoutError: it said nothing in time.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "notify"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(path))
            notify.settimeout(timeout_s)
            started_s = time.perf_counter()
            process = subprocess.Popen(
                list(argv),
                env={**os.environ, **env, "NOTIFY_SOCKET": str(path)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            try:
                while b"READY=1" not in notify.recv(4096):
                    pass
                return time.perf_counter() - started_s
            except TimeoutError:
                raise TimeoutError(f"{argv}: not ready within {timeout_s} s") from None
            finally:
                process.terminate()
                try:
                    process.communicate(timeout=10)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.communicate()
