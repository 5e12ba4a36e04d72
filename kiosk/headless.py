"""The kiosk without a window: the same program, its screens only held as values.

The targets of a screen have the same names as in the window (`confirm`, `item:0`,
`language:en`), so that a script that plays a shopper runs against both. A target that the
flow would ignore is not offered.
"""

from collections.abc import Callable
from uuid import UUID

from kiosk import headless_staff, headless_vouchers
from kiosk.flow import event
from kiosk.flow.catalogue import page
from kiosk.flow.event import Event
from kiosk.flow.state import (
    Aim,
    Attract,
    Confirm,
    Done,
    Filter,
    KioskState,
    MemberHome,
    Message,
    RefusalWay,
    Refused,
    Scan,
    ScanTab,
    StillHere,
    Vouchers,
)
from wire.api.text import Language

_WAYS: dict[RefusalWay, tuple[str, Event]] = {
    RefusalWay.HOME: ("continue", event.Continued()),
    RefusalWay.RETRY: ("retry", event.Retried()),
    RefusalWay.END: ("end", event.Ended()),
    RefusalWay.CALL_STAFF: ("call_staff", event.StaffCalled()),
}


def targets(state: KioskState) -> dict[str, Event]:
    """What can be touched now, by name, and the event that a touch there emits."""
    languages: dict[str, Event] = {
        f"language:{language.value}": event.LanguageChosen(language) for language in Language
    }
    return languages | _of_screen(state)


def _of_screen(state: KioskState) -> dict[str, Event]:
    match state.screen:
        case Attract():
            return {"start": event.ScanOpened()}
        case Scan():
            tabs: dict[str, Event] = {f"tab:{t.value}": event.ScanTabChosen(t) for t in ScanTab}
            return tabs | {"back": event.WentBack()}
        case MemberHome() as home:
            return _of_home(state, home)
        case Confirm(blocked=blocked, armed_at_s=armed_at_s):
            ways: dict[str, Event] = {"back": event.WentBack(), "end": event.Ended()}
            if not blocked and state.now_s >= armed_at_s:
                ways["confirm"] = event.Confirmed()
            return ways
        case Vouchers(session=session):
            reprints: dict[str, Event] = {
                f"reprint:{n}": event.ReprintChosen(voucher.id)
                for n, voucher in enumerate(session.member.vouchers)
            }
            return reprints | {"back": event.WentBack(), "end": event.Ended()}
        case Done() | StillHere():
            return {"continue": event.Continued(), "end": event.Ended()}
        case Refused(ways=ways_out):
            return dict(_WAYS[way] for way in ways_out)
        case Aim():
            return {"leave": event.AimClosed()}
        case screen:
            return headless_staff.targets(screen) | headless_vouchers.targets(screen)


def _of_home(state: KioskState, home: MemberHome) -> dict[str, Event]:
    shown = page(state, home)
    found: dict[str, Event] = {
        f"item:{n}": event.ItemChosen(offer.item.id) for n, offer in enumerate(shown.offers)
    }
    found |= {f"filter:{f.value}": event.FilterChosen(f) for f in Filter}
    found |= {"eye": event.BalanceHidden(), "end": event.Ended()}
    if shown.number + 1 < shown.pages:
        found["next"] = event.PageTurned(1)
    if shown.number > 0:
        found["previous"] = event.PageTurned(-1)
    if home.session.member.vouchers:
        found["vouchers"] = event.VouchersOpened()
    return found


def described(state: KioskState) -> dict[str, object]:
    """The state as the control socket tells it: screen, message, figures, targets."""
    screen = state.screen
    said = getattr(screen, "message", None) or getattr(screen, "notice", None)
    message = said if isinstance(said, Message) else None
    session = getattr(screen, "session", None)
    redemption: UUID | None = getattr(screen, "redemption", None)
    health = state.health
    return {
        "screen": type(screen).__name__,
        "message": None if message is None else message.code.value,
        "params": {} if message is None else message.params,
        "spendable": None if session is None else session.spendable,
        "tail": getattr(screen, "tail", None),
        "redemption": None if redemption is None else str(redemption),
        "language": state.language.value,
        "health": {
            "online": health.online,
            "printer": health.printer.value,
            "scanner_ok": health.scanner_ok,
            "clock_ok": health.clock_ok,
            "paused": health.paused,
        },
        "rewards": len(state.catalogue),
        "paper": {"known": state.paper.known, "vouchers_left": state.paper.vouchers_left},
        "staff": headless_staff.described(state.screen)
        or headless_vouchers.described(state.screen),
        "targets": dict.fromkeys(targets(state)),
    }


class HeadlessView:
    """A view that draws nothing. Thread: the loop.

    `on_state` hears of every state, in order: tests and the soak wait there.
    """

    def __init__(self, on_state: Callable[[KioskState], None] = lambda _: None) -> None:
        self._on_state = on_state
        self.wiped = 0

    def show(self, state: KioskState) -> None:
        self._on_state(state)

    def wipe(self) -> None:
        self.wiped += 1
