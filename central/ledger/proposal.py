"""Awards as rules propose them: evaluated outside the member's lock, checked and clipped inside.

AwardBook.award(proposal, facts_version) -> AwardGiven    it is done, once
                                         -> Stale         evaluate anew, with newer facts
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from central.ledger.call import Functions


class Scope(StrEnum):
    """Whom a limit counts for. `subject` is told for a campaign only."""

    MEMBER = "member"
    STORE = "store"
    ALL = "all"
    CAMPAIGN = "campaign"


class Counter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A limit or a budget that a line counts in."""

    scope: Scope
    rule: str
    period: str
    """day, week, month, quarter, year or ever; of the sale's time, in the programme's zone."""
    cap: int
    subject: str = ""
    stop: bool = False
    """What the limits that clip leave of the line, or nothing of it; else as much as the cap
    leaves."""
    version: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    """Of the rule that tells the cap. The newest one seen counts for everybody; in the same version
    a cap is never raised."""


class ProposedLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What becomes one lot. Without dates the point type's policy sets them."""

    points: int
    type: str
    source: str
    """sale, bonus, campaign, or a word of the merchant's; not adjust or void, the ledger's own."""
    available_at: datetime | None = None
    expires_at: datetime | None = None
    counters: tuple[Counter, ...] = ()


class Proposal(msgspec.Struct, frozen=True, omit_defaults=True):
    """The base first: what came last is clipped first."""

    member: UUID
    reference: str
    """The receipt: store, till and number."""
    sale: str
    """Tells one sale's content from another's, e.g. a hash of its lines: a key used again with
    another one is refused, with the same one it is the same award, however it was evaluated."""
    lines: tuple[ProposedLine, ...]
    store: str | None = None
    at: datetime | None = None
    """When it was sold; without it, now."""
    spend_fen: int = 0
    """What the sale counts for where tiers are reached by spend."""


class GivenLine(msgspec.Struct, frozen=True):
    """What became of one line. No lot: nothing was granted."""

    asked: int
    granted: int
    lot: UUID | None
    pending: int
    settled_debt: int
    expires_at: datetime | None
    clipped_by: str | None
    """The rule whose limit took points away; `expiry:` and the type when its points have ended, all
    on one day, or the line's have (nobody could spend them)."""


class AwardGiven(msgspec.Struct, frozen=True):
    """Granted, as far as limits and budgets left."""

    member: UUID
    facts_version: int
    """Of the member's facts from now on."""
    points: int
    spendable: int
    lines: tuple[GivenLine, ...]


class Stale(msgspec.Struct, frozen=True):
    """Nothing moved: the member's facts have changed since they were read."""

    member: UUID
    """Whose facts to read: another one's, when the account was merged."""
    facts_version: int


class _Answer(msgspec.Struct, frozen=True):
    stale: bool
    member: UUID
    facts_version: int
    points: int = 0
    spendable: int = 0
    lines: tuple[GivenLine, ...] = ()


class AwardBook(Functions):
    """Takes proposals. Raises `LedgerRefused` as the ledger does; safe for concurrent use."""

    async def award(
        self, proposal: Proposal, facts_version: int, *, client: str, key: str
    ) -> AwardGiven | Stale:
        """Locks, checks facts and counters again, clips, grants.

        Args:
            facts_version: `member.facts_version` as it was when the rules were evaluated.

        Refused with: bad_request, member_unknown (or closed), idempotency_*,
        receipt_awarded{at, have, account}: another member has what the receipt gave, or this one
        got it by hand.
        """
        answer = await self._caller.call(
            "SELECT award_proposal($1, $2, $3, $4, $5)",
            _Answer,
            client,
            key,
            msgspec.json.encode(proposal).decode(),
            facts_version,
            self._caller.now,
        )
        if answer.stale:
            return Stale(answer.member, answer.facts_version)
        return AwardGiven(
            answer.member, answer.facts_version, answer.points, answer.spendable, answer.lines
        )
