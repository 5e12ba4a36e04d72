"""What near-end sensors mean: their word counts when it has held with nobody's hands at the roll.

Such a sensor feels the side of the roll, so lifting the roll, or a roll that leans while the
cover is open, says "near its end" of a full one. Pure: whoever asks brings the time.
"""

HELD_S = 10.0
"""So long a sensor says the same of a roll at rest before it is believed. Paper that is being
printed makes the roll dance for a second or two; the status is asked every few seconds."""


class NearEndSensors:
    """Everything that sensors and hands have done to the roll that is in."""

    def __init__(self) -> None:
        self._says: dict[str, bool] = {}
        self._touched: set[str] = set()
        self._since_s = 0.0
        self._settled: bool | None = None

    def says(self, sensor: str, now_s: float, *, near: bool) -> bool:
        """What one sensor says now; whether it changes what all of them say."""
        before = self._all
        self._says[sensor] = near
        if self._all is before:
            return False
        self._since_s = now_s
        return True

    def touched(self, what: str, now_s: float, *, touched: bool) -> None:
        """Hands are at the roll, or may be: a door or a cover is open, paper is out."""
        if touched:
            self._touched.add(what)
        elif what in self._touched:
            self._touched.discard(what)
            self._since_s = now_s

    def another_roll(self) -> None:
        """What was believed was of the one before."""
        self._settled = None

    @property
    def due_s(self) -> float | None:
        """When what they say will be believed, if nothing moves; None: nothing is coming."""
        if self._touched or self._all is self._settled:
            return None
        return self._since_s + HELD_S

    def near(self, now_s: float) -> bool | None:
        """Whether the roll is near its end; None: no sensor has ever told, of this roll.

        One that says so outvotes the others. What was believed before counts until what they
        say has held.
        """
        due_s = self.due_s
        if due_s is not None and now_s >= due_s:
            self._settled = self._all
        return self._settled

    @property
    def _all(self) -> bool | None:
        return any(self._says.values()) if self._says else None
