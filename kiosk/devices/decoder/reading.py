"""What an engine read."""

from dataclasses import dataclass

from kiosk.devices.decoder.symbology import corrects_errors
from wire import plain_card, tokens


@dataclass(frozen=True, slots=True)
class Reading:
    """One code in one frame, as bytes: engines guess character sets, and guess wrong."""

    data: bytes
    symbology: str
    """Names of `symbology`."""

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
        return tokens.looks_ours(self.text)
