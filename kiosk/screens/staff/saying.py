"""Vouchers in the words and colours of the shop floor; needs no window."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from kiosk.flow.staff.values.case import Case, Mark, Moment, Standing
from kiosk.flow.staff.verdict import Answer
from kiosk.flow.state import KioskState
from kiosk.screens.telling import local
from kiosk.screens.theme import Colours

if TYPE_CHECKING:  # the kit draws; what is told here can be tested without a window
    from kiosk.screens.kit import Voice


@dataclass(frozen=True, slots=True)
class Look:
    """A word, its icon and its colours: a state is never told by colour alone."""

    code: str
    icon: str
    fill: str
    ink: str


_STANDINGS: dict[Standing, tuple[str, str, str]] = {
    Standing.IN_HAND: ("ST-IN-HAND", "clock", "soft"),
    Standing.UNCERTAIN: ("ST-UNCERTAIN", "help", "warning"),
    Standing.ISSUED: ("ST-ISSUED", "check", "ok"),
    Standing.USED: ("ST-USED", "check", "soft"),
    Standing.RETURNED: ("ST-RETURNED", "again", "soft"),
    Standing.EXPIRED: ("ST-EXPIRED", "clock", "soft"),
    Standing.VOIDED: ("ST-VOIDED", "cross", "soft"),
}

ANSWERS: dict[Answer, tuple[str, str, str, str]] = {
    Answer.PRINTED: ("ST-ANS-PRINTED", "ST-TELL-PRINTED", "check", "ok"),
    Answer.RETRACTED: ("ST-ANS-RETRACTED", "ST-TELL-RETRACTED", "printer", "warning"),
    Answer.NOT_PRINTED: ("ST-ANS-NOT-PRINTED", "ST-TELL-NOT-PRINTED", "cross", "danger"),
    Answer.UNSURE: ("ST-ANS-UNSURE", "ST-TELL-UNSURE", "help", "warning"),
    Answer.USED: ("ST-ANS-USED", "ST-TELL-USED", "check", "danger"),
    Answer.RETURNED: ("ST-ANS-RETURNED", "ST-TELL-RETURNED", "again", "danger"),
    Answer.SETTLED: ("ST-ANS-SETTLED", "ST-TELL-SETTLED", "check", "ok"),
    Answer.ELSEWHERE: ("ST-ANS-ELSEWHERE", "ST-TELL-ELSEWHERE", "box", "ok"),
    Answer.IN_HAND: ("ST-ANS-IN-HAND", "ST-TELL-IN-HAND", "clock", "warning"),
    Answer.EXPIRED: ("ST-ANS-EXPIRED", "ST-TELL-EXPIRED", "clock", "danger"),
    Answer.VOIDED: ("ST-ANS-VOIDED", "ST-TELL-VOIDED", "cross", "danger"),
}
"""Code of the answer, code of what the shopper is told, icon, colours."""

SUBS: dict[Answer, str] = {
    Answer.PRINTED: "ST-SUB-PRINTED",
    Answer.RETRACTED: "ST-SUB-RETRACTED",
    Answer.NOT_PRINTED: "ST-SUB-NOT-PRINTED",
    Answer.UNSURE: "ST-SUB-UNSURE",
    Answer.USED: "ST-SUB-USED",
    Answer.RETURNED: "ST-SUB-RETURNED",
    Answer.SETTLED: "ST-SUB-SETTLED",
    Answer.ELSEWHERE: "ST-SUB-ELSEWHERE",
    Answer.IN_HAND: "ST-SUB-IN-HAND",
    Answer.EXPIRED: "ST-SUB-EXPIRED",
    Answer.VOIDED: "ST-SUB-VOIDED",
}
"""How that is known; `{time}` and `{where}` are of the answer."""

MARKS: dict[Mark, tuple[str, str]] = {
    Mark.ASKED: ("ST-MARK-ASKED", "tag"),
    Mark.HELD: ("ST-MARK-HELD", "lock"),
    Mark.ALLOWED: ("ST-MARK-ALLOWED", "cloud-up"),
    Mark.TO_PRINTER: ("ST-MARK-TO-PRINTER", "printer"),
    Mark.PRINTED: ("ST-MARK-PRINTED", "check"),
    Mark.CAPTURED: ("ST-MARK-CAPTURED", "cloud-up"),
    Mark.UNSURE: ("ST-MARK-UNSURE", "help"),
    Mark.NOT_PRINTED: ("ST-MARK-NOT-PRINTED", "cross"),
    Mark.RETURNED: ("ST-MARK-RETURNED", "again"),
    Mark.REFUSED: ("ST-MARK-REFUSED", "cross"),
    Mark.ENTERED: ("ST-MARK-ENTERED", "box"),
    Mark.REPRINT_ASKED: ("ST-MARK-REPRINT-ASKED", "again"),
    Mark.REPRINT_BEGUN: ("ST-MARK-REPRINT-BEGUN", "printer"),
    Mark.REPRINT_REFUSED: ("ST-MARK-REPRINT-REFUSED", "cross"),
    Mark.REPRINT_FAILED: ("ST-MARK-REPRINT-FAILED", "help"),
    Mark.REPRINTED: ("ST-MARK-REPRINTED", "check"),
    Mark.STAFF_TAKEN_ASKED: ("ST-MARK-TAKEN-ASKED", "person"),
    Mark.STAFF_TAKEN: ("ST-MARK-STAFF-TAKEN", "person"),
    Mark.STAFF_VOID_ASKED: ("ST-MARK-VOID-ASKED", "person"),
    Mark.STAFF_VOID: ("ST-MARK-STAFF-VOID", "person"),
    Mark.STAFF_REFUSED: ("ST-MARK-STAFF-REFUSED", "cross"),
    Mark.TAKEN: ("ST-MARK-TAKEN", "person"),
    Mark.NOT_TAKEN: ("ST-MARK-NOT-TAKEN", "clock"),
    Mark.RETRACTED: ("ST-MARK-RETRACTED", "down"),
    Mark.USED: ("ST-MARK-USED", "check"),
    Mark.SETTLED: ("ST-MARK-SETTLED", "check"),
    Mark.OVER: ("ST-MARK-OVER", "dot"),
    Mark.NOTE: ("ST-MARK-NOTE", "dot"),
}


def standing_look(standing: Standing, colours: Colours) -> Look:
    code, icon, pair = _STANDINGS[standing]
    return Look(code, icon, getattr(colours, pair), _ink(pair, colours))


def answer_look(answer: Answer, colours: Colours) -> Look:
    code, _, icon, pair = ANSWERS[answer]
    return Look(code, icon, getattr(colours, pair), _ink(pair, colours))


def _ink(pair: str, colours: Colours) -> str:
    ink: str = colours.ink if pair == "soft" else getattr(colours, f"{pair}_ink")
    return ink


def day_time(state: KioskState, at: datetime) -> str:
    """`14:05` of today, `11-20 14:05` of another day, in the store's time."""
    then = local(state, at)
    if state.wall is not None and local(state, state.wall).date() == then.date():
        return f"{then:%H:%M}"
    return f"{then:%m-%d %H:%M}"


