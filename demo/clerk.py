"""A clerk who changes the roll; the power fails half way, and the kiosk goes on where it was."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import segno

from demo.badge import BadgeInHand
from demo.programs import DemoError
from demo.progress import Progress
from demo.shop import Shop
from demo.touch import Finger, Seen
from demo.visitor import Visitor

STAFF_NO, NAME, PIN = "E0101", "李**", "258036"
"""Of the demo chain's staff; the PIN is everybody's."""
ROLL_MM = 50_000
_HAND_S = 1.0
"""What a hand takes for a cover or a roll."""


@dataclass
class Shift:
    """What a clerk's visit came to."""

    who: str = f"{NAME} ({STAFF_NO})"
    cut_off_at: int = 0
    """The step that the wizard showed when the power failed."""
    resumed_at: int = 0
    back_s: float = 0.0
    """From the power's return to a screen that serves, seconds."""
    test_print: Path = Path()
    serial: str = ""
    vouchers: int = 0
    """That the new roll is good for, as reckoned by the kiosk."""
    seconds: int = 0
    """What the wizard measured on the second change, which nothing interrupted."""
    pictures: list[Path] = field(default_factory=list)


class Clerk(Visitor):
    """Plays the roll change with a real badge before the camera and hands on the printer."""

    def __init__(
        self, shop: Shop, finger: Finger, folder: Path, out: Path, progress: Progress
    ) -> None:
        super().__init__(shop, finger, out, progress)
        self._badge = folder / "badge.png"
        self._shift = Shift(pictures=self.pictures)

    def work(self) -> Shift:
        """Log in, change the roll through a power cut, change it once more, and go.

        Raises:
            DemoError: something else happened.
        """
        text = self._shop.badge(STAFF_NO)
        segno.make(text, error="m", micro=False).save(str(self._badge), scale=8, border=4)
        self._until("Attract", "a kiosk that is ready", _ready, 60)
        self._log_in("no-roll-yet")
        self._until_it_is_dark()
        self._go_on()
        self._again()
        self._finger.tap("go")
        self._until("Attract", "the attract screen again", None, 10)
        self._progress.say("the clerk leaves; the next shopper can come")
        return self._shift

    # --- The door ------------------------------------------------------------------------

    def _log_in(self, picture: str) -> None:
        camera = self._shop.camera
        if camera is None:
            raise DemoError("the shop has no camera")
        self._progress.say("the clerk holds the badge to the camera")
        camera.take(BadgeInHand(NAME, "店员"), self._badge)
        camera.hold_up()
        self._until("PinAsked", "the PIN's screen", None, 30)
        if (frame := camera.newest()) is not None:
            shutil.copy(frame, self._out / "badge.jpg")
        camera.put_away()
        self._progress.say("... and types the PIN")
        for digit in PIN:
            self._until("PinAsked", f"the key {digit}", _offers(f"digit:{digit}"), 10)
            self._finger.tap(f"digit:{digit}")
        self._until("StaffHome", "the dashboard", _offers("roll"), 20)
        self._picture(picture)

    # --- The roll ------------------------------------------------------------------------

    def _until_it_is_dark(self) -> None:
        """Steps 1 to 3: the old core is out, the new roll is in the hand. Then the power fails."""
        self._progress.say("the clerk changes the roll")
        self._finger.tap("roll")
        self._step(1)
        self._picture("open-the-cover")
        self._take_out()
        seen = self._step(3)
        self._picture("put-the-roll-in")
        self._shift.cut_off_at = int(seen.facts["staff"]["step"])
        self._progress.say(f"in step {self._shift.cut_off_at} somebody pulls the plug")
        self._finger.close()
        self._shop.cut_off()
        with self._progress.step("the power is back") as done:
            since_s = time.monotonic()
            self._finger = self._shop.power_on()
            self._until("Attract", "a kiosk that serves again", None, 60)
            self._shift.back_s = time.monotonic() - since_s
            done(f"{self._shift.back_s:.1f} s to the first screen")

    def _go_on(self) -> None:
        self._log_in("not-finished")
        if not self._finger.look().facts["staff"]["unfinished"]:
            raise DemoError("the kiosk has forgotten the roll change that was cut off")
        self._progress.say("the kiosk knows that a roll is being changed")
        self._finger.tap("roll")
        seen = self._until("RollWizard", "the roll change", None, 10)
        self._shift.resumed_at = int(seen.facts["staff"]["step"])
        self._progress.say(f"  and goes on at step {self._shift.resumed_at}")
        self._put_in("is-it-sharp")
        done = self._picture("changed")
        self._shift.serial = str(done.facts["staff"]["serial"])
        self._shift.vouchers = int(done.facts["staff"]["vouchers"])

    def _again(self) -> None:
        """Another change, with the light on: the wizard says how long it took."""
        self._progress.say("one more change, without a power cut, for the wizard's clock")
        self._finger.tap("home")
        self._until("StaffHome", "the dashboard", _offers("roll"), 20)
        self._picture("dashboard")
        self._finger.tap("roll")
        self._step(1)
        self._take_out()
        self._step(3)
        self._put_in(None)
        done = self._picture("changed-in-time")
        seconds = done.facts["staff"]["seconds"]
        if seconds is None:
            raise DemoError("the wizard has not measured a change that nothing interrupted")
        self._shift.seconds = int(seconds)
        self._progress.say(f"  the wizard measured {self._shift.seconds} s")

    def _take_out(self) -> None:
        """Steps 1 and 2, as hands do them; the wizard sees both by the printer's sensors."""
        self._hand("cover open", "opens the cover")
        self._step(2)
        self._hand("paper out", "takes the core out")

    def _put_in(self, picture: str | None) -> None:
        """Steps 3 to 6."""
        self._finger.tap(f"length:{ROLL_MM // 1000}")
        self._until("RollWizard", "the roll's length", _offers("next"), 10)
        self._hand(f"roll {ROLL_MM}", "puts the new roll in")
        self._finger.tap("next")
        self._step(4)
        before = len(self._shop.papers())
        self._hand("cover close", "pulls out the paper and shuts the cover")
        self._until("RollWizard", "the question whether the slip is sharp", _offers("sharp"), 40)
        self._shift.test_print = self._printed(before)
        if picture is not None:
            self._picture(picture)
        self._progress.say(f"  the test print is out and sharp: {self._shift.test_print.name}")
        self._finger.tap("sharp")
        self._until("RollChanged", "the end of the roll change", None, 10)

    def _hand(self, order: str, words: str) -> None:
        """What a hand does to the printer."""
        time.sleep(_HAND_S)
        self._progress.say(f"  {words}")
        self._shop.tell_printer(order)

    def _step(self, number: int) -> Seen:
        return self._until(
            "RollWizard",
            f"step {number} of the roll change",
            lambda seen: seen.facts["staff"]["step"] == number and "back" in seen.targets,
            15,
        )


def _ready(seen: Seen) -> bool:
    health = seen.facts["health"]
    return bool(health["online"] and health["printer"] == "ready" and health["scanner_ok"])


def _offers(target: str) -> Callable[[Seen], bool]:
    return lambda seen: target in seen.targets
