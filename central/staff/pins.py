"""PINs of staff: six digits, kept as argon2id, verified beside the event loop."""

import asyncio
import re
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from wire.api.staff import PIN_DIGITS

_FORM = re.compile(rf"[0-9]{{{PIN_DIGITS}}}", re.ASCII)
_AT_ONCE = 2
"""Verifications that run at the same time: each takes 64 MiB and all of a core for a while."""
_RUNS = ("01234567890", "09876543210")


class PinTooEasy(ValueError):
    """It would be among the first ten that a stranger tries."""


def is_pin(text: str) -> bool:
    return _FORM.fullmatch(text) is not None


def generated() -> str:
    """Six random digits that are not too easy."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
        try:
            require_hard(pin)
        except PinTooEasy:
            continue
        return pin


def require_hard(pin: str) -> None:
    """Passes for six digits that are neither a run nor a repetition.

    Raises:
        PinTooEasy
    """
    half = PIN_DIGITS // 2
    if not is_pin(pin):
        raise PinTooEasy(f"a PIN is {PIN_DIGITS} digits")
    if any(pin in run for run in _RUNS) or pin[:half] == pin[half:] or len(set(pin)) < half:
        raise PinTooEasy("too easy to guess: no runs, no repetitions, at least three digits differ")


class PinVerifier:
    """Takes the same time for a badge that nobody has as for one with a wrong PIN."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher`: argon2-cffi's defaults (RFC 9106, low memory) unless a test is in a hurry."""
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash(secrets.token_hex())
        self._turn = asyncio.Semaphore(_AT_ONCE)

    def hash(self, pin: str) -> str:
        """About 50 ms; for the command line."""
        return self._hasher.hash(pin)

    async def fits(self, pin_hash: str, pin: str) -> bool:
        """Whether this is the PIN; in a thread, a few at a time."""
        async with self._turn:
            return await asyncio.to_thread(self._fits, pin_hash, pin)

    async def waste(self, pin: str) -> None:
        """As much work as `fits`, for nobody."""
        await self.fits(self._nobodys, pin)

    def _fits(self, pin_hash: str, pin: str) -> bool:
        try:
            return self._hasher.verify(pin_hash, pin)
        except (VerificationError, InvalidHashError):
            return False
