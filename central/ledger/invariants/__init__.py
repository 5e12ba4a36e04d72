"""The invariants of the domain, each as one query over the whole database; numbers are its pages'.

Some look at the rows as they are, others at what the record still tells of every moment. The
order of a member's transactions is `journal.seq`, given under the member's lock; times are not: a
call may have waited for that lock, a clock may have been put back.
"""

from central.ledger.invariants.every import INVARIANTS, violations
from central.ledger.invariants.invariant import Finding, Invariant, examine

__all__ = ["INVARIANTS", "Finding", "Invariant", "examine", "violations"]
