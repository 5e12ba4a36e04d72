"""The service's log: one JSON object per line, with the fields of one list and no others."""

import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

import msgspec

FIELDS = (
    "device_id",
    "redemption_id",
    "method",
    "route",
    "status",
    "code",
    "ms",
    "error",
)
"""What a record may carry in `extra`: never a name, phone, full code, token or PIN."""


class JsonLines(logging.Formatter):
    """An exception is told by its kind and its places in the code, never by its message.

    A database's message repeats values; a code or a name must not get into a log that way.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for field in FIELDS:
            value = getattr(record, field, None)
            if value is not None:
                line[field] = value if isinstance(value, int | float) else str(value)
        if record.exc_info and record.exc_info[0] is not None:
            kind, error, trace = record.exc_info
            line["error"] = kind.__name__
            line["sqlstate"] = getattr(error, "sqlstate", None)
            line["where"] = _places(trace)
        return msgspec.json.encode(line).decode()


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(trace)]


def start() -> None:
    """Everything this process logs goes to stderr as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("central").setLevel(logging.INFO)
    # What no line tells need not be found out (Python's Logging HOWTO, "Optimization").
    logging._srcfile = None  # noqa: SLF001  # the HOWTO's own way
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
