"""A points service of one process and one dictionary, spoken to over real sockets.

It keeps the redemption table of the design (states, tombstones, idempotency), so that the
kiosk's half can be tried quickly in every way; the crash tests and the end-to-end tests
run against the real service.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from tests.kiosk.small_staff import Refuse, SmallStaff
from wire.errors import MEDIA_TYPE, ErrorCode, problem
from wire.ids import new_id
from wire.voucher_code import generate

TEXT = {"zh-Hans": "茶", "zh-Hant": "茶", "en": "Tea"}
STORE = {"id": "S1", "name": TEXT, "address": TEXT, "phone": ""}
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
_TOKEN = re.compile(rb'"staff_token":"[^"]*",?')
"""The same call by the same person at a later log-in: the token is no part of the content."""
_AFTER = {"ISSUED", "USED", "EXPIRED", "VOIDED"}


@dataclass
class Row:
    """One redemption."""

    id: str
    state: str
    points: int = 300
    code: str = field(default_factory=generate)
    copy: int = 0
    operator: str = ""
    """Whose word it was, if staff had to say."""
    at: datetime = NOW
    """Reserved."""

    def answer(self) -> dict[str, Any]:
        fields = {
            "reward": TEXT,
            "value_fen": 1000,
            "points": self.points,
            "balance_after": 700,
            "balance_as_of": NOW.isoformat(),
            "valid_to": NOW.isoformat(),
            "issued_at": NOW.isoformat(),
            "member_tail": "6210",
        }
        voucher = {"code": self.code, "payload": "V1" + self.code, "print_fields": fields}
        return {
            "id": self.id,
            "state": self.state,
            "points": self.points,
            "spendable": 700,
            "copy": self.copy,
            "voucher": None if self.state == "RELEASED" else voucher,
        }


class SmallService:
    """Answers on a free loopback port; `rows` is its whole database."""

    def __init__(self) -> None:
        self.port = 0
        self.staff = SmallStaff()
        self.rows: dict[str, Row] = {}
        self.refuse_reserve: ErrorCode | None = None
        self.refuse_capture: ErrorCode | None = None
        self.acked = 0
        self.events: list[dict[str, Any]] = []
        self.gap_at: int | None = None
        """The events from this sequence number on wait for something."""
        self.enrolled: dict[str, str] = {}
        self.calls: list[tuple[str, str]] = []
        """Verb and idempotency key, in order."""
        self._answered: dict[str, tuple[bytes, tuple[int, bytes]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def held(self) -> int:
        """Points that nobody has: neither the member nor a voucher."""
        return sum(r.points for r in self.rows.values() if r.state in {"RESERVED", "PRINTING"})

    def state(self, redemption: UUID) -> str | None:
        row = self.rows.get(str(redemption))
        return None if row is None else row.state

    @asynccontextmanager
    async def running(self) -> AsyncIterator["SmallService"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"(?i)content-length: *(\d+)", head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                key = re.search(r"(?i)idempotency-key: *(\S+)", head)
                method, target = head.split(" ", 2)[:2]
                status, content = self._once(method, target, key[1] if key else "", body)
                media = "application/json" if status < 400 else MEDIA_TYPE
                writer.write(
                    f"HTTP/1.1 {status} X\r\nContent-Type: {media}\r\n"
                    f"Content-Length: {len(content)}\r\n\r\n".encode()
                    + content
                )
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    def _once(self, method: str, target: str, key: str, body: bytes) -> tuple[int, bytes]:
        """Idempotency: the same key and content gets the stored answer."""
        content = target.encode() + _TOKEN.sub(b"", body)
        if key in self._answered:
            before, answer = self._answered[key]
            if before == content:
                return answer
            mismatch = problem(ErrorCode.IDEMPOTENCY_MISMATCH, "No.")
            return mismatch.status, msgspec.json.encode(mismatch)
        try:
            answer = 200, json.dumps(self._do(method, target, key, body)).encode()
        except Refuse as refuse:
            answer = refuse.problem.status, msgspec.json.encode(refuse.problem)
        if key and answer[0] == 200:
            self._answered[key] = (content, answer)
        return answer

    def _do(self, method: str, target: str, key: str, body: bytes) -> dict[str, Any]:
        path = target.partition("?")[0].removeprefix("/v1")
        data = json.loads(body) if body else {}
        if path == "/devices/me/redemptions":
            open_ = [
                r.answer()
                for r in self.rows.values()
                if r.state in {"RESERVED", "PRINTING", "UNCERTAIN"}
            ]
            return {"redemptions": open_}
        if path == "/devices/me/events":
            return self._take(data["events"])
        if path == "/devices/enrol":
            return self._enrol(data)
        if path == "/devices/me/config":
            return self._config()
        if path == "/devices/me/staff":
            return self.staff.badges()
        if path == "/devices/me/rolls":
            return self.staff.roll(data)
        if path == "/staff/redemptions":
            return self._find(data)
        if path.startswith("/staff/"):
            return self.staff.answer(path.split("/")[2], data)
        if method == "GET":
            return self._row(path.split("/")[2]).answer()
        if path == "/redemptions":
            self.calls.append(("reserve", key))
            return self._reserve(data)
        _, _, redemption, verb = path.split("/")
        self.calls.append((verb, key))
        verbs = {
            "printing": self._printing,
            "capture": self._capture,
            "release": self._release,
            "reprint": self._reprint,
        }
        return verbs[verb](redemption, data)

    def _enrol(self, data: dict[str, Any]) -> dict[str, Any]:
        """Codes: GOOD once, USED, TILL; anything else is unknown. A key enrols once."""
        code, key = data["enrol_code"], data["public_key"]
        if code == "USED" or (code in self.enrolled and self.enrolled[code] != key):
            raise Refuse(ErrorCode.ENROL_CODE_USED)
        if code not in {"GOOD", "GOOD2", "TILL"}:
            raise Refuse(ErrorCode.ENROL_CODE_INVALID)
        self.enrolled[code] = key
        return {
            "device_id": str(new_id()),
            "role": "till" if code == "TILL" else "kiosk",
            "store": STORE,
            "server_keys": [],
            "time": NOW.isoformat(),
        }

    @staticmethod
    def _config() -> dict[str, Any]:
        return {
            "rev": 7,
            "device_no": "K07",
            "timezone": "Asia/Shanghai",
            "store": STORE,
            "brand": {"name": TEXT},
            "point_unit": TEXT,
            "server_keys": [],
        }

    def _row(self, redemption: str) -> Row:
        if redemption not in self.rows:
            raise Refuse(ErrorCode.REDEMPTION_UNKNOWN)
        return self.rows[redemption]

    def _reserve(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["id"] in self.rows:
            raise Refuse(ErrorCode.REDEMPTION_RELEASED)
        if self.refuse_reserve is not None:
            raise Refuse(self.refuse_reserve)
        row = self.rows[data["id"]] = Row(data["id"], "RESERVED", data["expected_points"])
        return row.answer()

    def _printing(self, redemption: str, _: dict[str, Any]) -> dict[str, Any]:
        return self._move(redemption, {"RESERVED": "PRINTING", "PRINTING": "PRINTING"})

    def _capture(self, redemption: str, data: dict[str, Any]) -> dict[str, Any]:
        if self.refuse_capture is not None:
            raise Refuse(self.refuse_capture)
        if "staff_token" in data:
            self._row(redemption).operator = self._settler(data)
        if data["print_result"] == "ok":
            return self._move(redemption, {"PRINTING": "ISSUED", "UNCERTAIN": "ISSUED"})
        return self._move(redemption, {"PRINTING": "UNCERTAIN", "UNCERTAIN": "UNCERTAIN"})

    def _release(self, redemption: str, data: dict[str, Any]) -> dict[str, Any]:
        assert data.get("printed_any", False) is False
        row = self.rows.setdefault(redemption, Row(redemption, "RELEASED", 0))
        releasable = {"RESERVED", "PRINTING", "RELEASED"}
        if "staff_token" in data:
            row.operator = self._settler(data)
            releasable = {"UNCERTAIN", "RELEASED"}
        if row.state not in releasable:
            raise Refuse(ErrorCode.REDEMPTION_STATE, state=row.state)
        row.state = "RELEASED"
        return row.answer()

    def _reprint(self, redemption: str, data: dict[str, Any]) -> dict[str, Any]:
        row = self._row(redemption)
        reprintable = {"UNCERTAIN"}
        if "staff_token" in data:
            if data.get("reason") is None:
                raise Refuse(ErrorCode.BAD_REQUEST)
            row.operator = self._settler(data)
            reprintable = {"UNCERTAIN", "ISSUED"}
        if row.state == "RELEASED":
            raise Refuse(ErrorCode.REDEMPTION_RELEASED, state=row.state)
        if row.state == "USED":
            raise Refuse(ErrorCode.ALREADY_USED)
        if row.state not in reprintable:
            raise Refuse(ErrorCode.REDEMPTION_STATE, state=row.state)
        if row.copy == 2:
            raise Refuse(ErrorCode.REPRINT_LIMIT)
        row.copy += 1
        return {"voucher": row.answer()["voucher"], "copy": row.copy}

    def _settler(self, data: dict[str, Any]) -> str:
        """The reference of who may move points and codes with this token."""
        return self.staff.who(data["staff_token"], settles=True).ref

    def _find(self, data: dict[str, Any]) -> dict[str, Any]:
        self._settler(data)
        tail = data.get("tail")
        found = [
            {
                "id": row.id,
                "state": row.state,
                "reward": TEXT,
                "points": row.points,
                "tail": row.code[-4:],
                "at": row.at.isoformat(),
                "device_no": "K07",
                "here": True,
                "copies": row.copy,
            }
            for row in self.rows.values()
            if (tail is None or row.code.endswith(tail))
            and (row.state == "UNCERTAIN" or not data.get("uncertain_only", False))
        ]
        newest = sorted(found, key=lambda told: str(told["at"]), reverse=True)
        return {"redemptions": newest[: data.get("limit", 35)]}

    def _move(self, redemption: str, arrows: dict[str, str]) -> dict[str, Any]:
        row = self._row(redemption)
        if row.state == "RELEASED":
            raise Refuse(ErrorCode.REDEMPTION_RELEASED)
        if row.state not in arrows and row.state not in _AFTER:
            raise Refuse(ErrorCode.REDEMPTION_STATE, state=row.state)
        row.state = arrows.get(row.state, row.state)
        return row.answer()

    def _take(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        results = []
        for event in events:
            if self.gap_at is not None and event["seq"] >= self.gap_at:
                break
            new = event["seq"] == self.acked + 1
            if new:
                self.acked = event["seq"]
                self.events.append(event)
            elif event["seq"] > self.acked:
                break
            same = any(known["id"] == event["id"] for known in self.events)
            status = "applied" if new else "duplicate" if same else "review"
            results.append({"seq": event["seq"], "status": status})
        return {
            "acked_seq": self.acked,
            "results": results,
            "server_time": NOW.isoformat(),
            "config_rev": 7,
        }
