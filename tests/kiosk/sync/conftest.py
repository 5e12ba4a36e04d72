"""The real service, for the contract."""

from tests.kiosk.counter import chain, counter

__all__ = ["chain", "counter"]
