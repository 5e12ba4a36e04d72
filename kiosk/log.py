"""Log lines for journald: level, where, what, and the ids by which one redemption is followed.

Only `redemption_id` and `device_id` are taken from a record's extras, whatever else
somebody puts there: never a name, a phone, a full code, a token.
"""

import logging
import sys
from uuid import UUID

FIELDS = ("redemption_id", "device_id")


class KioskFormatter(logging.Formatter):
    """`WARNING kiosk.health printer not ready: no_paper device_id=...`"""

    def __init__(self, device_id: UUID | None = None) -> None:
        super().__init__("%(levelname)s %(name)s %(message)s")
        self._device_id = device_id

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        fields = {"device_id": self._device_id} | {
            name: getattr(record, name) for name in FIELDS if hasattr(record, name)
        }
        told = "".join(f" {name}={value}" for name, value in fields.items() if value)
        return super().formatMessage(record) + told


def log_to_stderr(device_id: UUID | None) -> None:
    """Begin logging; journald puts the time to each line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KioskFormatter(device_id))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for talkative in ("httpx", "kivy"):  # every request; thirty lines about the graphics card
        logging.getLogger(talkative).setLevel(logging.WARNING)
