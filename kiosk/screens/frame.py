"""What stands on every screen: whose kiosk it is, the languages, the way out, how it is."""

from kiosk.flow import event
from kiosk.flow.state import KioskState, PrinterReadiness
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.theme import BODY, CAPTION, STRONG, Box
from kiosk.screens.typeface import width_px
from kiosk.screens.widgets.placing import place
from wire.api.text import Language

_NAMES = {Language.ZH_HANS: "简体", Language.ZH_HANT: "繁體", Language.EN: "English"}
_CHIP_H = 64.0
_WIDTHS = {Language.ZH_HANS: 112, Language.ZH_HANT: 112, Language.EN: 146}


class Brand(Part):
    """The chain's mark and name."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        side = 72.0
        top = box.y + (box.h - side) / 2
        self.plate(Box(box.x, top, side, side), self.c.brand, 20)
        self.plate(Box(box.x + 19, top + 19, side - 38, side - 38), self.c.gold, 17)
        self.plate(Box(box.x + 29, top + 29, side - 58, side - 58), self.c.brand, 7)
        self._name = self.words(
            Box(box.x + side + 20, box.y, box.w - side - 20, box.h), STRONG, bold=True
        )

    def update(self, state: KioskState) -> None:
        if state.config is None:
            return
        voice = Voice(state.language)
        voice.plain(self._name, state.config.brand.name.in_language(state.language))


class LanguageSwitch(Part):
    """Three languages, one tap, on every screen; the present one is a white plate."""

    def __init__(self, kit: Kit, right: float, y: float, height: float) -> None:
        super().__init__(kit)
        gap = self.stage.mm(4.1)
        total = sum(_WIDTHS.values()) + 2 * gap
        self.plate(Box(right - total - 12, y - 6, total + 24, height + 12), self.c.soft, 46)
        self._buttons = {}
        x = right - total
        for language, name in _NAMES.items():
            box = Box(x, y, _WIDTHS[language], height)
            button = self.button(
                f"language:{language.value}",
                box,
                BODY,
                lambda chosen=language: kit.emit(event.LanguageChosen(chosen)),  # type: ignore[misc]  # a default binds the loop's value
                fill=self.c.soft,
                colour=self.c.muted,
                radius=40,
            )
            button.say(name, "tc" if language is Language.ZH_HANT else "sc")
            self._buttons[language] = button
            x += _WIDTHS[language] + gap
        self.left_edge = right - total - 12

    def update(self, state: KioskState) -> None:
        for language, button in self._buttons.items():
            if language is state.language:
                button.dress(self.c.white, self.c.ink)
            else:
                button.dress(self.c.soft, self.c.muted)

    def wipe(self) -> None:
        """The names of the languages belong to nobody."""


class StatusChip(Part):
    """在线, 离线, 缺纸, 停用: a dot or an icon, and the word; as wide as its word."""

    def __init__(self, kit: Kit, right: float, y: float) -> None:
        super().__init__(kit)
        self._right, self._y = right, y
        box = Box(right - 200, y, 200, _CHIP_H)
        self._plate = self.plate(box, self.c.ok, _CHIP_H / 2)
        self._icon = self.icon("dot", Box(box.x + 24, y + 17, 30, 30), self.c.ok_ink)
        self._words = self.words(
            Box(box.x + 62, y, 120, _CHIP_H), CAPTION, self.c.ok_ink, bold=True
        )

    def update(self, state: KioskState) -> None:
        code, icon, good = _status(state)
        fill, ink = (self.c.ok, self.c.ok_ink) if good else (self.c.warning, self.c.warning_ink)
        voice = Voice(state.language)
        text = voice(code)
        size = CAPTION * self.stage.scale
        width = width_px(text, size_px=size, face=voice.face, bold=True) / self.stage.scale + 6
        x = self._right - width - 90
        place(self._plate, Box(x, self._y, width + 90, _CHIP_H), self.stage)
        place(self._icon, Box(x + 24, self._y + 17, 30, 30), self.stage)
        self._words.move(Box(x + 62, self._y, width, _CHIP_H), self.stage)
        self._plate.paint(fill)
        self._icon.draw(icon, ink)
        self._words.paint(ink)
        voice.plain(self._words, text)

    def wipe(self) -> None:
        """How the kiosk is belongs to nobody."""


def _status(state: KioskState) -> tuple[str, str, bool]:
    health = state.health
    if state.staff_waits_until_s > state.now_s:  # a key was turned: a word to staff, no more
        return ("L-STAFF-NEXT", "person", True)
    if health.paused:
        return ("L-STOPPED", "pause", False)
    if not health.online:
        return ("L-OFFLINE", "cloud", False)
    if health.printer is PrinterReadiness.NO_PAPER:
        return ("L-NO-PAPER", "paper", False)
    if health.printer is PrinterReadiness.FAULT:
        return ("L-PRINTER", "printer", False)
    return ("L-ONLINE", "dot", True)


class Frame(Part):
    """Brand and languages on top, status at the foot; `exit_` adds 退出, `camera` the notice."""

    def __init__(
        self, kit: Kit, *, exit_: bool = False, camera: bool = False, foot: bool = True
    ) -> None:
        super().__init__(kit)
        edge = 56.0 if self.portrait else 40.0
        height = max(92.0 if self.portrait else 90.0, self.stage.mm(15.2))
        top = 48.0 if self.portrait else 42.0
        right = self.stage.width - edge
        self._exit = None
        if exit_:
            box = Box(right - 136, top, 136, height)
            self._exit = self.button(
                "end",
                box,
                BODY,
                lambda: kit.emit(event.Ended()),
                fill=self.c.ink,
                radius=40,
            )
            right = box.x - self.stage.mm(4.1) - 12
        else:
            right -= 12
        self._switch = self.put(LanguageSwitch(kit, right, top, height))
        self._brand = self.put(
            Brand(kit, Box(edge, top, self._switch.left_edge - edge - 16, height))
        )
        self._parts: list[Part] = [self._switch, self._brand]
        self._notice = None
        foot_y = self.stage.height - (108 if self.portrait else 92)
        if foot:
            self._parts.append(self.put(StatusChip(kit, self.stage.width - edge, foot_y)))
        if camera:
            self._eye = self.icon("camera", Box(edge, foot_y + 12, 40, 40), self.c.muted)
            left = edge + 58
            self._notice = self.words(
                Box(left, foot_y, self.stage.width - edge - 240 - left, 64), CAPTION, self.c.muted
            )

    def show_camera(self, shown: bool) -> None:
        """Whether the camera reads at all on a screen that was made with its notice."""
        if self._notice is not None:
            self._notice.show(shown)
            self._eye.show(shown)

    def update(self, state: KioskState) -> None:
        for part in self._parts:
            part.update(state)
        voice = Voice(state.language)
        if self._exit is not None:
            voice.put(self._exit, "L-EXIT")
        if self._notice is not None:
            voice.put(self._notice, "CAM-NOTICE")
