"""`kiosk scanner` with a camera that no shop has: `python -m ...scanner_with --source test:KIND`.

Everything else is the real program. Kinds:

confined    tries, on the camera's thread, what a taken-over scanner would try; the reason of
            its "lost" says what came of each
numbered:DIR  shows the pictures of a folder for twelve frames each; standard output tells
            number and time of each of these frames
segv:N      raises SIGSEGV while it reads frame N
endless:N   the decoders never come back from frame N
"""

# The calls themselves are what is tried:
# ruff: noqa: PTH104, PTH108, PTH123, PTH208, SIM115, S606

import ctypes
import errno
import os
import signal
import socket
import sys
import time

import cv2
import numpy as np

from kiosk.devices.camera import choice
from kiosk.devices.camera.frame import Frame
from kiosk.devices.camera.pace import Pace
from kiosk.devices.camera.source import CameraMissing
from kiosk.devices.decoder import live

FPS = 15


class Blank:
    """A white wall."""

    def __init__(self, place):
        self.place = place
        self.pace = Pace(FPS)
        self.number = 0
        self.white = np.full((720, 1280), 255, np.uint8)

    def prepare(self):
        pass

    def open(self):
        pass

    def read(self):
        self.pace.next()
        self.number += 1
        return Frame(self.picture(), time.monotonic(), self.number)

    def picture(self):
        return self.white

    def close(self):
        pass

    def end(self):
        pass


class Segv(Blank):
    def picture(self):
        if self.number == int(self.place):
            signal.raise_signal(signal.SIGSEGV)
        return self.white


class Endless(Blank):
    """The frame in question is black; the reader below waits for that."""

    def picture(self):
        return self.white if self.number != int(self.place) else 0 * self.white


class NeverBack:
    """The real reader, but for a black frame."""

    def __init__(self, *args, **kwargs):
        self.reader = RealReader(*args, **kwargs)

    def read(self, frame):
        while not frame.luma.any():
            pass
        return self.reader.read(frame)

    def __getattr__(self, name):
        return getattr(self.reader, name)


class Numbered(Blank):
    """The pictures of a folder, each held for twelve frames; says which one is held when."""

    HELD = 12

    def __init__(self, place):
        super().__init__(place)
        self.codes = [
            cv2.imread(f"{place}/{name}", cv2.IMREAD_GRAYSCALE)
            for name in sorted(os.listdir(place))
        ]

    @property
    def held(self):
        """Number of the picture, or None for the wall before and after."""
        held = self.number // self.HELD - 1
        return held if 0 <= held < len(self.codes) else None

    def read(self):
        frame = super().read()
        if self.held is not None:
            print(self.held, frame.mono_s, flush=True)
        return frame

    def picture(self):
        return self.white if self.held is None else self.codes[self.held]


def dump():
    """As the kernel would, were this process to crash now (prctl(2), PR_GET_DUMPABLE)."""
    if ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0:
        raise PermissionError(errno.EACCES, "no core dump")


class Confined(Blank):
    """`place`: port of a listening TCP server, then a folder with the file `old`."""

    def open(self):
        port, _, folder = self.place.partition(",")
        attempts = {
            "connect": lambda: socket.create_connection(("127.0.0.1", int(port)), 2),
            "udp": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
            "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
            "make": lambda: open(f"{folder}/new", "w"),
            "append": lambda: open(f"{folder}/old", "a"),
            "change": lambda: open(f"{folder}/old", "r+b"),
            "remove": lambda: os.unlink(f"{folder}/old"),
            "rename": lambda: os.rename(f"{folder}/old", f"{folder}/new"),
            "exec": lambda: os.execv("/bin/true", ["true"]),
            "read": lambda: open(f"{folder}/old").read(),
            "dump": dump,
            "memory": lambda: os.ftruncate(os.memfd_create("picture"), 1 << 20),
        }
        said = []
        for name, attempt in attempts.items():
            try:
                attempt()
            except OSError as error:
                said.append(f"{name} {errno.errorcode[error.errno]}")
            else:
                said.append(f"{name} done")
        raise CameraMissing(", ".join(said))


KINDS = {"confined": Confined, "numbered": Numbered, "segv": Segv, "endless": Endless}
real_camera_from = choice.camera_from
RealReader = live.LiveReader


def camera_from(source, settings=None):
    kind, _, rest = source.partition(":")
    if kind != "test":
        return real_camera_from(source, settings)
    name, _, place = rest.partition(":")
    return KINDS[name](place)


if __name__ == "__main__":
    choice.camera_from = camera_from
    if "test:endless" in " ".join(sys.argv):
        live.LiveReader = NeverBack
    from kiosk.commands.scanner import command

    command()
