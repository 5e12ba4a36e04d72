"""DLE EOT n, wherever it stands in the bytes that come in."""

_DLE_EOT = b"\x10\x04"
_REST = 2
"""So many bytes at the end may be the beginning of a question."""


class RealTimeQuestions:
    """Watches the line before the buffer does, as a printer's interrupt does."""

    def __init__(self) -> None:
        self._seen = b""

    def feed(self, data: bytes) -> list[int]:
        """The n of each question that is complete now."""
        stream = self._seen + data
        found = []
        at = stream.find(_DLE_EOT)
        while 0 <= at < len(stream) - _REST:
            found.append(stream[at + _REST])
            at = stream.find(_DLE_EOT, at + 1)
        self._seen = stream[-_REST:]
        return found

    def clear(self) -> None:
        self._seen = b""
