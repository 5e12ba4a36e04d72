"""What is wrong with a printer at this moment, apart from its paper."""

from dataclasses import dataclass


@dataclass(slots=True)
class Condition:
    """Faults as people and accidents bring them about. A jam shows when the part next moves."""

    powered: bool = True
    silent: bool = False
    """Prints and says nothing."""
    stuck: bool = False
    """Takes no byte: XOFF without an XON, or a busy line that stays busy."""
    bytes_per_s: float | None = None
    """Takes and says no more than this; None is as fast as the line."""
    cover_open: bool = False
    hot: bool = False
    """The head rests until it has cooled down."""
    cutter_jammed: bool = False
    cutter_failed: bool = False
    """The jam has been met: an error until it is freed."""
    presenter_jammed: bool = False
    presenter_failed: bool = False

    @property
    def able(self) -> bool:
        """Whether the mechanism can move, given paper."""
        return self.powered and not self.cover_open and not self.error

    @property
    def error(self) -> bool:
        return self.hot or self.cutter_failed or self.presenter_failed

    def free_cutter(self) -> None:
        self.cutter_jammed = self.cutter_failed = False

    def free_presenter(self) -> None:
        self.presenter_jammed = self.presenter_failed = False
