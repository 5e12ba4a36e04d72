"""Did it print? What can be said for certain, from what was written down."""

from datetime import timedelta

import pytest
import sample
from case_walks import case

from kiosk.flow.staff.values.case import Mark, Moment, Standing
from kiosk.flow.staff.verdict import Answer, Verdict, verdict

AT = sample.WALL


def story(*marks: Mark) -> tuple[Moment, ...]:
    return tuple(Moment(mark, AT + timedelta(seconds=i)) for i, mark in enumerate(marks))


BEFORE = (Mark.ASKED, Mark.HELD, Mark.ALLOWED, Mark.TO_PRINTER)
ISSUED, RETURNED = Standing.ISSUED, Standing.RETURNED


@pytest.mark.parametrize(
    ("standing", "marks", "answer"),
    [
        (ISSUED, (*BEFORE, Mark.PRINTED), Answer.PRINTED),
        (ISSUED, (*BEFORE, Mark.PRINTED, Mark.TAKEN), Answer.PRINTED),
        (ISSUED, (*BEFORE, Mark.UNSURE, Mark.REPRINTED), Answer.PRINTED),
        (ISSUED, (*BEFORE, Mark.PRINTED, Mark.RETRACTED), Answer.RETRACTED),
        (ISSUED, (*BEFORE, Mark.PRINTED, Mark.RETRACTED, Mark.REPRINTED), Answer.PRINTED),
        (ISSUED, (*BEFORE, Mark.UNSURE, Mark.SETTLED), Answer.SETTLED),
        (ISSUED, (*BEFORE, Mark.UNSURE, Mark.STAFF_TAKEN), Answer.SETTLED),
        (Standing.UNCERTAIN, (*BEFORE, Mark.UNSURE), Answer.UNSURE),
        (Standing.UNCERTAIN, (*BEFORE, Mark.UNSURE, Mark.REPRINT_FAILED), Answer.UNSURE),
        (RETURNED, (*BEFORE[:2], Mark.NOT_PRINTED, Mark.RETURNED), Answer.NOT_PRINTED),
        (RETURNED, (Mark.ASKED, Mark.REFUSED), Answer.NOT_PRINTED),
        (RETURNED, BEFORE[:2], Answer.NOT_PRINTED),
        (RETURNED, (*BEFORE, Mark.NOT_PRINTED), Answer.NOT_PRINTED),
        (RETURNED, (*BEFORE, Mark.UNSURE, Mark.STAFF_VOID), Answer.RETURNED),
        (Standing.USED, (*BEFORE, Mark.PRINTED), Answer.USED),
        (Standing.IN_HAND, BEFORE, Answer.IN_HAND),
        (Standing.EXPIRED, (*BEFORE, Mark.PRINTED), Answer.EXPIRED),
        (Standing.VOIDED, (*BEFORE, Mark.PRINTED), Answer.VOIDED),
    ],
)
def test_the_answer(standing, marks, answer) -> None:
    assert verdict(case(standing=standing), story(*marks)).answer is answer


def test_the_time_is_that_of_the_last_paper() -> None:
    told = story(*BEFORE, Mark.PRINTED, Mark.RETRACTED, Mark.REPRINTED, Mark.TAKEN)
    assert verdict(case(), told).at == told[6].at


def test_of_another_kiosk_only_its_name_is_known() -> None:
    elsewhere = case(here=False, in_journal=False, device_no="K03")
    assert verdict(elsewhere, ()) == Verdict(Answer.ELSEWHERE, where="K03")


def test_another_kiosks_returned_one_is_not_said_to_be_unprinted() -> None:
    elsewhere = case(standing=RETURNED, here=False, in_journal=False)
    assert verdict(elsewhere, ()).answer is Answer.RETURNED


def test_a_use_is_told_with_time_and_store() -> None:
    used = case(standing=Standing.USED, used_at=AT, used_where="S0123")
    assert verdict(used, ()) == Verdict(Answer.USED, AT, "S0123")
