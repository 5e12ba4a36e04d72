"""K9: at work since, hours today, in or out."""

from kiosk.flow.staff import hours
from kiosk.flow.staff.values.service import ClockWanted, Hours
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Voice
from kiosk.screens.staff.saying import day_time
from kiosk.screens.staff.sheet import Sheet
from kiosk.screens.telling import DASH, local
from kiosk.screens.theme import AMOUNT, BALANCE, BODY, HEADING, RADIUS, STRONG, Box
from wire.api.staff import ClockDirection

_BUTTONS = (
    (ClockDirection.IN, "clock:in", "ST-CLOCK-IN", "right"),
    (ClockDirection.OUT, "clock:out", "ST-CLOCK-OUT", "left"),
)


class HoursScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        area = self.area
        if self.portrait:
            card = Box(area.x, area.y + 16, area.w, 520)
            high, top = 260.0, card.bottom + 48
            places = [Box(area.x, top + i * (high + self.gap), area.w, high) for i in range(2)]
        else:
            card = Box(area.x, area.y, 580, area.h)
            high, left = (area.h - self.gap) / 2, area.x + 580 + self.gap
            places = [
                Box(left, area.y + i * (high + self.gap), area.right - left, high) for i in range(2)
            ]
        self.plate(card, self.c.night, RADIUS)
        pad = 56.0 if self.portrait else 40.0
        inner = card.inset(pad, 40)
        clock_h = 150.0
        self._clock = self.words(
            Box(inner.x, inner.y, inner.w, clock_h), BALANCE, self.c.white, bold=True
        )
        half = (inner.h - clock_h) / 2
        self._since = self.words(
            Box(inner.x, inner.y + clock_h, inner.w, half),
            AMOUNT if self.portrait else STRONG,
            self.c.mist,
        )
        self._today = self.words(
            Box(inner.x, inner.y + clock_h + half, inner.w, half),
            AMOUNT if self.portrait else STRONG,
            self.c.white,
            bold=True,
        )
        self._buttons = {
            direction: self.button(
                name,
                place,
                HEADING if self.portrait else AMOUNT,
                lambda wanted=direction: kit.emit(ClockWanted(wanted)),  # type: ignore[misc]  # a default binds the loop's value
                icon=icon,
                radius=RADIUS,
            )
            for (direction, name, _, icon), place in zip(_BUTTONS, places, strict=True)
        }
        self._back = self.back_button(self.feet(1)[0])
        self._asking = self.words(
            Box(area.x, area.bottom - 64, area.w, 60), BODY, self.c.muted, align="center"
        )

    def update(self, state: KioskState) -> None:
        super().update(state)
        screen = state.screen
        if not isinstance(screen, Hours):
            return
        voice, clerk = Voice(state.language), screen.clerk
        voice.put(self.title, "ST-HOURS")
        voice.put(self.note, "ST-HOURS-NOTE")
        now = DASH if state.wall is None else f"{local(state, state.wall):%H:%M}"
        voice.plain(self._clock, now)
        if clerk.on_shift_since is None:
            voice.put(self._since, "ST-OFF-SHIFT")
        else:
            voice.put(self._since, "ST-ON-SHIFT", time=day_time(state, clerk.on_shift_since))
        whole, minutes = divmod(clerk.hours_today_min, 60)
        voice.put(self._today, "ST-HOURS-TODAY", hours=whole, minutes=minutes)
        can = None if screen.asking else hours.next_direction(screen)
        for direction, _, code, _ in _BUTTONS:
            button = self._buttons[direction]
            button.disabled = direction is not can
            active = direction is can
            button.dress(
                self.c.brand if active else self.c.soft, self.c.white if active else self.c.muted
            )
            button.icon.draw(
                "check" if direction is screen.asking else "clock",
                self.c.white if active else self.c.muted,
            )
            voice.put(button, code)
        self._asking.show(screen.asking is not None and self.portrait)
        voice.put(self._asking, "ST-ASKING")
        voice.put(self._back, "L-BACK")
