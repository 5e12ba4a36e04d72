"""Vouchers that staff tests ask about, and the way to the screens that tell of them."""

from datetime import timedelta
from uuid import UUID

import sample
from staff_walks import at_home

from kiosk.flow.staff.values import vouchers as v
from kiosk.flow.staff.values.case import Case, Standing


def case(number: int = 1, standing: Standing = Standing.ISSUED, **changes) -> Case:
    fields = {
        "id": UUID(int=700 + number),
        "at": sample.WALL - timedelta(minutes=number),
        "standing": standing,
        "tail": "5W8C",
        "reward": sample.text("拿铁"),
        "points": 500,
        "in_journal": True,
    }
    return Case(**(fields | changes))


UNCERTAIN = case(2, Standing.UNCERTAIN)


def in_search(walk, *cases: Case, store: tuple[Case, ...] = ()):
    at_home(walk).do(v.SearchOpened())
    return walk.do(v.CasesFound(v.Source.HERE, cases), v.CasesFound(v.Source.STORE, tuple(store)))


def in_queue(walk, *cases: Case):
    at_home(walk).do(v.QueueOpened())
    return walk.do(v.CasesFound(v.Source.HERE, cases, uncertain=True))


def at_settle(walk, about: Case = UNCERTAIN):
    in_queue(walk, about).do(v.CaseChosen(about.id)).wait(1.1)
    assert isinstance(walk.screen, v.Settle)
    return walk


def at_reprint(walk, about: Case | None = None):
    about = about or case()
    in_search(walk, about).do(v.CaseChosen(about.id), v.ReprintOpened())
    assert isinstance(walk.screen, v.ReprintAsk)
    return walk