def to_the_second(state: KioskState, at: datetime) -> str:
    """`14:05:10` of today, `11-20 14:05` of another day."""
    then = local(state, at)
    if state.wall is not None and local(state, state.wall).date() == then.date():
        return f"{then:%H:%M:%S}"
    return f"{then:%m-%d %H:%M}"


_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def age(state: KioskState, at: datetime, voice: "Voice") -> str:
    """How long ago, in the largest unit that fits; the time where the clock is not trusted."""
    if state.wall is None:
        return day_time(state, at)
    seconds = int((state.wall - at).total_seconds())
    if seconds < _MINUTE:
        return voice("ST-AGE-NOW")
    if seconds < _HOUR:
        return voice("ST-AGE-MINUTES", n=seconds // _MINUTE)
    if seconds < _DAY:
        return voice("ST-AGE-HOURS", n=seconds // _HOUR)
    return voice("ST-AGE-DAYS", n=seconds // _DAY)


def reward(case: Case, voice: "Voice") -> str:
    """Its name, or that this kiosk does not know it."""
    if case.reward is None:
        return voice("ST-REWARD-UNKNOWN")
    return case.reward.in_language(voice.language)


def facts(state: KioskState, case: Case, voice: "Voice", *, aged: bool = False) -> str:
    """When (or how long ago), where if not here, how many points: one line."""
    parts = [age(state, case.at, voice) if aged else day_time(state, case.at)]
    parts.append(voice("ST-HERE") if case.here else case.device_no)
    if case.points is not None:
        parts.append(voice("L-POINTS", n=case.points))
    if case.copies:
        parts.append(voice("ST-COPIES", n=case.copies))
    return " · ".join(parts)


def moment(said: Moment, voice: "Voice") -> str:
    """What happened, by whom, with its figure."""
    code, _ = MARKS[said.mark]
    parts = [voice(code)]
    if said.detail:
        parts.append(said.detail)
    if said.by:
        parts.append(voice("ST-BY", ref=said.by[-4:]))
    return " · ".join(parts)
