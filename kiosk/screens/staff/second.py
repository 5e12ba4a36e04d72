"""The person who takes over: badge and PIN, as at the door, while the first is logged in."""

from dataclasses import replace

from kiosk.flow.staff.values.door import BadgeAsked, PinAsked
from kiosk.flow.staff.values.service import SecondBadge, SecondNotice, SecondPin
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Voice
from kiosk.screens.staff.badge import BadgeScreen
from kiosk.screens.staff.pin import PinScreen

_NOTICES = {
    SecondNotice.BAD_BADGE: "ST-SECOND-BAD",
    SecondNotice.SAME_PERSON: "ST-SECOND-SAME",
    SecondNotice.PIN_UNSET: "ST-SECOND-PIN-UNSET",
    SecondNotice.SILENT: "ST-SECOND-SILENT",
}


class SecondBadgeScreen(BadgeScreen):
    def update(self, state: KioskState) -> None:
        badge = state.screen
        if not isinstance(badge, SecondBadge):
            return
        door = BadgeAsked(badge.idle_at_s, checking=badge.checking)
        super().update(replace(state, screen=door))
        voice = Voice(state.language)
        voice.put(self._title, "ST-HANDOVER")
        voice.put(self._sub, "ST-SECOND-TITLE")
        voice.put(self._says, "ST-SECOND-CHECKING" if badge.checking else "ST-SECOND-SAYS")
        self._say_notice(_NOTICES[badge.notice] if badge.notice else None, state, voice)


class SecondPinScreen(PinScreen):
    def update(self, state: KioskState) -> None:
        pin = state.screen
        if not isinstance(pin, SecondPin):
            return
        door = PinAsked(
            pin.idle_at_s,
            badge="",  # it is not drawn
            typed=pin.typed,
            asking=pin.asking,
            left=pin.left,
            locked_until=pin.locked_until,
            blocked=pin.blocked,
        )
        super().update(replace(state, screen=door))
        if not pin.asking:
            Voice(state.language).put(self._title, "ST-SECOND-PIN")
