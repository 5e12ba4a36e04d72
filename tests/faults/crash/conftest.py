"""The kiosk that is killed, before the real service: a chain and a ledger of this module's own."""

from tests.kiosk.counter import chain, counter
from tests.kiosk.crash.conftest import kiosk

__all__ = ["chain", "counter", "kiosk"]
