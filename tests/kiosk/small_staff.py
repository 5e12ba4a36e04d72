"""Staff at the small service: log-ins, hours, handovers, rolls and the search, in memory."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wire.api.devices import ServerKey
from wire.api.staff import BADGES_DOMAIN
from wire.errors import ErrorCode, Problem, problem
from wire.ids import new_id

TRIES = 5
VOUCHER_MM = 110


class Refuse(Exception):
    def __init__(self, code: ErrorCode, **facts: Any) -> None:
        self.problem: Problem = problem(code, "No.", **facts)


@dataclass
class Person:
    badge: str
    """The text of the S1, whatever a test takes for one."""
    pin: str | None = "135790"
    ref: str = "0a1b2c3d4e5f"
    role: str = "clerk"
    display: str = "李**"
    wrong: int = 0
    on_shift_since: str | None = None


@dataclass
class SmallStaff:
    people: dict[str, Person] = field(default_factory=dict)
    """By the text of the badge."""
    tokens: dict[str, tuple[Person, str]] = field(default_factory=dict)
    """The live ones: whose, and the log-in's id. A test takes one out to let it expire."""
    rolls: list[dict[str, Any]] = field(default_factory=list)
    """As they were sent, in order; each once."""
    handovers: list[dict[str, Any]] = field(default_factory=list)
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    """Signs the list of badges, as kid 1."""
    device_id: str = "00000000-0000-4000-8000-00000000000d"
    """Whose list of badges it is."""
    now: datetime = datetime(2026, 3, 4, 12, tzinfo=UTC)

    def add(self, person: Person) -> Person:
        self.people[person.badge] = person
        return person

    @property
    def server_key(self) -> ServerKey:
        return ServerKey(1, self.key.public_key().public_bytes_raw())

    def who(self, token: str, *, settles: bool = False) -> Person:
        """Refuses a token that is dead, or (for points and codes) of role it."""
        if token not in self.tokens:
            self.refuse(ErrorCode.STAFF_SESSION_EXPIRED)
        person, _ = self.tokens[token]
        if settles and person.role == "it":
            self.refuse(ErrorCode.STAFF_ROLE)
        return person

    @staticmethod
    def refuse(code: ErrorCode, **facts: Any) -> NoReturn:
        raise Refuse(code, **facts)

    def answer(self, verb: str, data: dict[str, Any]) -> dict[str, Any]:
        """POST /staff/{verb}, without the search."""
        verbs = {
            "login": self._login,
            "logout": self._logout,
            "stay": self._stay,
            "clock": self._clock,
            "handover": self._handover,
        }
        return verbs[verb](data)

    def _login(self, data: dict[str, Any]) -> dict[str, Any]:
        person = self.people.get(data["badge"])
        if person is None:
            self.refuse(ErrorCode.BADGE_INVALID)
        if person.pin is None:
            self.refuse(ErrorCode.STAFF_PIN_UNSET)
        if person.wrong >= TRIES:
            self.refuse(ErrorCode.STAFF_PIN_LOCKED, until=self.now + timedelta(minutes=15))
        if person.pin != data["pin"]:
            person.wrong += 1
            if person.wrong == TRIES:
                self.refuse(ErrorCode.STAFF_PIN_LOCKED, until=self.now + timedelta(minutes=15))
            self.refuse(ErrorCode.STAFF_PIN_WRONG, left=TRIES - person.wrong)
        person.wrong = 0
        token, login = new_id().hex, str(new_id())
        self.tokens[token] = (person, login)
        return {
            "staff_token": token,
            "login": login,
            "staff_ref": person.ref,
            "role": person.role,
            "display": person.display,
            "on_shift_since": person.on_shift_since,
            "hours_today_min": 0,
        }

    def _logout(self, data: dict[str, Any]) -> dict[str, Any]:
        self.tokens.pop(data["staff_token"], None)
        return {"at": self.now.isoformat()}

    def _stay(self, data: dict[str, Any]) -> dict[str, Any]:
        self.who(data["staff_token"])
        return {"at": self.now.isoformat()}

    def _clock(self, data: dict[str, Any]) -> dict[str, Any]:
        person = self.who(data["staff_token"])
        goes_in = data["direction"] == "in"
        if goes_in == (person.on_shift_since is not None):
            self.refuse(ErrorCode.CLOCKED_ALREADY, at=person.on_shift_since)
        person.on_shift_since = data["at"] if goes_in else None
        return {"hours_today_min": 0 if goes_in else 90, "on_shift_since": person.on_shift_since}

    def _handover(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.who(data["staff_token_out"]).ref == self.who(data["staff_token_in"]).ref:
            self.refuse(ErrorCode.STAFF_SAME_PERSON)
        self.handovers.append(data)
        return {"handover_id": str(new_id()), "at": self.now.isoformat()}

    def roll(self, data: dict[str, Any]) -> dict[str, Any]:
        """POST /devices/me/rolls"""
        if not data.get("offline") and "login" not in data:
            self.refuse(ErrorCode.BAD_REQUEST)
        if data["id"] not in {known["id"] for known in self.rolls}:
            self.rolls.append(data)
        return {"roll_id": data["id"], "predicted_vouchers": data["length_mm"] // VOUCHER_MM}

    def badges(self) -> dict[str, Any]:
        """GET /devices/me/staff, signed as the real one is."""
        listed = {
            "device_id": self.device_id,
            "issued_at": self.now,
            "expires_at": self.now + timedelta(hours=24),
            "badges": [
                {"staff_ref": p.ref, "version": 1, "role": p.role, "display": p.display}
                for p in self.people.values()
            ],
        }
        badges = msgspec.json.encode(listed)
        signature = self.key.sign(BADGES_DOMAIN + badges)
        told: dict[str, Any] = msgspec.to_builtins(
            {"badges": badges, "kid": 1, "signature": signature}
        )
        return told
