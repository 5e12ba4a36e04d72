"""A shopper who redeems points by touching the screen, and what became of it."""

import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from demo.paper import voucher_on
from demo.programs import DemoError
from demo.progress import Progress
from demo.shop import Shop
from demo.touch import Finger, Seen
from demo.visitor import Visitor


@dataclass
class Visit:
    """What one visit came to; times in seconds."""

    who: str = ""
    reward: str = ""
    """In the till's words."""
    spendable_before: int = 0
    spendable_after: int = 0
    to_home_s: float = 0.0
    """From the phone's coming up to the member's rewards on the screen."""
    to_paper_s: float = 0.0
    """... and to the voucher in the slot."""
    code: str = ""
    paper: Path = Path()
    pictures: list[Path] = field(default_factory=list)


class Shopper(Visitor):
    """Plays one visit through the real touch path, with a picture of every screen on the way."""

    def __init__(self, shop: Shop, finger: Finger, out: Path, progress: Progress) -> None:
        super().__init__(shop, finger, out, progress)
        self._visit = Visit(who=shop.shopper, pictures=self.pictures)
        self._started_s = 0.0

    def visit(self) -> Visit:
        """From the attract screen back to it, with a voucher in hand.

        Raises:
            DemoError: something else happened.
        """
        self._arrive()
        self._identify()
        self._choose()
        self._confirm()
        self._leave()
        return self._visit

    def _arrive(self) -> None:
        # The catalogue's pictures come after the first frame: a shopper sees a shop that is ready.
        self._until("Attract", "a kiosk that is ready", self._ready, 60)
        self._picture("attract")
        self._progress.say("the shopper touches the screen and reads how it works")
        self._finger.tap("start")
        self._until("Scan", "the scan screen", None, 10)
        self._picture("scan")

    def _identify(self) -> None:
        camera = self._shop.camera
        if camera is None:
            raise DemoError("the shop has no camera")
        self._progress.say("the phone comes up before the camera")
        self._started_s = time.monotonic()
        camera.hold_up()
        home = self._until("MemberHome", "the member's rewards", None, 30)
        self._visit.to_home_s = time.monotonic() - self._started_s
        if (frame := camera.newest()) is not None:
            shutil.copy(frame, self._out / "camera.jpg")
        camera.put_away()
        self._visit.spendable_before = int(home.facts["spendable"])
        self._progress.say(
            f"  recognised after {self._visit.to_home_s:.1f} s:"
            f" {self._visit.spendable_before:,} points"
        )
        self._picture("rewards")

    def _choose(self) -> None:
        self._progress.say("the shopper chooses the first reward")
        self._finger.tap("item:0")
        self._until("Confirm", "the reward's page", None, 10)
        self._picture("confirm")

    def _confirm(self) -> None:
        # The button sleeps for a second, so that nobody confirms by a double tap.
        self._progress.say("and confirms")
        printing = self._until(None, "printing to begin", self._confirmed, 10)
        if printing.screen == "Dispensing":
            self._picture("printing")
        self._until("Done", "the voucher", None, 40)
        self._visit.paper = self._printed()
        self._visit.to_paper_s = time.monotonic() - self._started_s
        done = self._picture("take-your-voucher")
        self._visit.spendable_after = int(done.facts["spendable"])
        self._visit.code = voucher_on(self._visit.paper) or ""
        if not self._visit.code:
            raise DemoError(f"zbar reads no voucher code from {self._visit.paper}")
        self._progress.say(f"  the voucher is out after {self._visit.to_paper_s:.1f} s")

    def _leave(self) -> None:
        self._finger.tap("end")
        self._until("Attract", "the attract screen again", None, 10)
        self._progress.say("the shopper leaves; nothing of them is left on the screen")

    def _ready(self, seen: Seen) -> bool:
        health = seen.facts["health"]
        return bool(
            health["online"]
            and health["printer"] == "ready"
            and health["scanner_ok"]
            and seen.facts["rewards"] > 0
        )

    def _confirmed(self, seen: Seen) -> bool:
        if seen.screen == "Confirm" and "confirm" in seen.targets:
            self._finger.tap("confirm")
        return seen.screen in {"Dispensing", "Done"}
