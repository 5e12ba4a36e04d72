"""The shop: the points service with its chain, one enrolled kiosk, its camera and its printer."""

import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

from demo.camera import VirtualCamera
from demo.phone import PhoneInHand
from demo.programs import ProgramFailed, Programs
from demo.progress import Progress
from demo.touch import Finger

CODE_NAME = "code.png"
"""What `central member-code --watch` writes."""


@dataclass(frozen=True)
class Layout:
    """A screen that the project draws for."""

    width_px: int
    height_px: int
    diagonal_inch: float


LAYOUTS = {"portrait": Layout(1080, 1920, 15.6), "landscape": Layout(1280, 800, 10.1)}


@dataclass(frozen=True)
class Plan:
    """What the person who started the demo wants."""

    layout: str
    language: str
    member: str
    """Number of the member who shops."""
    name: str
    """As the member page greets them: masked."""
    store: str
    display: bool
    """Whether the window shall be seen; otherwise it is drawn off screen."""
    scale: float = 1.0
    """Of the window beside the real panel: a panel of 1920 px fits few desks."""


class Shop:
    """Opens in `open`; everything that it starts ends with its `Programs`."""

    def __init__(self, folder: Path, out: Path, plan: Plan, programs: Programs) -> None:
        """Plan a shop.

        Args:
            folder: for databases, keys and sockets; empty, and reachable for other users
                (the database server does not run as root).
            out: for what the person who started the demo wants to see.
        """
        self.paper = out / "paper"
        self.shopper = f"{plan.name} ({plan.member})"
        self._folder = folder
        self._plan = plan
        self._programs = programs
        self._service_data = folder / "service"
        self._kiosk_data = folder / "kiosk"
        self._control = folder / "control.sock"
        self._printer = folder / "printer"
        self._printer_control = folder / "printer.sock"
        self.codes = folder / "codes"
        self._frames = folder / "camera"
        self.config = folder / "kiosk.toml"
        self._url = ""
        self.code: Path | None = None
        """PNG of the member's code, as the phone shows it."""
        self.camera: VirtualCamera | None = None

    def open(self, progress: Progress) -> Finger:
        """Start everything; gives the finger on the kiosk's screen once it shows one."""
        with progress.step("database and points service") as done:
            self._start_service()
            done(self._url)
        with progress.step("the chain 青禾生活: stores, rewards, a year of history") as done:
            printed = self._central("demo-data", timeout_s=120)
            done(_last_line(printed))
        with progress.step("a printer on a pty and a camera with nobody before it"):
            self._start_devices()
        with progress.step("a kiosk, enrolled with a code of this store") as done:
            code = self._enrol_code()
            self._write_config()
            self._programs.run("enrol", ["kiosk", "enrol", "--config", str(self.config), code])
            done(f"store {self._plan.store}")
        with progress.step("the kiosk's screen"):
            return self._start_kiosk()

    def close(self) -> None:
        """Put the camera away; the programs end with their context."""
        if self.camera is not None:
            self.camera.close()

    def check(self) -> None:
        """Raises DemoError if any part of the shop has ended."""
        self._programs.check()
        if self.camera is not None:
            self.camera.check()

    def till(self, verb: str, code: str, *options: str) -> tuple[int, str]:
        """What the till says to a voucher: exit status (0 is yes) and its words."""
        where = [*self._service_options(), "--url", self._url]
        status, out, err = self._programs.ask(
            "till", ["central", "till", verb, *where, *options, code]
        )
        return status, (out + err).strip()

    def badge(self, staff_no: str) -> str:
        """The text of somebody's badge.

        Raises:
            ProgramFailed
        """
        return _last_line(self._central("staff", "badge", staff_no))

    def rolls(self) -> str:
        """What `central rolls` prints: every roll that ever was in a kiosk."""
        return self._central("rolls", "--all")

    def cut_off(self) -> None:
        """The kiosk's power fails, now."""
        self._programs.cut_off("kiosk")

    def power_on(self) -> Finger:
        """... and is back; the finger on the screen that then comes."""
        return self._start_kiosk()

    def check_books(self) -> str:
        """What `central check` prints.

        Raises:
            ProgramFailed: an invariant does not hold.
        """
        return self._central("check")

    def tell_printer(self, line: str) -> str:
        """What the printer answers to one of its commands, such as `paper out`.

        Raises:
            OSError: it does not answer.
        """
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
            control.settimeout(5)
            control.connect(str(self._printer_control))
            control.sendall(line.encode() + b"\n")
            with control.makefile("r") as answers:
                return answers.readline().strip()

    def papers(self) -> list[Path]:
        """The pieces of paper that have come out so far, in order."""
        return sorted(self.paper.glob("paper-[0-9]*.png"))

    def _central(self, command: str, *arguments: str, timeout_s: float = 60) -> str:
        words = ["central", command, *arguments, *self._service_options()]
        return self._programs.run(command, words, timeout_s=timeout_s)

    def _service_options(self) -> list[str]:
        return ["--data", str(self._service_data)]

    def _start_service(self) -> None:
        port, web_port = _free_ports(2)
        self._url = f"http://127.0.0.1:{port}"
        ports = ["--port", str(port), "--web-port", str(web_port)]
        self._programs.start(
            "service", ["central", "serve", "--migrate", *self._service_options(), *ports]
        )
        self._programs.wait_for("the points service", lambda: _answers(port), 60)

    def _start_devices(self) -> None:
        self.paper.mkdir(parents=True, exist_ok=True)
        printer = ["--out", str(self.paper), "--link", str(self._printer)]
        printer += ["--control", str(self._printer_control)]
        self._programs.start("printer", ["kiosk", "emulate-printer", *printer])
        self.codes.mkdir()
        phone = [self._plan.member, "--watch", str(self.codes)]
        self._programs.start("phone", ["central", "member-code", *self._service_options(), *phone])
        code = self._programs.wait_for("the member's code", self._newest_code, 30)
        self.code = code
        self.camera = VirtualCamera(self._frames, code, PhoneInHand(self._plan.name))
        self._programs.wait_for("the printer", lambda: self._printer.is_symlink() or None, 20)

    def _newest_code(self) -> Path | None:
        return next(iter(sorted(self.codes.glob("*.png"))), None)

    def _enrol_code(self) -> str:
        printed = self._central("enrol-code", self._plan.store)
        found = re.search(r"\b[0-9A-Z]{4}-?[0-9A-Z]{4}\b", printed)
        if found is None:
            raise ProgramFailed(f"`central enrol-code` printed no code:\n{printed}")
        return found[0]

    def _write_config(self) -> None:
        screen = LAYOUTS[self._plan.layout]
        scale = self._plan.scale
        self.config.write_text(
            f"""\
data_dir = "{self._kiosk_data}"
[service]
url = "{self._url}"
[screen]
layout = "{self._plan.layout}"
width_px = {round(screen.width_px * scale)}
height_px = {round(screen.height_px * scale)}
diagonal_inch = {screen.diagonal_inch}
fullscreen = false
language = "{self._plan.language}"
[camera]
source = "follow:{self._frames}"
[printer]
backend = "emulator"
port = "{self._printer}"
"""
        )

    def _start_kiosk(self) -> Finger:
        self._programs.start(
            "kiosk",
            ["kiosk", "run", "--config", str(self.config), "--control", str(self._control)],
        )
        return self._programs.wait_for("the kiosk's screen", self._finger, 60)

    def _finger(self) -> Finger | None:
        try:
            return Finger(self._control)
        except OSError:
            return None


def screen_environment(*, display: bool) -> dict[str, str]:
    """How SDL shall draw: on the display, or off screen with the same pixels."""
    quiet = {"KIVY_NO_ARGS": "1"}
    return quiet if display else {**quiet, "SDL_VIDEODRIVER": "offscreen"}


def has_display() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(listening.getsockname()[1]) for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports


def _answers(port: int) -> bool | None:
    """Whether the service says that it is ready (database and migrations)."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(
                b"GET /v1/readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            )
            connection.settimeout(2)
            return True if b" 200 " in connection.recv(64) else None
    except OSError:
        return None


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].strip() if lines else ""
