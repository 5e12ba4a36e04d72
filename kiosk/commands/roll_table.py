"""Rolls as lines of text: `kiosk journal rolls`."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from kiosk.journal.roll import RollTally

_HEAD = (
    f"{'in since':19}  {'serial':16}  {'by':12}  {'length':>7}  {'used':>7}  {'left':>7}"
    f"  {'printed':>7}  {'issued':>6}  again  torn  void  test  change"
)


def roll_lines(
    tallies: Sequence[RollTally], refusals: Mapping[UUID, str], waiting: int
) -> Iterator[str]:
    """A line per roll, and below it in words what is not as it should be.

    Args:
        refusals: roll changes that the service will never take, and its codes.
        waiting: how many changes it has not heard of yet.
    """
    if not tallies:
        yield "no roll yet; the first roll change at the kiosk begins the ledger"
        return
    yield _HEAD
    for tally in tallies:
        yield _line(tally)
        yield from (f"{'':21}{words}" for words in _explained(tally))
        if tally.roll.id in refusals:
            yield f"{'':21}the service will not take this change: {refusals[tally.roll.id]}"
    if waiting:
        yield f"{waiting} roll change{'s' if waiting > 1 else ''} to be told to the service"


def _line(tally: RollTally) -> str:
    roll = tally.roll
    since = roll.loaded_at.isoformat(sep=" ", timespec="seconds")[:19]
    left = tally.mm_left if roll.removed_mm_left is None else roll.removed_mm_left
    taken = "" if roll.seconds is None else f"{roll.seconds} s"
    by = roll.by.staff_ref + ("" if roll.by.login else "*")
    return (
        f"{since}  {roll.serial:16.16}  {by:12}  {roll.length_mm:7,}  {tally.used_mm:7,}"
        f"  {left:7,}  {tally.printed:7,}  {tally.issued:6,}  {tally.reprints:5}  {tally.torn:4}"
        f"  {tally.voids:4}  {tally.tests:4}  {taken:>6}"
    ).rstrip()


def _explained(tally: RollTally) -> Iterator[str]:
    """Printed and issued differ: why."""
    if tally.waiting:
        yield f"{tally.waiting} printed, and the service has not acknowledged it yet"
    if tally.returned:
        yield f"{tally.returned} printed after the points had gone back: worth nothing"
    if tally.unproven:
        yield f"{tally.unproven} issued without proof of paper (confirmed by somebody, or used)"
    if tally.roll.by.login is None:
        yield "* put in offline, by badge alone"
