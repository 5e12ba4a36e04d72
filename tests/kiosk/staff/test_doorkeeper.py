"""The door's deeds: what each answer of the service comes to, and where the token is."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kiosk.flow.staff.values import door
from kiosk.journal.entry import By
from kiosk.staff.doorkeeper import Doorkeeper
from kiosk.staff.session import StaffSession
from kiosk.sync.errors import ServiceBroken, ServiceRefused, ServiceUnreachable
from wire.api.devices import EventType
from wire.api.staff import BadgeEntry, Login, LoginRequest, StaffRole
from wire.errors import ErrorCode, problem
from wire.tokens import StaffBadge

LOGIN, TOKEN, REF = UUID(int=31), "the-token-itself", "0a1b2c3d4e5f"
UNTIL = datetime(2026, 11, 22, 7, tzinfo=UTC)
ANSWER = Login(staff_token=TOKEN, login=LOGIN, staff_ref=REF, role=StaffRole.CLERK, display="李**")


class Service:
    def __init__(self) -> None:
        self.answer: Login | Exception = ANSWER
        self.asked: list[LoginRequest] = []
        self.ended: list[str] = []
        self.deaf = False

    async def staff_login(self, request: LoginRequest) -> Login:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    async def staff_logout(self, staff_token: str) -> None:
        self.ended.append(staff_token)
        if self.deaf:
            raise ServiceUnreachable

    async def staff_stay(self, staff_token: str) -> None:
        if self.deaf:
            raise ServiceUnreachable
        if isinstance(self.answer, Exception):
            raise self.answer


class Listed:
    """The list, as far as this test needs one."""

    def __init__(self) -> None:
        self.badge: StaffBadge | None = StaffBadge(1, b"staff1", 1, 1, date(2027, 1, 1))
        self.entry: BadgeEntry | None = BadgeEntry(REF, 1, StaffRole.CLERK, "李**")

    async def verified(self, text: str) -> StaffBadge | None:
        return self.badge

    def listed(self, badge: StaffBadge) -> BadgeEntry | None:
        return self.entry


class Hall:
    def __init__(self) -> None:
        self.service, self.list = Service(), Listed()
        self.session = StaffSession(self.service)
        self.acts: list[tuple[EventType, By]] = []
        self.door = Doorkeeper(self.list, self.session, self._nothing, self._acted)

    async def _nothing(self) -> None:
        return None

    async def _acted(self, kind: EventType, by: By) -> None:
        self.acts.append((kind, by))


@pytest.fixture
def hall() -> Hall:
    return Hall()


async def test_in_and_out(hall: Hall) -> None:
    came = await hall.door.log_in(door.LogIn("S1", "135790"))
    assert isinstance(came, door.ClerkCame)
    assert hall.service.asked == [LoginRequest("S1", "135790")]
    assert hall.session.token_for(LOGIN) == TOKEN
    assert TOKEN not in repr(came), "nothing secret is drawn"
    assert TOKEN not in repr(hall.session.__dict__), "nor printed by accident"
    await hall.door.log_out(door.LogOut(REF, LOGIN))
    assert hall.service.ended == [TOKEN]
    assert hall.session.token_for(LOGIN) is None
    by = By(REF, LOGIN)
    assert hall.acts == [(EventType.STAFF_IN, by), (EventType.STAFF_OUT, by)]


async def test_a_log_out_that_nobody_hears_is_one_all_the_same(hall: Hall) -> None:
    await hall.door.log_in(door.LogIn("S1", "135790"))
    hall.service.deaf = True
    await hall.door.log_out(door.LogOut(REF, LOGIN))
    assert hall.session.token_for(LOGIN) is None
    await hall.door.log_out(door.LogOut(REF, LOGIN))
    assert hall.service.ended == [TOKEN], "a dead token is not sent again"


async def test_a_log_in_is_over_when_the_service_says_so_and_not_by_its_silence(
    hall: Hall,
) -> None:
    await hall.door.log_in(door.LogIn("S1", "135790"))
    hall.service.deaf = True
    assert await hall.door.stay(door.StayIn(LOGIN)) is None
    hall.service.deaf, hall.service.answer = False, ServiceRefused(problem(ErrorCode.INTERNAL, ""))
    assert await hall.door.stay(door.StayIn(LOGIN)) is None
    hall.service.answer = ServiceRefused(problem(ErrorCode.STAFF_SESSION_EXPIRED, ""))
    assert await hall.door.stay(door.StayIn(LOGIN)) == door.LoginOver(LOGIN)
    assert hall.session.token_for(LOGIN) is None


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (problem(ErrorCode.BADGE_INVALID, ""), door.BadgeBad()),
        (problem(ErrorCode.STAFF_PIN_WRONG, "", left=3), door.PinWrong(3)),
        (problem(ErrorCode.STAFF_PIN_LOCKED, "", until=UNTIL), door.PinLocked(UNTIL)),
        (problem(ErrorCode.STAFF_PIN_UNSET, ""), door.BadgeBad(door.DoorNotice.PIN_UNSET)),
        (problem(ErrorCode.INTERNAL, ""), door.LoginSilent()),
        (problem(ErrorCode.UNAVAILABLE, ""), door.LoginSilent()),
        (problem(ErrorCode.FORBIDDEN, ""), door.BadgeBad(door.DoorNotice.REFUSED)),
        (problem(ErrorCode.STAFF_ROLE, ""), door.BadgeBad(door.DoorNotice.REFUSED)),
        (problem(ErrorCode.DEVICE_REVOKED, ""), door.BadgeBad(door.DoorNotice.REFUSED)),
        (problem(ErrorCode.RATE_LIMITED, ""), door.BadgeBad(door.DoorNotice.REFUSED)),
    ],
)
async def test_each_refusal_has_its_word(hall: Hall, refusal, said) -> None:
    hall.service.answer = ServiceRefused(refusal)
    assert await hall.door.log_in(door.LogIn("S1", "000000")) == said
    assert hall.acts == []
    assert hall.session.token_for(LOGIN) is None


@pytest.mark.parametrize("silence", [ServiceUnreachable(), ServiceBroken("?")])
async def test_silence_is_no_refusal(hall: Hall, silence: Exception) -> None:
    hall.service.answer = silence
    assert await hall.door.log_in(door.LogIn("S1", "135790")) == door.LoginSilent()


async def test_offline_who_is_listed_comes_in_without_a_token(hall: Hall) -> None:
    came = await hall.door.let_in_offline(door.LetInOffline("S1"))
    assert isinstance(came, door.ClerkCame)
    assert came.clerk.offline
    assert hall.service.asked == []
    assert hall.acts == [(EventType.STAFF_IN, By(REF, None))]
    await hall.door.log_out(door.LogOut(REF, None))
    assert hall.service.ended == []
    assert hall.acts[-1] == (EventType.STAFF_OUT, By(REF, None))


@pytest.mark.parametrize("why", [door.DoorNotice.NOT_LISTED, door.DoorNotice.SILENT])
async def test_offline_who_is_not_listed_stays_out(hall: Hall, why: door.DoorNotice) -> None:
    hall.list.entry = None
    assert await hall.door.let_in_offline(door.LetInOffline("S1", why)) == door.BadgeBad(why)
    hall.list.badge = None
    assert await hall.door.let_in_offline(door.LetInOffline("S1", why)) == door.BadgeBad(why)
    assert hall.acts == []


async def test_two_log_ins_live_side_by_side_for_a_handover(hall: Hall) -> None:
    await hall.door.log_in(door.LogIn("S1", "135790"))
    other = UUID(int=32)
    hall.service.answer = Login(
        staff_token="other", login=other, staff_ref="ff", role=StaffRole.CLERK, display="王*"
    )
    await hall.door.log_in(door.LogIn("S1b", "246801"))
    assert (hall.session.token_for(LOGIN), hall.session.token_for(other)) == (TOKEN, "other")
    hall.session.forget(LOGIN)
    assert hall.session.token_for(LOGIN) is None
    assert hall.session.token_for(other) == "other"
