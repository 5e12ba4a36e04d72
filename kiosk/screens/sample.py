"""A believable shop, for pictures of the screens and for their tests."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from uuid import UUID

import numpy as np
import segno
from msgspec import structs
from PIL import Image, ImageDraw

from kiosk import aim
from kiosk.devices.ports import Preview
from kiosk.flow.refusal import of_redemption, of_uncertain
from kiosk.flow.state import (
    Aim,
    Attract,
    Confirm,
    Dispensing,
    Done,
    Filter,
    Health,
    Identifying,
    InSlot,
    KioskState,
    MemberHome,
    Message,
    MessageCode,
    PrinterReadiness,
    RefusalWay,
    Refused,
    Scan,
    ScanTab,
    Screen,
    Session,
    SlotSight,
    Step,
    StillHere,
    Stopped,
    Vouchers,
)
from kiosk.screens.sample_paper import paper_screens
from wire.api import catalogue as c
from wire.api import members as m
from wire.api.devices import Brand, DeviceConfig, Store
from wire.api.redemptions import State
from wire.api.text import Language, Text
from wire.errors import ErrorCode, problem

NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
NOW_S = 1000.0
_DINING = c.Category("dining", Text("餐饮", "餐飲", "Food & drink"))
_CASH = c.Category("cash", Text("代金券", "代金券", "Vouchers"))
_HOME = c.Category("home", Text("家居", "居家", "Home"))
_MOMENTS = c.Category("moments", Text("体验", "體驗", "Moments"))
_REWARDS = (
    (_DINING, "现磨拿铁一杯", "現磨拿鐵一杯", "Fresh latte", 500, "#D9B99B"),
    (_CASH, "10 元代金券", "10 元代金券", "¥10 voucher", 100, "#F3D9A4"),
    (_HOME, "晴雨两用伞", "晴雨兩用傘", "Sun and rain umbrella", 1280, "#C9CDE9"),
    (_HOME, "东北长粒香米 2kg", "東北長粒香米 2kg", "Long-grain rice 2 kg", 5800, "#CFE0C3"),
    (_HOME, "帆布购物袋", "帆布購物袋", "Canvas tote", 800, "#ECCFC5"),
    (_HOME, "不锈钢保温杯", "不鏽鋼保溫瓶", "Steel flask", 13500, "#D5DEDC"),
    (_DINING, "精品咖啡豆 200g", "精品咖啡豆 200g", "Coffee beans 200 g", 1600, "#D8C3AC"),
    (_DINING, "黄油厚切吐司", "奶油厚片吐司", "Buttered thick toast", 300, "#F2DDBB"),
    (_MOMENTS, "周末烘焙课", "週末烘焙課", "Weekend baking class", 2600, "#E3DCCB"),
    (_HOME, "法兰绒毛毯", "法蘭絨毛毯", "Flannel blanket", 3200, "#D9D2E6"),
)


def _item(number: int) -> c.Item:
    category, hans, hant, en, points, colour = _REWARDS[number]
    sold_out = hans.startswith("法兰绒")
    few = hans.startswith("东北")
    return c.Item(
        id=UUID(int=number + 1),
        rev=1,
        kind=c.RewardKind.GOODS,
        category=category,
        name=Text(hans, hant, en),
        description=Text("", "", ""),
        value_fen=1800,
        image=c.Image(colour, ""),
        price_points=points,
        limits=c.Limits(per_member_per_day=2),
        stock_hint=c.StockHint.NONE if sold_out else c.StockHint.FEW if few else c.StockHint.PLENTY,
        stock_left=3 if few else None,
    )


def _narrowed(item: c.Item) -> c.Item:
    """With as many conditions as a voucher has in practice."""
    conditions = [
        Text("满 ¥50 可用", "滿 ¥50 可用", "On purchases of ¥50 or more"),
        Text(
            "不适用于:烟酒、礼品卡",
            "不適用於:菸酒、禮品卡",
            "Not for: tobacco, alcohol, gift cards",
        ),
        Text("限周一、周二使用", "限週一、週二使用", "Only on Mon, Tue"),
    ]
    return structs.replace(item, conditions=conditions, min_spend_fen=5000)


ITEMS = tuple(_item(n) for n in range(len(_REWARDS)))


@cache
def image_path(sha256: str) -> Path:
    """A plain drawn picture, in the colour that stands for its hash here."""
    path = Path(gettempdir()) / f"kiosk-sample-{sha256.lstrip('#')}.png"
    image = Image.new("RGB", (1200, 800), sha256)
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((440, 240, 760, 560), 60, fill="#FFFFFF")
    pen.ellipse((540, 340, 660, 460), fill="#0B5F4B")
    image.save(path)
    return path


_CODE_AT = (232, 92)
"""Left and top of the code in the preview, in px."""
_MODULE_PX = 4


@cache
def _code() -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """A code as large as a member's, 1 where it is dark; mirrored, as all of the preview is."""
    matrix = segno.make_qr("M2 " + "SAMPLE " * 14, error="m", boost_error=False).matrix
    return np.array([list(row)[::-1] for row in matrix], np.uint8)


