"""Believable moments of staff at the kiosk, for pictures of their screens and for tests."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from kiosk.aim import Light
from kiosk.flow.staff.values import diagnostics as d
from kiosk.flow.staff.values import service as s
from kiosk.flow.staff.values import vouchers as v
from kiosk.flow.staff.values.case import Case, Mark, Moment, Standing
from kiosk.flow.staff.values.clerk import STAFF_IDLE_S, Clerk
from kiosk.flow.staff.values.facts import Sensed
from kiosk.flow.staff.values.told import Ending, Told
from kiosk.flow.state import KioskState, Screen
from kiosk.paper.gauge import PaperGauge
from kiosk.screens.sample import ITEMS, NOW, NOW_S, kiosk
from wire.api.redemptions import ReleaseReason, ReprintReason
from wire.api.staff import ClockDirection, HandoverCounts, HandoverNote, StaffRole
from wire.api.text import Text

IDLE_AT_S = NOW_S + STAFF_IDLE_S
CLERK = Clerk("00a1b2c3d4e5", StaffRole.CLERK, "李**", UUID(int=300))
SECOND = Clerk("00a1b2c3d4f6", StaffRole.MANAGER, "王*芳", UUID(int=301))
PAPER = PaperGauge(known=True, serial="R0007", length_mm=30_000, mm_left=14_300, vouchers_left=118)
COUNTS = HandoverCounts(paper_mm=14_300, open=2, uncertain=1)
_LONG = Text("手冲单品咖啡第二杯半价券", "手沖單品咖啡第二杯半價券", "Second pour-over, half price")
_TAILS = ("5W8C", "2HTP", "9QXD", "7K3M", "C0FE", "R2D2", "4ZN8", "V17B", "00K9", "XH3J")


def case(number: int, standing: Standing = Standing.ISSUED, **changes: object) -> Case:
    """The voucher that was asked for `number` times seven minutes ago."""
    item = ITEMS[number % len(ITEMS)]
    fields = {
        "id": UUID(int=500 + number),
        "at": NOW - timedelta(minutes=7 * number + 3),
        "standing": standing,
        "tail": _TAILS[number % len(_TAILS)],
        "reward": item.name,
        "points": item.price_points,
        "device_no": "K07",
        "in_journal": True,
    }
    return Case(**(fields | changes))  # type: ignore[arg-type]  # changes are Case's own fields


def cases() -> tuple[Case, ...]:
    """A day's vouchers, one of each kind among them."""
    known = {
        1: Standing.USED,
        2: Standing.RETURNED,
        5: Standing.EXPIRED,
        7: Standing.IN_HAND,
        9: Standing.VOIDED,
    }
    listed = [case(n, known.get(n, Standing.ISSUED)) for n in range(12)]
    listed[3] = case(3, Standing.UNCERTAIN)
    listed[4] = case(4, here=False, in_journal=False, device_no="K03", copies=1)
    listed[6] = case(6, reward=None, points=None, here=False, device_no="K03")
    return tuple(listed)


def _at(seconds: float) -> datetime:
    return NOW - timedelta(minutes=3) + timedelta(seconds=seconds)


PRINTED = (
    Moment(Mark.ASKED, _at(0)),
    Moment(Mark.HELD, _at(0.3)),
    Moment(Mark.ALLOWED, _at(0.5)),
    Moment(Mark.TO_PRINTER, _at(0.6)),
    Moment(Mark.PRINTED, _at(4), "112 mm"),
    Moment(Mark.CAPTURED, _at(5)),
    Moment(Mark.TAKEN, _at(9)),
)
TORN = (
    *PRINTED[:4],
    Moment(Mark.UNSURE, _at(24)),
    Moment(Mark.REPRINT_ASKED, _at(140), by=CLERK.staff_ref),
    Moment(Mark.REPRINT_BEGUN, _at(141), "1/2"),
    Moment(Mark.REPRINT_FAILED, _at(160)),
)
NOT_PRINTED = (*PRINTED[:2], Moment(Mark.NOT_PRINTED, _at(1)), Moment(Mark.RETURNED, _at(3)))
RETRACTED = (*PRINTED[:6], Moment(Mark.NOT_TAKEN, _at(15)), Moment(Mark.RETRACTED, _at(35)))


def states() -> Iterator[tuple[str, KioskState]]:
    """A name and a state for each screen, and for each thing that a screen may have to say."""
    for name, screen in (*_lists(), *_stories(), *_acts(), *_hours(), *_handover(), *_parts()):
        yield f"staff-{name}", kiosk(screen, paper=PAPER)
    waits = replace(_search(), idle_at_s=NOW_S + 21)
    yield "staff-search-still-there", kiosk(waits, paper=PAPER)


def _search(**changes: object) -> v.Search:
    found = v.Found(here=cases(), store=cases())
    return replace(v.Search(CLERK, IDLE_AT_S, found=found), **changes)  # type: ignore[arg-type]  # changes are Search's own fields


