"""When bars are believed: one check digit lets one misread in ten pass."""

from kiosk.devices.camera.frame import Frame
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

    def agree(self, reading: Reading, frame: Frame) -> bool:
        """Whether another picture said so a moment ago. Remembers this one either way."""
        self._seen = {
            seen: (mono_s, picture)
            for seen, (mono_s, picture) in self._seen.items()
            if frame.mono_s - mono_s <= self._within_s
        }
        _, picture = self._seen.setdefault(reading, (frame.mono_s, frame.picture))
        return picture != frame.picture


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
        if not is_weak(reading.symbology):
            return True
        return len(set(engines.values())) > 1 or len(engines) >= _STEPS_IF_WEAK