@cache
def preview() -> Preview:
    """A soft gradient, and before it a phone that shows a code."""
    width, height = 640, 360
    rows, columns = np.mgrid[0:height, 0:width]
    grey = (118 + 44 * np.sin(columns / 120) * np.cos(rows / 100)).astype(np.uint8)
    code = _code().repeat(_MODULE_PX, 0).repeat(_MODULE_PX, 1)
    left, top, side = *_CODE_AT, len(code)
    grey[top - 66 : top + side + 84, left - 36 : left + side + 36] = 34
    grey[top - 54 : top + side + 72, left - 24 : left + side + 24] = 214
    grey[top : top + side, left : left + side] = np.where(code, 30, 214)
    return Preview(width, height, grey.tobytes(), frame=1)


def code_seen(px_per_module: float, squareness: float = 0.97) -> aim.CodeSeen:
    """The code of the preview; its size only told otherwise."""
    left, top = _CODE_AT
    right, bottom = left + len(_code()) * _MODULE_PX, top + len(_code()) * _MODULE_PX
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    one, two, three, four = ((x / 640, y / 360) for x, y in corners)
    return aim.CodeSeen((one, two, three, four), 0.47, squareness, px_per_module)


def measured(code: aim.CodeSeen | None, **changes: object) -> aim.Measurement:
    """A camera that is aimed well, or not by the changes."""
    fields = {
        "width": 1280,
        "height": 720,
        "fps": 15.0,
        "mean": 121.0,
        "dark": 0.0,
        "bright": 0.01,
        "glare": 0.0,
        "sharpness": 0.74,
        "busy": 0.8,
        "rate": 1.0 if code else 0.0,
        "code": code,
    }
    return aim.Measurement(**(fields | changes))  # type: ignore[arg-type]  # changes are Measurement's own fields


def _aims() -> Iterator[tuple[str, aim.Measurement | None]]:
    """What the camera gives, for each thing that there is to do."""
    yield "no-camera", None
    yield "black", measured(None, mean=3.0, dark=0.9, sharpness=None, busy=0.0)
    yield "too-dark", measured(code_seen(5.6), mean=41.0, rate=0.6)
    yield "too-bright", measured(code_seen(5.6), mean=221.0, bright=0.55, rate=0.7)
    yield "glare", measured(code_seen(5.6), glare=0.11, rate=0.5)
    yield "slow", measured(code_seen(5.6), fps=3.0)
    yield "out-of-focus", measured(None, sharpness=0.31, busy=0.6)
    yield "hold-card", measured(None, busy=0.1, sharpness=None)
    yield "too-near", measured(replace(code_seen(13.0), span=0.97))
    yield "too-far", measured(code_seen(3.2), rate=0.7)
    yield "tilted", measured(code_seen(4.4, squareness=0.6), rate=0.9)
    yield "unsteady", measured(code_seen(5.6), rate=0.55)
    yield "done", measured(code_seen(5.8))


_STORE_NAME = Text("人民广场店", "人民廣場店", "People's Square")
CONFIG = DeviceConfig(
    rev=1,
    device_no="K07",
    timezone="Asia/Shanghai",
    store=Store("S0123", _STORE_NAME, Text("", "", ""), ""),
    brand=Brand(Text("青禾生活", "青禾生活", "Qinghe Living")),
    point_unit=Text("分", "點", "points"),
    fen_per_point=1,
    server_keys=[],
)


