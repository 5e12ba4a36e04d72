"""Did it print? The answer in large letters, the story below it, what to say and do."""

from kiosk.flow.staff import verdict
from kiosk.flow.staff.values.case import Standing
from kiosk.flow.staff.values.vouchers import CaseView, ReprintOpened, SettleOpened
from kiosk.flow.state import KioskState
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.staff import saying
from kiosk.screens.staff.sheet import Sheet
from kiosk.screens.staff.story import Story
from kiosk.screens.telling import DASH
from kiosk.screens.theme import AMOUNT, BODY, CAPTION, HEADING, RADIUS, STRONG, TITLE, Box


class _Answer(Part):
    """A plate in the answer's colours: icon, one word, and when."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self._plate = self.plate(box, self.c.ok, RADIUS)
        pad, side = (48.0, 128.0) if self.portrait else (28.0, 84.0)
        self._icon = self.icon(
            "check",
            Box(box.x + pad, box.y + (box.h - side) / 2, side, side),
            self.c.ok_ink,
            thickness=2.2,
        )
        left = box.x + pad + side + (44 if self.portrait else 24)
        wide = box.right - left - 28
        head = 108.0 if self.portrait else 70.0
        body = 92.0 if self.portrait else 80.0
        top = box.y + (box.h - head - body) / 2 + (16 if self.portrait else 10)
        self._head = self.words(
            Box(left, top, wide, head), TITLE if self.portrait else HEADING, bold=True
        )
        self._body = self.words(
            Box(left, top + head, wide, body),
            STRONG if self.portrait else CAPTION,
            lines=2,
            valign="top",
        )

    def say(self, state: KioskState, told: verdict.Verdict, voice: Voice) -> None:
        look = saying.answer_look(told.answer, self.c)
        self._plate.paint(look.fill)
        self._icon.draw(look.icon, look.ink)
        for words in (self._head, self._body):
            words.paint(look.ink)
        time = DASH if told.at is None else saying.to_the_second(state, told.at)
        voice.put(self._head, look.code)
        sub = saying.SUBS[told.answer]
        voice.put(self._body, sub, time=time, where=told.where or DASH)


class _Tell(Part):
    """What the shopper may be told, in the language that is chosen above."""

    def __init__(self, kit: Kit, box: Box) -> None:
        super().__init__(kit)
        self.plate(box, self.c.white, RADIUS, shadow=True)
        pad = 40.0 if self.portrait else 28.0
        label = 56.0 if self.portrait else 46.0
        self._label = self.words(
            Box(box.x + pad, box.y + 12, box.w - 2 * pad, label), CAPTION, self.c.muted, bold=True
        )
        top = box.y + 12 + label
        self._text = self.words(
            Box(box.x + pad, top, box.w - 2 * pad, box.bottom - 12 - top),
            AMOUNT if self.portrait else BODY,
            lines=3 if self.portrait else 4,
        )

    def say(self, told: verdict.Verdict, tail: str, voice: Voice) -> None:
        voice.put(self._label, "ST-TELL")
        _, code, _, _ = saying.ANSWERS[told.answer]
        voice.put(self._text, code, tail=tail or DASH, where=told.where or DASH)


class CaseScreen(Sheet):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit, head=640.0)
        area = self.area
        if self.portrait:
            answer = Box(area.x, area.y + 8, area.w, 248)
            tell = Box(area.x, answer.bottom + 28, area.w, 262)
            story = Box(area.x, tell.bottom + 28, area.w, area.bottom - tell.bottom - 28)
        else:
            half = 544.0
            answer = Box(area.x, area.y, half, 164)
            tell = Box(area.x, answer.bottom + 16, half, area.bottom - answer.bottom - 16)
            story = Box(area.x + half + 20, area.y, area.w - half - 20, area.h)
        self._answer = self.put(_Answer(kit, answer))
        self._tell = self.put(_Tell(kit, tell))
        self._story = self.put(Story(kit, story))
        back, act = self.feet(1, 1.4)
        self._alone = self.feet(1)[0]
        self._beside = back
        self._back = self.back_button(back)
        self._act = self.main_button("act", act, self._do, icon="again")
        self._over = self.words(act, BODY, self.c.muted, align="center", lines=2)
        self._settles = False

    def update(self, state: KioskState) -> None:
        super().update(state)
        view = state.screen
        if not isinstance(view, CaseView):
            return
        voice, case = Voice(state.language), view.case
        told = verdict.verdict(case, view.history or ())
        name = saying.reward(case, voice)
        voice.put(self.title, "ST-CASE", tail=case.tail or DASH, reward=name)
        voice.plain(self.note, saying.facts(state, case, voice))
        self._answer.say(state, told, voice)
        self._tell.say(told, case.tail, voice)
        self._story.tell(state, view.history, view.live, voice)
        voice.put(self._back, "L-BACK")
        self._settles = case.standing is Standing.UNCERTAIN
        mine = view.clerk.may_settle and case.standing in (Standing.UNCERTAIN, Standing.ISSUED)
        can = mine and (self._settles or case.printable)
        self._act.show(can)
        self._over.show(mine and not can)
        self._back.move(self._beside if mine else self._alone, self.stage)
        voice.put(self._act, "ST-SETTLE" if self._settles else "ST-REPRINT")
        voice.put(self._over, "ST-COPIES-OVER")

    def _do(self) -> None:
        self.kit.emit(SettleOpened() if self._settles else ReprintOpened())
