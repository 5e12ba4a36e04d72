"""Every move of points and vouchers: one typed method per SQL function, one call, one commit.

Writes take the caller's idempotency key; the client of a device's write is the device.
Same key and same content: the stored answer, nothing moves. Other content: refused with
`idempotency_mismatch`. First call still running: `idempotency_running`.
"""

from central.ledger.points import Points
from central.ledger.redemptions import Redemptions
from central.ledger.vouchers import Vouchers


class Ledger(Points, Redemptions, Vouchers):
    """The ledger's face. Every method raises `LedgerRefused` when nothing was moved.

    Safe for concurrent use within one event loop.
    """