def _lists() -> Iterator[tuple[str, Screen]]:
    yield "search", _search()
    yield "search-page-2", _search(page=1)
    yield "search-offline", _search(found=v.Found(here=cases()[:3], silent=True))
    yield "search-looking", _search(found=v.Found())
    yield "search-none", _search(found=v.Found(here=(), store=()))
    tail = _search(way=v.SearchWay.TAIL, found=v.Found())
    yield "tail-empty", tail
    yield "tail-typed", replace(tail, tail="5W")
    yield "tail-found", replace(tail, tail="5W8C", found=v.Found((case(0),), ()))
    yield "tail-none", replace(tail, tail="0000", found=v.Found((), ()))
    uncertain = tuple(case(n, Standing.UNCERTAIN) for n in (0, 3, 9))
    elsewhere = case(20, Standing.UNCERTAIN, here=False, in_journal=False, device_no="K03")
    yield "queue", v.Queue(CLERK, IDLE_AT_S, v.Found(uncertain, (elsewhere,)))
    yield "queue-empty", v.Queue(CLERK, IDLE_AT_S, v.Found((), ()))


def _stories() -> Iterator[tuple[str, Screen]]:
    def view(about: Case, history: tuple[Moment, ...] | None, **changes: object) -> v.CaseView:
        shown = v.CaseView(CLERK, IDLE_AT_S, about, _search(), history, live=True)
        return replace(shown, **changes)  # type: ignore[arg-type]  # changes are CaseView's own fields

    yield "case-printed", view(case(0), PRINTED)
    yield "case-printed-offline", view(case(0), PRINTED, live=False)
    yield "case-asking", view(case(0), None, live=None)
    yield "case-uncertain", view(case(0, Standing.UNCERTAIN, copies=1), TORN)
    yield "case-not-printed", view(case(0, Standing.RETURNED), NOT_PRINTED)
    yield "case-retracted", view(case(0), RETRACTED)
    used = case(0, Standing.USED, used_at=_at(150), used_where="人民广场店")
    yield "case-used", view(used, (*PRINTED, Moment(Mark.USED, _at(150))))
    over = case(0, copies=2)
    yield "case-copies-over", view(over, PRINTED)
    gone = case(0, Standing.RETURNED)
    voided = (*TORN[:5], Moment(Mark.STAFF_VOID, _at(170), by=CLERK.staff_ref))
    yield "case-returned", view(gone, voided)
    yield "case-elsewhere", view(case(4, here=False, in_journal=False, device_no="K03"), ())
    yield "case-settled", view(case(0), (*TORN[:5], Moment(Mark.SETTLED, _at(170))))
    for standing in (Standing.IN_HAND, Standing.EXPIRED, Standing.VOIDED):
        yield f"case-{standing.value.replace('_', '-')}", view(case(0, standing), PRINTED[:4])


def _acts() -> Iterator[tuple[str, Screen]]:
    about, uncertain = case(0), case(0, Standing.UNCERTAIN, copies=1)
    ask = v.ReprintAsk(CLERK, IDLE_AT_S, about, _search(), NOW_S)
    yield "reprint-ask", ask
    yield "reprint-chosen", replace(ask, reason=ReprintReason.TORN)
    for stage in v.ReprintStage:
        yield (
            f"reprinting-{stage.value}",
            v.Reprinting(CLERK, float("inf"), about, _search(), NOW_S, stage),
        )
    settle = v.Settle(CLERK, IDLE_AT_S, uncertain, _search(), NOW_S)
    yield "settle", settle
    elsewhere = case(20, Standing.UNCERTAIN, here=False, in_journal=False, device_no="K03")
    yield "settle-elsewhere", replace(settle, case=elsewhere)
    yield "settle-copies-over", replace(settle, case=replace(uncertain, copies=2))
    void = v.VoidAsk(CLERK, IDLE_AT_S, uncertain, _search(), NOW_S)
    yield "void-ask", void
    long = replace(
        case(20, Standing.UNCERTAIN, here=False, device_no="K03", copies=1, points=12_800),
        reward=Text(
            "手冲单品咖啡第二杯半价券", "手沖單品咖啡第二杯半價券", "Second pour-over, half price"
        ),
        at=NOW - timedelta(days=3),
    )
    yield "settle-long", replace(settle, case=long)
    yield "void-long", replace(void, case=long)
    yield "case-long", v.CaseView(CLERK, IDLE_AT_S, long, _search(), TORN, live=True)
    yield "void-chosen", replace(void, reason=ReleaseReason.STAFF_TORN)
    for wanted in v.Settlement:
        yield (
            f"settling-{wanted.value}",
            v.Settling(CLERK, IDLE_AT_S, uncertain, _search(), wanted, NOW_S),
        )
    facts: dict[str, str | int] = {
        "tail": "5W8C",
        "copy": 1,
        "left": 1,
        "points": 500,
        "hours": 3,
        "minutes": 12,
        "out": "李**",
        "in_": "王*芳",
    }
    for ending in Ending:
        name = ending.value.removeprefix("ST-END-").lower()
        yield f"told-{name}", Told(CLERK, IDLE_AT_S, ending, facts, _search())


