"""Where a stream's pictures come from, still packed."""

from typing import NamedTuple, Protocol


class Jpeg(NamedTuple):
    packed: bytes
    mono_s: float
    """time.monotonic() when its last byte had arrived."""


class JpegFeed(Protocol):
    """Used by one thread at a time; opened and closed any number of times."""

    live: bool
    """Whether a camera stands behind it, rather than a film. Known once it is open."""

    def prepare(self) -> None:
        """Once, before the process gives up its rights."""

    def open(self) -> None:
        """Begin to take pictures.

        Raises:
            CameraMissing
        """

    def newest(self) -> Jpeg:
        """A picture that was not given before, the newest there is; older ones are forgotten.

        Raises:
            CameraStopped: none came in time, or the other side hung up.
        """

    def close(self) -> None:
        """Idempotent, never raises."""

    def end(self) -> None:
        """Let go of what `prepare` began; idempotent."""
