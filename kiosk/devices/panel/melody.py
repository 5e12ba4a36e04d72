"""What the buzzer plays, and the thread that plays it."""

import threading
from collections.abc import Callable

from kiosk.devices.ports import Melody

Score = tuple[tuple[str | None, float], ...]
"""Notes (None: a rest) and how long each lasts, in seconds."""

SCORES: dict[Melody, Score] = {
    Melody.TAKE: (("E5", 0.12), ("G5", 0.12), ("C6", 0.26)),
    Melody.OK: (("G5", 0.09), ("C6", 0.15)),
    Melody.NOT_TAKEN: (("G5", 0.16), (None, 0.08), ("G5", 0.16), (None, 0.08), ("E6", 0.3)),
    Melody.REFUSED: (("A4", 0.16), (None, 0.06), ("E4", 0.3)),
    Melody.STAFF: (("C6", 0.14), (None, 0.07), ("C6", 0.14), (None, 0.07), ("C6", 0.14)),
}
"""Rising means something to take, falling a refusal, one repeated note calls staff: they
differ without a musical ear and without the words on the screen."""

Sound = Callable[[str | None, float], None]
CLOSE_S = 1.0


class Player:
    """Plays one melody at a time; a new one cuts off the old. Thread: any.

    Each melody has a thread of its own, so that a loop that hangs leaves no tone standing.

    Args:
        sound: a note at a loudness, or silence.
        pause: waits so many seconds unless the event is set, and says whether it is.
    """

    def __init__(
        self,
        sound: Sound,
        pause: Callable[[threading.Event, float], bool] = threading.Event.wait,
    ) -> None:
        self._sound = sound
        self._pause = pause
        self._playing = threading.Lock()
        self._stop = threading.Event()
        self._closed = False

    def play(self, score: Score, loudness: float) -> None:
        """Begins it and returns at once; silence (loudness 0) only ends what plays."""
        self._stop.set()
        if self._closed or loudness <= 0:
            return
        self._stop = stop = threading.Event()
        threading.Thread(
            target=self._perform, args=(score, loudness, stop), name="buzzer", daemon=True
        ).start()

    def close(self) -> None:
        """Silent, for good. Idempotent."""
        self._closed = True
        self._stop.set()
        if self._playing.acquire(timeout=CLOSE_S):
            self._playing.release()

    def _perform(self, score: Score, loudness: float, stop: threading.Event) -> None:
        with self._playing:
            try:
                for note, seconds in score:
                    if stop.is_set():
                        return
                    self._sound(note, loudness)
                    if self._pause(stop, seconds):
                        return
            finally:
                self._sound(None, 0.0)