def voucher(number: int, state: State, reprints_left: int) -> m.MemberVoucher:
    """One that a member holds."""
    name = ITEMS[number].name
    valid_to = NOW + timedelta(days=28)
    return m.MemberVoucher(UUID(int=70 + number), "5W8C", name, state, valid_to, reprints_left)


def member(**changes: object) -> m.Member:
    """张*明, gold, 12,860 points."""
    fields = {
        "member_ref": "ab12",
        "display": "张*明",
        "tail": "6210",
        "tier": m.Tier("gold", Text("金卡会员", "金卡會員", "Gold"), 2),
        "spendable": 12860,
        "expiring": [m.Expiring(1200, datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC))],
        "vouchers": [voucher(0, State.UNCERTAIN, 2), voucher(1, State.ISSUED, 0)],
        "as_of": NOW,
        "session": m.Session(UUID(int=9), NOW + timedelta(minutes=20), read_only=False),
    }
    return m.Member(**(fields | changes))  # type: ignore[arg-type]  # changes are Member's own fields


def session(**changes: object) -> Session:
    found = member(**changes)
    return Session(found, received_s=NOW_S - 2, spendable=found.spendable)


def kiosk(screen: Screen, **changes: object) -> KioskState:
    """A healthy kiosk with this screen."""
    fields = {
        "screen": screen,
        "now_s": NOW_S,
        "health": Health(online=True, printer=PrinterReadiness.READY),
        "config": CONFIG,
        "catalogue": ITEMS,
        "wall": NOW,
    }
    return KioskState(**(fields | changes))  # type: ignore[arg-type]  # changes are KioskState's own fields


def in_language(state: KioskState, language: Language) -> KioskState:
    return replace(state, language=language)


def every_screen() -> Iterator[tuple[str, KioskState]]:
    """A name and a state for each screen, and for each thing that a screen may have to say."""
    home = MemberHome(session())
    confirm = Confirm(session(), ITEMS[0], 500, NOW_S - 1, home)
    redemption = UUID(int=5)
    dispensing = Dispensing(session(), ITEMS[0], 500, redemption, NOW_S)
    yield "attract", kiosk(Attract())
    no_paper = Health(online=True, printer=PrinterReadiness.NO_PAPER)
    yield "attract-no-paper", kiosk(Attract(), health=no_paper)
    yield "attract-offline", kiosk(Attract(), health=Health(printer=PrinterReadiness.READY))
    for tab in ScanTab:
        yield f"scan-{tab.value}", kiosk(Scan(NOW_S, tab))
    old = Message(MessageCode.E_QR_OLD)
    yield "scan-notice", kiosk(Scan(NOW_S, notice=old, notice_until_s=NOW_S + 5))
    yield "scan-hint", kiosk(Scan(NOW_S, hint=True))
    yield "identifying", kiosk(Identifying(NOW_S))
    yield "home", kiosk(home)
    yield "home-all", kiosk(replace(home, filter=Filter.ALL, page=1))
    card = member(session=m.Session(UUID(int=9), NOW, read_only=True), vouchers=[])
    read_only = Session(card, NOW_S - 2, card.spendable)
    notice = Message(MessageCode.E_READ_ONLY)
    yield "home-read-only", kiosk(MemberHome(read_only, notice=notice))
    poor = session(spendable=40, expiring=[], vouchers=[])
    yield "home-nothing-yet", kiosk(MemberHome(poor))
    stale = replace(session(), received_s=NOW_S - 1000, hide_balance=False)
    yield "home-stale", kiosk(MemberHome(stale))
    yield "home-hidden", kiosk(MemberHome(replace(session(), hide_balance=True)))
    yield "confirm", kiosk(confirm)
    yield "confirm-conditions", kiosk(replace(confirm, item=_narrowed(ITEMS[0])))
    hidden = replace(session(), hide_balance=True)
    yield "confirm-hidden", kiosk(replace(confirm, session=hidden))
    missing = Message(MessageCode.E_PTS, {"n": 640})
    far = Confirm(session(), ITEMS[5], 13500, NOW_S - 1, home, missing)
    yield "confirm-missing", kiosk(far)
    new_price = Message(MessageCode.E_STALE, {"p": 600})
    yield "confirm-new-price", kiosk(replace(confirm, price=600, notice=new_price))
    for step in Step:
        yield f"dispensing-{step.value}", kiosk(replace(dispensing, step=step))
    after = replace(session(), spendable=12360, redeemed=1)
    yield "done", kiosk(Done(after, "1", ITEMS[0], "5W8C", NOW_S + 11))
    yield "done-reprint", kiosk(Done(after, None, None, "5W8C", NOW_S + 11))
    done = Done(after, "1", ITEMS[0], "5W8C", NOW_S + 5)
    for sight in (SlotSight.WAITS, SlotSight.TAKEN, SlotSight.RETRACTED):
        yield f"done-{sight.value}", kiosk(done, slot=InSlot(redemption, sight))
    full = InSlot(UUID(int=4), SlotSight.WAITS)
    yield "dispensing-slot-full", kiosk(dispensing, slot=full)
    for code in (MessageCode.NOT_TAKEN, MessageCode.VOUCHER_BACK):
        yield f"attract-{code.value.lower()}", kiosk(Attract(Message(code), NOW_S + 9))
    yield "vouchers", kiosk(Vouchers(session(), home))
    yield "still-here", kiosk(StillHere(NOW_S + 9, home))
    for code in (MessageCode.E_STOP, MessageCode.E_CLOCK, MessageCode.E_CAM_COUNTER):
        yield f"stopped-{code.value.lower()}", kiosk(Stopped(Message(code)))
    yield from _aim_screens()
    for message, ways in _refusals():
        yield f"refused-{message.code.value.lower()}", kiosk(Refused(message, ways, NOW_S + 20))
    yield from _staff()


