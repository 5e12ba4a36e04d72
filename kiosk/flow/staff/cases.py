"""Two lists of vouchers made one, in the order in which staff want them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from kiosk.flow.staff.values.case import Case, Standing
from kiosk.flow.staff.values.vouchers import Found, Queue, Search

LIST_MAX = 35
"""As many as are listed: the last ones, as people remember them."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """What of a list stands on the screen."""

    cases: tuple[Case, ...]
    number: int
    """From 0."""
    pages: int
    total: int


def listed(found: Found, *, uncertain: bool = False) -> tuple[Case, ...]:
    """Of both sources, UNCERTAIN first, then the newest; at most `LIST_MAX`.

    Args:
        uncertain: those alone that wait to be settled, the oldest first.
    """
    cases = merged(found.here or (), found.store or ())
    if uncertain:
        waiting = (case for case in cases if case.standing is Standing.UNCERTAIN)
        return tuple(sorted(waiting, key=lambda case: (case.at, case.id)))
    newest = sorted(cases, key=lambda case: (case.at, case.id), reverse=True)[:LIST_MAX]
    return tuple(sorted(newest, key=lambda case: case.standing is not Standing.UNCERTAIN))


def merged(here: Iterable[Case], store: Iterable[Case]) -> list[Case]:
    """One case per voucher: the service knows how it stands, the journal that it has a story."""
    known = {case.id: case for case in here}
    for told in store:
        ours = known.get(told.id)
        known[told.id] = told if ours is None else both(ours, told)
    return list(known.values())


def both(ours: Case, told: Case) -> Case:
    """One voucher as the service tells it, with what only the journal has.

    A redemption in the shopper's hand is ours to know: the service hears of its paper later.
    """
    standing = ours.standing if ours.standing is Standing.IN_HAND else told.standing
    return replace(
        told,
        standing=standing,
        in_journal=ours.in_journal,
        at=ours.at if ours.here else told.at,
        here=ours.here or told.here,
        copies=max(ours.copies, told.copies),
    )


def page(screen: Search | Queue, size: int) -> CasePage:
    """The cases that stand on the screen, `size` at a time; a page that is gone is the last."""
    cases = listed(screen.found, uncertain=isinstance(screen, Queue))
    pages = max(1, -(-len(cases) // size))
    number = min(max(screen.page, 0), pages - 1)
    return CasePage(cases[number * size : (number + 1) * size], number, pages, len(cases))


def case_of(found: Found, wanted: UUID) -> Case | None:
    """The listed case with this id."""
    for case in merged(found.here or (), found.store or ()):
        if case.id == wanted:
            return case
    return None
