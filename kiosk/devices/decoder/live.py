"""What counts as read from a camera, frame after frame."""

from kiosk.devices.camera.frame import Frame
from kiosk.devices.decoder.chain import Chain
from kiosk.devices.decoder.reading import Reading

AGREE_WITHIN_S = 1.0


class TwoFrames:
    """Bars count when two different pictures within a second say the same."""

    def __init__(self, within_s: float = AGREE_WITHIN_S) -> None:
        self._within_s = within_s
        self._seen: dict[Reading, Frame] = {}

    def agree(self, reading: Reading, frame: Frame) -> bool:
        """Whether another picture said so a moment ago. Remembers this one either way."""
        self._seen = {
            seen: at
            for seen, at in self._seen.items()
            if frame.mono_s - at.mono_s <= self._within_s
        }
        first = self._seen.setdefault(reading, frame)
        return first.picture != frame.picture


class LiveReader:
    """Codes that may be acted on; used by the decode thread only."""

    def __init__(self, chain: Chain, two_frames: TwoFrames | None = None) -> None:
        self._chain = chain
        self._two_frames = two_frames or TwoFrames()

    def read(self, frame: Frame) -> list[Reading]:
        """Codes of ours in this frame; if there are none, foreign QR codes.

        A foreign QR code is told, so that the shopper can be told. Foreign bars are not:
        every bottle has some.
        """
        foreign: dict[Reading, None] = {}
        for _step, readings in self._chain.readings(frame.luma):
            ours = [r for r in dict.fromkeys(readings) if self._counts(r, frame)]
            if ours:
                return ours
            foreign.update((r, None) for r in readings if not r.needs_agreement and not r.is_ours)
        return list(foreign)

    def _counts(self, reading: Reading, frame: Frame) -> bool:
        if not reading.is_ours:
            return False
        return not reading.needs_agreement or self._two_frames.agree(reading, frame)
