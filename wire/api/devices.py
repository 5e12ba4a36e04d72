"""Enrolment, configuration and health of kiosks and tills."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from wire.api.text import Text


class Role(StrEnum):
    """What a device may do: the service keeps an allow-list of endpoints for each."""

    KIOSK = "kiosk"
    TILL = "till"


class Store(msgspec.Struct, frozen=True):
    id: str
    """The chain's own short id, e.g. `S0123`."""
    name: Text
    address: Text
    phone: str


class ServerKey(msgspec.Struct, frozen=True):
    kid: int
    public_key: bytes
    """Raw Ed25519 public key, 32 bytes; verifies member codes, cards and signed time."""


class EnrolRequest(msgspec.Struct, frozen=True):
    """POST /devices/enrol, signed with the key that it brings (keyid `enrol`)."""

    enrol_code: str
    public_key: bytes
    """Raw Ed25519 public key made on the device, 32 bytes."""
    hw_serial: str
    image_version: str


class EnrolAnswer(msgspec.Struct, frozen=True):
    device_id: UUID
    role: Role
    store: Store
    server_keys: list[ServerKey]
    time: datetime


class Brand(msgspec.Struct, frozen=True):
    name: Text
    logo: str | None = None
    """sha256 of an image at /images, or None for the drawn mark."""
    colour: str = "#0B5F4B"


class DeviceConfig(msgspec.Struct, frozen=True, kw_only=True):
    """GET /devices/me/config. `rev` is also the ETag."""

    rev: int
    device_no: str
    """Short number for people, e.g. `K07`; printed on vouchers."""
    timezone: str
    store: Store
    brand: Brand
    point_unit: Text
    """分 / 點 / points"""
    fen_per_point: int | None = None
    """Shown value of one point in fen, where the programme publishes one."""
    idle_s: int = 45
    server_keys: list[ServerKey]
    features: dict[str, bool] = {}
    """`pin`, `phone_login`, `offline`, `rating`: all absent or false so far."""
    paused: bool = False
    hotline: str = ""
    voucher_terms: list[Text] = []
    """Numbered lines at the foot of each voucher."""
    min_app_version: str = "0.1.0"


class EventType(StrEnum):
    """What a kiosk tells the service about itself."""

    STARTED = "started"
    RECOVERED = "recovered"
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    PRINTER_FAULT = "printer_fault"
    PRINTER_OK = "printer_ok"
    SCANNER_FAULT = "scanner_fault"
    SCANNER_OK = "scanner_ok"
    CLOCK_SUSPECT = "clock_suspect"
    STAFF_CALLED = "staff_called"
    JOURNAL_QUARANTINED = "journal_quarantined"
    # Paper, and the staff who feed it. Each names `staff_ref`, and `login` or `offline`, and
    # why, where somebody did it.
    ROLL_CHANGED = "roll_changed"
    ROLL_RECONCILED = "roll_reconciled"
    PAPER_LOW = "paper_low"
    PAPER_OK = "paper_ok"
    TEST_PRINTED = "test_printed"
    VOID_PRINTED = "void_printed"
    REPRINTED = "reprinted"
    STAFF_IN = "staff_in"
    STAFF_OUT = "staff_out"
    DOOR_OPENED = "door_opened"
    DOOR_CLOSED = "door_closed"
    PANEL_FAULT = "panel_fault"
    NOT_TAKEN = "not_taken"
    """A voucher was drawn back, or left in the slot."""


class Event(msgspec.Struct, frozen=True):
    seq: int
    """1, 2, 3, ... per device; a gap waits, a duplicate gets the same answer."""
    id: UUID
    type: str
    """An `EventType`; a plain string, so that an older service keeps a newer kiosk's events."""
    at: datetime
    mono_ms: int
    boot_id: UUID
    payload: dict[str, str | int | bool | None]


class EventBatch(msgspec.Struct, frozen=True):
    events: list[Event]


class EventStatus(StrEnum):
    APPLIED = "applied"
    DUPLICATE = "duplicate"
    REVIEW = "review"


class EventResult(msgspec.Struct, frozen=True):
    seq: int
    status: EventStatus


class EventsAnswer(msgspec.Struct, frozen=True):
    acked_seq: int
    """All up to and including this one are applied; send from the next."""
    results: list[EventResult]
    server_time: datetime
    config_rev: int


class Heartbeat(msgspec.Struct, frozen=True, kw_only=True):
    app: str
    image: str
    uptime_s: int
    clock_skew_ms: int | None = None
    queue_depth: int
    last_acked: int
    paper_mm_left: int | None = None
    printer_state: str
    camera_ok: bool
    cpu_temp: float | None = None
    throttled: bool | None = None
    disk_free_mb: int


class Command(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    """resync, restart_ui, pause, fetch_logs, update; an unknown kind is ignored."""


class HeartbeatAnswer(msgspec.Struct, frozen=True):
    commands: list[Command]
    next_s: int
    server_time: datetime


class TimeAnswer(msgspec.Struct, frozen=True):
    r"""GET /time?nonce=...: for a boot without a clock.

    The signature is Ed25519 over `"LYK/T1\0" + nonce + NUL + RFC 3339 time`, by a token key.
    """

    time: datetime
    nonce: str
    kid: int
    signature: bytes
