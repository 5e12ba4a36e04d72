"""The points service, one typed method per endpoint that a kiosk uses."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.sync import badge_list
from kiosk.sync.errors import ServiceBroken, ServiceError
from kiosk.sync.transport import IMAGE_MAX, Answer, Request, ServiceClock, Transport, decode
from wire import voucher_code
from wire.api.catalogue import Page
from wire.api.devices import (
    DeviceConfig,
    EnrolAnswer,
    EnrolRequest,
    Event,
    EventBatch,
    EventsAnswer,
    Heartbeat,
    HeartbeatAnswer,
    ServerKey,
)
from wire.api.members import LookupRequest, Member
from wire.api.redemptions import (
    OpenRedemptions,
    Redemption,
    ReprintAnswer,
    ReserveRequest,
    State,
    Voucher,
)
from wire.api.staff import (
    ClockAnswer,
    ClockRequest,
    FindRequest,
    FoundRedemption,
    FoundRedemptions,
    HandoverAnswer,
    HandoverRequest,
    LoggedOut,
    Login,
    LoginRequest,
    LogoutRequest,
    RollAnswer,
    SignedBadgeList,
    StayedIn,
    StayRequest,
)
from wire.errors import Problem
from wire.ids import new_id
from wire.tokens import voucher_payload

T = TypeVar("T")
_NONCE_BYTES = 16


class _SignedTime(msgspec.Struct, frozen=True):
    """TimeAnswer with the time as it was written, because that is what is signed."""

    time: str
    nonce: str
    kid: int
    signature: bytes


class ServiceClient:
    """Every call ends within the deadline of its transport. Used in the event loop.

    Each method raises ServiceRefused, ServiceUnreachable or ServiceBroken. Answers are
    decoded strictly; one that contradicts its question or makes no sense (another id,
    negative points, a code whose check symbol does not fit) is ServiceBroken.

    Args:
        server_keys: the service's token keys as known now; they verify the signed time.
    """

    def __init__(
        self,
        transport: Transport,
        clock: ServiceClock,
        server_keys: Callable[[], Sequence[ServerKey]] = lambda: (),
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._server_keys = server_keys

    async def close(self) -> None:
        await self._transport.close()

    # --- The device ----------------------------------------------------------------------

    async def enrol(self, request: EnrolRequest, key: UUID) -> EnrolAnswer:
        return await self._write("/devices/enrol", request, EnrolAnswer, str(key))

    async def config(self, known_rev: int | None = None) -> DeviceConfig | None:
        """The configuration, or None while it is still the known revision."""
        headers = {} if known_rev is None else {"If-None-Match": f'"{known_rev}"'}
        answer = await self._ask(Request("GET", "/devices/me/config", headers=headers))
        return None if answer.not_modified else decode(answer.content, DeviceConfig)

    async def time(self) -> datetime:
        """The service's time, its signature verified; the kiosk's clock is anchored to it."""
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        query = urlencode({"nonce": nonce})
        sent_s = self._clock.now_s()
        answer = await self._ask(Request("GET", f"/time?{query}", signed=False))
        received_s = self._clock.now_s()
        time = self._verified_time(decode(answer.content, _SignedTime), nonce)
        self._clock.anchor(time, sent_s, received_s)
        return time

    async def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatAnswer:
        return await self._write("/devices/me/heartbeat", heartbeat, HeartbeatAnswer)

    async def events(self, events: list[Event]) -> EventsAnswer:
        """Events in sequence, at most `wire.api.EVENT_LIMIT`; none at all asks where we stand."""
        return await self._write("/devices/me/events", EventBatch(events), EventsAnswer)

    async def open_redemptions(self) -> list[Redemption]:
        """What this device has not closed."""
        answer = await self._ask(Request("GET", "/devices/me/redemptions?open=1"))
        return decode(answer.content, OpenRedemptions).redemptions

    # --- What can be had -----------------------------------------------------------------

    async def catalogue(self, since: str | None = None) -> Page:
        """What has changed since a cursor; ServiceRefused `cursor_expired`: start over."""
        query = "" if since is None else "?" + urlencode({"since": since})
        answer = await self._ask(Request("GET", f"/catalogue{query}"))
        return decode(answer.content, Page)

    async def image(self, sha256: str) -> bytes:
        """A picture; its hash is checked."""
        answer = await self._ask(Request("GET", f"/images/{sha256}", size_max=IMAGE_MAX))
        if hashlib.sha256(answer.content).hexdigest() != sha256:
            raise ServiceBroken("the picture is not the one that was asked for")
        return answer.content

    # --- Members and redemptions ---------------------------------------------------------

    async def lookup(self, request: LookupRequest) -> Member:
        member = await self._write("/members/lookup", request, Member)
        if min(member.spendable, member.pending, member.held) < 0:
            raise ServiceBroken("a member with less than no points")
        return member

    async def reserve(self, request: ReserveRequest) -> Redemption:
        """Points held and a voucher to print; the key is the redemption's own id."""
        answer = await self._write("/redemptions", request, Redemption, str(request.id))
        if answer.state is not State.RESERVED or answer.points != request.expected_points:
            raise ServiceBroken(f"asked for {request.expected_points} points, got something else")
        _check(answer, request.id)
        if answer.voucher is None:
            raise ServiceBroken("reserved without a voucher")
        return answer

    async def move(self, redemption: UUID, verb: str, body: bytes, key: UUID) -> Redemption:
        """Printing, capture or release, with the key and the body that were written down.

        Args:
            verb: the last part of the path.
        """
        request = Request("POST", f"/redemptions/{redemption}/{verb}", body, str(key))
        answer = decode((await self._ask(request)).content, Redemption)
        _check(answer, redemption)
        return answer

    async def reprint(self, redemption: UUID, body: bytes, key: UUID) -> ReprintAnswer:
        """The same code once more."""
        request = Request("POST", f"/redemptions/{redemption}/reprint", body, str(key))
        answer = decode((await self._ask(request)).content, ReprintAnswer)
        _check_voucher(answer.voucher)
        if answer.copy < 1:
            raise ServiceBroken("a reprint that is no copy")
        return answer

    async def redemption(self, redemption: UUID) -> Redemption:
        """Where the service sees it."""
        request = Request("GET", f"/redemptions/{redemption}")
        answer = decode((await self._ask(request)).content, Redemption)
        _check(answer, redemption)
        return answer

    # --- Staff ---------------------------------------------------------------------------

    async def staff_login(self, request: LoginRequest) -> Login:
        """Who shows this badge and knows its PIN; each call is a log-in of its own.

        Refused with badge_invalid, staff_pin_unset, staff_pin_wrong{left},
        staff_pin_locked{until}.
        """
        login = await self._write("/staff/login", request, Login)
        _check_shift(login)
        return login

    async def staff_logout(self, staff_token: str) -> None:
        """The token is dead; one that was dead already is no error."""
        await self._write("/staff/logout", LogoutRequest(staff_token), LoggedOut)

    async def staff_stay(self, staff_token: str) -> None:
        """Used now; refused with staff_session_expired if it was dead before."""
        await self._write("/staff/stay", StayRequest(staff_token), StayedIn)

    async def staff_clock(self, request: ClockRequest, key: UUID) -> ClockAnswer:
        """Clocked in or out; refused with clocked_already{at} if they are already."""
        answer = await self._write("/staff/clock", request, ClockAnswer, str(key))
        _check_shift(answer)
        return answer

    async def staff_handover(self, request: HandoverRequest, key: UUID) -> HandoverAnswer:
        """Signed by two people; refused with staff_same_person, staff_session_expired."""
        answer = await self._write("/staff/handover", request, HandoverAnswer, str(key))
        _check_zone(answer.at)
        return answer

    async def badge_list(self) -> SignedBadgeList:
        """Who may do paper tasks here offline, as signed: kept so, and opened again with
        `kiosk.sync.badge_list.opened` each time that it is read.
        """
        answer = await self._ask(Request("GET", "/devices/me/staff"))
        signed = decode(answer.content, SignedBadgeList)
        try:
            badge_list.opened(signed, self._server_keys())
        except badge_list.BadgeListForged as error:
            raise ServiceBroken(f"a list of badges that is no good: {error}") from None
        return signed

    async def staff_redemptions(self, request: FindRequest) -> list[FoundRedemption]:
        """Of this store, newest first; never a full code."""
        found = await self._write("/staff/redemptions", request, FoundRedemptions)
        for one in found.redemptions:
            _check_zone(one.at, one.used_at)
            if min(one.points, one.copies) < 0:
                raise ServiceBroken("a voucher with less than no points or copies")
        return found.redemptions

    async def roll(self, body: bytes, key: UUID) -> RollAnswer:
        """A `RollChange` as it was written down; the key is its id."""
        request = Request("POST", "/devices/me/rolls", body, str(key))
        answer = decode((await self._ask(request)).content, RollAnswer)
        if answer.predicted_vouchers < 0:
            raise ServiceBroken("a roll for less than no vouchers")
        return answer

    # --- How -----------------------------------------------------------------------------

    async def _write(
        self, path: str, body: msgspec.Struct, kind: type[T], key: str | None = None
    ) -> T:
        request = Request("POST", path, msgspec.json.encode(body), key or str(new_id()))
        return decode((await self._ask(request)).content, kind)

    async def _ask(self, request: Request) -> Answer:
        return await self._transport.ask(request, self._set_clock)

    async def _set_clock(self, skew: Problem) -> datetime | None:
        """After clock_skew: anchor at the signed time. A device that has no keys yet, because
        it is being enrolled, signs with the time that the refusal told.
        """
        if not self._server_keys():
            return skew.time
        try:
            await self.time()
        except ServiceError:
            return None
        return None

    def _verified_time(self, answer: _SignedTime, nonce: str) -> datetime:
        public = next((k.public_key for k in self._server_keys() if k.kid == answer.kid), None)
        if public is None or answer.nonce != nonce:
            raise ServiceBroken("the time is signed for somebody else or by an unknown key")
        message = b"LYK/T1\0" + nonce.encode() + b"\0" + answer.time.encode()
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(answer.signature, message)
            time = datetime.fromisoformat(answer.time)
        except (InvalidSignature, ValueError):
            raise ServiceBroken("the time is not signed by the service") from None
        if time.tzinfo is None:
            raise ServiceBroken("the time has no zone")
        return time


def _check(answer: Redemption, redemption: UUID) -> None:
    if answer.id != redemption:
        raise ServiceBroken("an answer about another redemption")
    if answer.points < 0 or (answer.spendable or 0) < 0 or answer.copy < 0:
        raise ServiceBroken("a redemption with less than no points")
    if answer.voucher is not None:
        _check_voucher(answer.voucher)


def _check_shift(answer: Login | ClockAnswer) -> None:
    _check_zone(answer.on_shift_since)
    if answer.hours_today_min < 0:
        raise ServiceBroken("less than no time at work")


def _check_zone(*times: datetime | None) -> None:
    """A time without a zone cannot be compared with any of ours."""
    if any(time is not None and time.tzinfo is None for time in times):
        raise ServiceBroken("a time has no zone")


def _check_voucher(voucher: Voucher) -> None:
    """What is printed must be readable at a till."""
    try:
        code = voucher_code.parse(voucher.code)
    except voucher_code.VoucherCodeError as error:
        raise ServiceBroken(f"a voucher code that no till would take: {error}") from None
    if code != voucher.code or voucher.payload != voucher_payload(code):
        raise ServiceBroken("a voucher whose QR is not its code")