def _staff() -> Iterator[tuple[str, KioskState]]:
    from kiosk.screens.staff import sample as staff  # which begins with what stands here

    for name, screen, changes in paper_screens():
        yield name, kiosk(screen, **changes)
    yield from staff.states()


def _aim_screens() -> Iterator[tuple[str, KioskState]]:
    yield "aim-wait", kiosk(Aim(NOW_S + 300))
    for name, seen in _aims():
        yield f"aim-{name}", kiosk(Aim(NOW_S + 300, aim.judge(seen)))
    beside = replace(aim.judge(measured(code_seen(5.6))), advice=aim.Advice.OFF_CENTRE)
    yield "aim-off-centre", kiosk(Aim(NOW_S + 300, replace(beside, overall=aim.Light.AMBER)))


def _refusals() -> Iterator[tuple[Message, tuple[RefusalWay, ...]]]:
    end = (RefusalWay.END,)
    for code in (
        MessageCode.E_MEMBER,
        MessageCode.E_FROZEN,
        MessageCode.E_CARD_OLD,
        MessageCode.OFF_NO,
        MessageCode.E_PAPER_PRE,
        MessageCode.E_PRINTER,
        MessageCode.E_STOP,
        MessageCode.E_CLOCK,
    ):
        yield Message(code), end
    resets_at = NOW + timedelta(hours=10)
    for told in (
        problem(ErrorCode.OUT_OF_STOCK, ""),
        problem(ErrorCode.WINDOW_CLOSED, ""),
        problem(ErrorCode.REWARD_UNAVAILABLE, ""),
        problem(ErrorCode.SESSION_EXPIRED, ""),
        problem(ErrorCode.SESSION_READ_ONLY, ""),
        problem(ErrorCode.PIN_REQUIRED, ""),
        problem(ErrorCode.LIMIT_REACHED, "", resets_at=resets_at),
        problem(ErrorCode.LIMIT_REACHED, ""),
        problem(ErrorCode.INSUFFICIENT, "", need=500, have=120),
        problem(ErrorCode.INTERNAL, ""),
    ):
        refusal = of_redemption(told, "Asia/Shanghai")
        yield refusal.message, refusal.ways
    for no_paper in (True, False):
        refusal = of_uncertain("5W8C", no_paper=no_paper)
        yield refusal.message, refusal.ways
