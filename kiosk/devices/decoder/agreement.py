"""When bars are believed: one check digit lets one misread in ten pass."""

from kiosk.devices.decoder.reading import Reading
from kiosk.devices.decoder.steps import Step
from kiosk.devices.decoder.symbology import is_weak

AGREE_WITHIN_S = 1.0
_STEPS = 2
_STEPS_IF_WEAK = 3


class TwoFrames:
    """Bars count when two different pictures within a second say the same."""

    def __init__(self, within_s: float = AGREE_WITHIN_S) -> None:
        self._within_s = within_s
        self._seen: dict[Reading, tuple[float, int]] = {}

    def agree(self, reading: Reading, fingerprint: int, mono_s: float) -> bool:
        """Whether another picture said so a moment ago. Remembers this one either way.

        Args:
            fingerprint: of the picture in which it was read; the same one again is no other.
            mono_s: when that was taken.
        """
        self._seen = {
            seen: (at_s, number)
            for seen, (at_s, number) in self._seen.items()
            if mono_s - at_s <= self._within_s
        }
        _, number = self._seen.setdefault(reading, (mono_s, fingerprint))
        return number != fingerprint


class TwoTreatments:
    """For a single picture: bars count when two steps say the same.

    A symbology that is seen where there is none takes two engines or three steps.
    """

    def __init__(self) -> None:
        self._said: dict[Reading, dict[str, str]] = {}

    def agree(self, reading: Reading, step: Step) -> bool:
        """Whether that is enough with what other steps said. Remembers this one either way."""
        engines = self._said.setdefault(reading, {})
        engines[step.name] = step.engine
        if len(engines) < _STEPS:
            return False
        if not is_weak(reading.symbology, len(reading.data)):
            return True
        return len(set(engines.values())) > 1 or len(engines) >= _STEPS_IF_WEAK
