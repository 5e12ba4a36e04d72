"""What an engine read."""

from dataclasses import dataclass, field, replace

from kiosk.devices.decoder.symbology import corrects_errors
from wire import plain_card, tokens

Outline = tuple[tuple[int, int], ...]
"""Corners (x, y) in pixels of the picture that was read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One code in one frame, as bytes: engines guess character sets, and guess wrong.

    Two readings are equal when they say the same; where they stood does not count.
    """

    data: bytes
    symbology: str
    """Names of `symbology`."""
    outline: Outline | None = field(default=None, compare=False)
    """None: the engine or the treatment does not tell."""
    modules: int | None = field(default=None, compare=False)
    """Side of a QR code in modules, when the engine tells."""

    @property
    def text(self) -> str:
        """The bytes as UTF-8, else Shift-JIS, else Latin-1, which takes anything."""
        for encoding in ("utf-8", "shift_jis"):
            try:
                return self.data.decode(encoding)
            except UnicodeDecodeError:
                continue
        return self.data.decode("latin-1")

    @property
    def needs_agreement(self) -> bool:
        """A bar code is believed only when it was read twice."""
        return not corrects_errors(self.symbology)

    @property
    def is_ours(self) -> bool:
        """It has the form of a token (QR) or plain card (bars); a signature is checked later."""
        if self.needs_agreement:
            return plain_card.looks_ours(self.text)
        return self.symbology == "QRCode" and tokens.looks_ours(self.text)

    def placed(self, origin: tuple[int, int], factor: float = 1.0) -> "Reading":
        """With its outline moved from a picture that was made `factor` times as large as the
        part of the frame that begins at `origin`.
        """
        if self.outline is None or (origin == (0, 0) and factor == 1.0):
            return self
        left, top = origin
        corners = tuple(
            (round(x / factor) + left, round(y / factor) + top) for x, y in self.outline
        )
        return replace(self, outline=corners)