def _hours() -> Iterator[tuple[str, Screen]]:
    at_work = replace(CLERK, on_shift_since=NOW - timedelta(hours=3, minutes=12))
    yield "hours-out", s.Hours(CLERK, IDLE_AT_S)
    yield "hours-in", s.Hours(replace(at_work, hours_today_min=192), IDLE_AT_S)
    yield "hours-asking", s.Hours(at_work, IDLE_AT_S, ClockDirection.OUT)


def _handover() -> Iterator[tuple[str, Screen]]:
    notes = frozenset({HandoverNote.PAPER_LOW, HandoverNote.KEYS_GIVEN})
    yield "handover-counting", s.Handover(CLERK, IDLE_AT_S)
    yield "handover", s.Handover(CLERK, IDLE_AT_S, COUNTS, notes)
    yield "second-badge", s.SecondBadge(CLERK, IDLE_AT_S, COUNTS, notes)
    for notice in s.SecondNotice:
        yield (
            f"second-{notice.value.replace('_', '-')}",
            s.SecondBadge(CLERK, IDLE_AT_S, COUNTS, notes, notice),
        )
    checking = s.SecondBadge(CLERK, IDLE_AT_S, COUNTS, notes, checking=True)
    yield "second-checking", checking
    pin = s.SecondPin(CLERK, IDLE_AT_S, COUNTS, notes, "S1...")
    yield "second-pin", replace(pin, typed="123")
    yield "second-pin-wrong", replace(pin, left=3)
    yield "second-pin-asking", replace(pin, asking=True)
    yield "second-pin-locked", replace(pin, locked_until=NOW + timedelta(minutes=15))
    yield "second-pin-blocked", replace(pin, blocked=True)
    sign = s.HandoverSign(CLERK, IDLE_AT_S, SECOND, COUNTS, notes)
    yield "sign", sign
    yield "sign-silent", replace(sign, signed_out=True, signed_in=True, silent=True)
    yield "sign-one", replace(sign, signed_out=True, notes=frozenset())
    yield "sign-asking", replace(sign, signed_out=True, signed_in=True, asking=True)


def diagnosis(**changes: d.Check) -> d.Diagnosis:
    """All is well, or not by the changes (the part's name: its check)."""
    figures = {
        d.Part.PRINTER: "80mm-cutter",
        d.Part.PRINTER_LINE: "0 / 14,203",
        d.Part.SCANNER: "29 fps",
        d.Part.NETWORK: "47 ms",
        d.Part.CLOCK: "+0.2 s",
        d.Part.JOURNAL: "4,812",
        d.Part.STORAGE: "9.1 GB",
        d.Part.TEMPERATURE: "61 °C",
        d.Part.PINS: "11",
        d.Part.VERSION: "K07 · 0.1.0",
    }
    checks = tuple(
        changes.get(part.value, d.Check(part, Light.GREEN, figure))
        for part, figure in figures.items()
    )
    sensors = (
        (d.Sensor.ROLL_DOOR, Sensed.OK),
        (d.Sensor.NEAR_END, Sensed.FAULT),
        (d.Sensor.PAPER_END, Sensed.OK),
        (d.Sensor.SLOT, Sensed.UNKNOWN),
    )
    answers = (
        "14:05:08  10 04 01  >  12",
        "14:05:08  10 04 04  >  12",
        "14:05:10  1D 72 01  >  00",
    )
    return d.Diagnosis(checks, sensors, answers, garbage=3)


def _parts() -> Iterator[tuple[str, Screen]]:
    shown = d.Diagnostics(CLERK, IDLE_AT_S, seen=diagnosis())
    yield "diagnostics", shown
    yield "diagnostics-looking", replace(shown, seen=None)
    for todo in d.Todo:
        if todo is d.Todo.NONE:
            continue
        bad = d.Check(d.Part.PRINTER, Light.RED, "—", todo)
        slow = d.Check(d.Part.NETWORK, Light.AMBER, "1,840 ms", d.Todo.NETWORK)
        name = todo.value.removeprefix("ST-DO-").lower()
        seen = diagnosis(printer=bad, network=slow)
        yield f"diagnostics-{name}", replace(shown, seen=seen)
    yield "diagnostics-printer", replace(shown, tab=d.DiagnosticsTab.PRINTER)
    silent = replace(shown, tab=d.DiagnosticsTab.PRINTER, seen=d.Diagnosis())
    yield "diagnostics-printer-silent", silent
    yield "diagnostics-inputs", replace(shown, tab=d.DiagnosticsTab.INPUTS)
    tries = replace(shown, tab=d.DiagnosticsTab.INPUTS, trying=d.Trial.SOUND)
    yield "diagnostics-trying", tries
    touch = replace(shown, tab=d.DiagnosticsTab.TOUCH, touched=frozenset({0, 1, 5, 6, 11}))
    yield "diagnostics-touch", touch
    yield "diagnostics-asking-network", replace(shown, asking_network=True)
