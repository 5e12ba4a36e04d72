"""What the panel shows of the kiosk's state, and what its switches tell the kiosk."""

from collections.abc import Callable

from kiosk.devices.ports import Fact, Melody, Panel, PanelState
from kiosk.flow.event import Event, RollDoorMoved
from kiosk.flow.staff.values.diagnostics import Trial
from kiosk.flow.staff.values.door import StaffKeyTurned
from kiosk.flow.state import (
    Dispensing,
    Done,
    Identifying,
    KioskState,
    MemberHome,
    Refused,
    SlotSight,
    Step,
    reads_codes,
)
from kiosk.health import Tell
from wire.api.devices import EventType

FAULT_AGAIN_S = 3600.0
"""The same fault of the panel is told no more often."""


class PanelSigns:
    """Lights and melodies by the state; events by the inputs. Thread: the loop.

    Args:
        recheck: the paper-end sensor has changed its mind: ask the printer's status anew.
        near_end: what the near-end sensor says, at each change.
    """

    def __init__(
        self,
        panel: Panel,
        emit: Callable[[Event], None],
        tell: Tell,
        recheck: Callable[[], None],
        near_end: Callable[[bool], None],
    ) -> None:
        self._panel = panel
        self._emit = emit
        self._tell = tell
        self._recheck = recheck
        self._near_end = near_end
        self._shown: KioskState | None = None
        self._said = PanelState()
        self._faults_told_s: dict[str, float] = {}

    def begin(self) -> None:
        """Listen from now on; what the inputs say already is told at once."""
        self._panel.watch(self._changed, lambda: self._emit(StaffKeyTurned()))

    # --- Out ---------------------------------------------------------------------------------

    def follow(self, state: KioskState) -> None:
        """The state is this now."""
        before, self._shown = self._shown, state
        if before is None or reads_codes(before) is not reads_codes(state):
            self._panel.scan_light(reads_codes(state))
        if before is None or shows_the_way(before) is not shows_the_way(state):
            self._panel.exit_light(shows_the_way(state))
        if before is not None and (melody := melody_between(before, state)) is not None:
            self._panel.play(melody)

    def chime(self) -> None:
        """A voucher waits in the slot."""
        self._panel.play(Melody.NOT_TAKEN)

    # --- In ----------------------------------------------------------------------------------

    def _changed(self, says: PanelState) -> None:
        before, self._said = self._said, says
        for fault in set(says.faults) - set(before.faults):
            self._fault(fault)
        if says.roll_door_open is not before.roll_door_open:
            self._door(before.roll_door_open, says.roll_door_open)
        if says.paper_near_end is not before.paper_near_end and _known(says.paper_near_end):
            self._near_end(says.paper_near_end is Fact.FAULT)
        if says.paper_end is not before.paper_end:
            self._recheck()

    def _fault(self, what: str) -> None:
        """A contact that comes and goes is told, not counted, at the service."""
        now_s = 0.0 if self._shown is None else self._shown.now_s
        told_s = self._faults_told_s.get(what)
        if told_s is None or now_s - told_s >= FAULT_AGAIN_S:
            self._faults_told_s[what] = now_s
            self._tell(EventType.PANEL_FAULT, what=what)

    def _door(self, before: Fact, says: Fact) -> None:
        """Unknown is no movement: a contact that chatters opens and closes nothing."""
        if not _known(says):
            return
        is_open = says is Fact.FAULT
        self._emit(RollDoorMoved(is_open))
        if is_open:
            self._tell(EventType.DOOR_OPENED)
        elif _known(before):
            self._tell(EventType.DOOR_CLOSED)


def _known(fact: Fact) -> bool:
    return fact is not Fact.UNKNOWN


def shows_the_way(state: KioskState) -> bool:
    """Whether the exit light is on: a voucher comes, stands there, or may."""
    sight = None if state.slot is None else state.slot.sight
    match state.screen:
        case Dispensing(step=Step.TAKE):
            return True
        case Done():
            return sight not in {SlotSight.TAKEN, SlotSight.RETRACTED}
        case _:
            return sight is SlotSight.WAITS


def lights_for(trial: Trial, state: KioskState) -> bool:
    """Whether the state wants the light of a trial on."""
    match trial:
        case Trial.SCAN_LIGHT:
            return reads_codes(state)
        case Trial.EXIT_LIGHT:
            return shows_the_way(state)
        case Trial.SOUND:
            return False


def melody_between(before: KioskState, after: KioskState) -> Melody | None:
    """What is to be heard of a change; most changes are silent."""
    match before.screen, after.screen:
        case (was, Done()) if not isinstance(was, Done):
            return Melody.TAKE
        case (was, Refused()) if not isinstance(was, Refused):
            return Melody.REFUSED
        case Identifying(), MemberHome():
            return Melody.OK
        case Identifying(), now if getattr(now, "notice", None) is not None:
            return Melody.REFUSED
        case Refused(staff_called=False), Refused(staff_called=True):
            return Melody.STAFF
    if after.paper.low and not before.paper.low:
        return Melody.STAFF
    return None
