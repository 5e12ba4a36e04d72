"""The bytes in which an emulated printer tells how it is."""

from kiosk.devices.printer.emulator.condition import Condition
from kiosk.devices.printer.emulator.paper import Paper
from kiosk.devices.printer.emulator.slot import Slot

_STATUS = 0x12
_ASB = 0x10
_OFFLINE = 0x08
_PAPER_NEAR_END = 0x0C
_PAPER_END = 0x60
_CUTTER, _RECOVERABLE, _BY_ITSELF = 0x08, 0x04, 0x40
_ASB_LAST = 0x0F


class StatusBytes:
    """Looks at a printer's condition and paper when it is asked."""

    def __init__(
        self, condition: Condition, paper: Paper, slot: Slot, *, lid_shows_as_paper: bool
    ) -> None:
        self._lid_shows_as_paper = lid_shows_as_paper
        self._condition = condition
        self._paper = paper
        self._slot = slot

    @property
    def online(self) -> bool:
        return self._condition.able and not self._paper.out

    def answer(self, question: int) -> int:
        """The byte for DLE EOT n."""
        match question:
            case 1:
                return _STATUS | (0 if self.online else _OFFLINE)
            case 2:
                return _STATUS | self._offline_causes()
            case 3:
                return _STATUS | self._error_causes()
            case _:
                near = _PAPER_NEAR_END if self._paper.near_end else 0
                return _STATUS | near | (_PAPER_END if self._paper.out else 0)

    def paper(self) -> int:
        """The byte for GS r 1."""
        return (0x03 if self._paper.near_end else 0) | (0x0C if self._paper.out else 0)

    def old_way(self) -> int:
        """The byte for ESC v 0, as small printers without a cutter have it."""
        condition = self._condition
        no_paper = self._paper.out or (self._lid_shows_as_paper and condition.cover_open)
        return 0x01 | (0x04 if no_paper else 0) | (0x40 if condition.hot else 0)

    def slot(self) -> int:
        """The byte for GS e 6."""
        failed = self._condition.presenter_failed
        sensors = (0x04 if self._slot.inside else 0) | (0x08 if self._slot.full else 0)
        return sensors | (0xC0 if failed else 0)

    def automatic(self) -> bytes:
        """The four bytes of GS a."""
        first = (
            _ASB | (0 if self.online else _OFFLINE) | (0x20 if self._condition.cover_open else 0)
        )
        return bytes((first, self._error_causes(), self.paper(), _ASB_LAST))

    def _offline_causes(self) -> int:
        condition = self._condition
        cover = 0x04 if condition.cover_open else 0
        return cover | (0x20 if self._paper.out else 0) | (0x40 if condition.error else 0)

    def _error_causes(self) -> int:
        condition = self._condition
        causes = _CUTTER if condition.cutter_failed else 0
        causes |= _RECOVERABLE if condition.presenter_failed else 0
        return causes | (_BY_ITSELF if condition.hot else 0)
