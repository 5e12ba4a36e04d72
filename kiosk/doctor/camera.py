"""The camera: opened as the scanner would, watched for a moment, and let go again."""

import threading
from dataclasses import dataclass
from pathlib import Path

from kiosk.config import KioskConfig
from kiosk.devices.camera.choice import camera_from
from kiosk.devices.camera.frame import Frame
from kiosk.devices.camera.mjpg_http import FeederLost
from kiosk.devices.camera.settings import BY_ID
from kiosk.devices.camera.source import CameraError, CameraSource
from kiosk.devices.camera.v4l2 import V4l2Camera
from kiosk.devices.scanner.picture_watch import FROZEN_S, Fault, PictureWatch
from kiosk.doctor.finding import Finding, fail, ok, warn

CAMERA_S = 10.0
"""Long enough for a camera to wake and to be watched; a stuck V4L2 read never returns by itself."""
LOOK_S = FROZEN_S + 0.5
"""So long a live camera is watched: a frozen one is known by then."""
BRIGHT = 250
DARK = 8
_KERNEL_NAME = "/dev/video"

_DO = {
    Fault.FROZEN: "unplug it and plug it in again; when it does so again, try another cable or hub,"
    " then another camera",
    Fault.WRONG_SIZE: "use a camera that gives 1280x720 as MJPG (v4l2-ctl --list-formats-ext);"
    " until then codes must be held closer",
    Fault.SLOW: "give it light or a shorter camera.exposure_us, and a USB port of its own",
    Fault.BLACK: "it sees nothing: is the lens covered, the scan light off?",
    Fault.WHITE: "it is blinded: shade it, or shorten its exposure",
}


@dataclass(frozen=True, slots=True)
class _Seen:
    last: Frame
    fault: Fault | None
    fps: float


def camera(config: KioskConfig, timeout_s: float = CAMERA_S, by_id: Path = Path(BY_ID)) -> Finding:
    """What is wrong with the camera, if anything. Its pictures are looked at and forgotten.

    `by_id`: where udev lists cameras by what they are.
    """
    answer: list[Finding] = []

    def look() -> None:
        answer.append(_examined(config, by_id))

    # A daemon: a read that never returns must not keep the doctor from ending.
    thread = threading.Thread(target=look, daemon=True, name="doctor-camera")
    thread.start()
    thread.join(timeout_s)
    if not answer:
        return fail(
            "camera",
            f"{config.camera.source} gave no frame within {timeout_s:.0f} s",
            "unplug it and plug it in again; is the kiosk itself running and holding it?",
        )
    return answer[0]


def _examined(config: KioskConfig, by_id: Path) -> Finding:
    source = config.camera.source
    camera = camera_from(source, config.camera.settings)
    try:
        camera.prepare()
        camera.open()
        seen = _watched(camera)
    except (CameraError, FeederLost) as error:
        return fail("camera", f"{source}: {error}", _when_missing(config, by_id))
    finally:
        camera.close()
        camera.end()
    return _judged(config, by_id, camera, seen)


def _watched(camera: CameraSource) -> _Seen:
    """The frames of a moment; of a film or folder one."""
    watch = PictureWatch()
    watch.opened(camera.expects)
    first = last = camera.read()
    trouble = watch.look(first)
    count = 0
    while camera.expects is not None and last.mono_s - first.mono_s < LOOK_S:
        last = camera.read()
        trouble = watch.look(last)
        count += 1
    fault = trouble.fault if trouble is not None else None
    mean = float(last.luma.mean())
    fps = count / (last.mono_s - first.mono_s) if count else 0.0
    if fault is Fault.FROZEN:
        pass
    elif mean < DARK:
        fault = Fault.BLACK
    elif mean > BRIGHT:
        fault = Fault.WHITE
    elif fault is None and camera.expects is not None and fps < camera.expects.min_fps:
        fault = Fault.SLOW
    return _Seen(last, fault, fps)


def _judged(config: KioskConfig, by_id: Path, camera: CameraSource, seen: _Seen) -> Finding:
    width, height = seen.last.taken_px or seen.last.luma.shape[::-1]
    says = f"{config.camera.source}: {width}x{height}, brightness {int(seen.last.luma.mean())}"
    says += " of 255"
    if camera.expects is not None:
        says += f", {seen.fps:.0f} frames a second"
    if seen.fault is Fault.FROZEN:
        return fail("camera", f"{says}; frozen", _DO[seen.fault])
    if seen.fault is not None:
        return warn("camera", f"{says}; {seen.fault.value}", _DO[seen.fault])
    if isinstance(camera, V4l2Camera) and camera.granted is not None and camera.granted.refused:
        return warn(
            "camera",
            f"{says}; {'; '.join(camera.granted.refused)}",
            "mend camera.exposure_us and camera.focus, or take a camera that has them",
        )
    if name := _better_name(config.camera.source, by_id):
        return warn(
            "camera",
            f"{says}; this name may be another camera's after a restart",
            f'write source = "v4l2:{name}" into [camera]',
        )
    return ok("camera", says)


def _better_name(source: str, by_id: Path) -> Path | None:
    """How udev calls a device that is named by the order in which it was found."""
    kind, _, place = source.partition(":")
    if kind != "v4l2" or not place.startswith(_KERNEL_NAME):
        return None
    return next((name for name in _by_id(by_id) if name.resolve() == Path(place).resolve()), None)


def _by_id(folder: Path) -> list[Path]:
    return sorted(folder.glob("*-video-index0"))


def _when_missing(config: KioskConfig, by_id: Path) -> str:
    match config.camera.kind:
        case "v4l2":
            return _when_unplugged(by_id)
        case "mjpg":
            return "is the program or camera that streams there running? try its address with curl"
        case "picamera2":
            return "`rpicam-hello --list-cameras` should list it; check the flat cable at both ends"
        case _:
            return f"put a picture or film at {config.camera.place}"


def _when_unplugged(by_id: Path) -> str:
    found = _by_id(by_id) or sorted(Path("/dev").glob("video*"))
    if not found:
        return "no camera is plugged in: check its cable; `lsusb` should list it"
    lines = " or ".join(f'source = "v4l2:{name}"' for name in found)
    return f"write {lines} into [camera]; is the user in group video?"
