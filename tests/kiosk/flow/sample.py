"""Members, rewards and states that flow tests begin with; also used for pictures of screens."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from kiosk.flow.state import Health, KioskState, PrinterReadiness
from wire.api.catalogue import Category, Image, Item, RewardKind
from wire.api.devices import Brand, DeviceConfig, Store
from wire.api.members import Member, MemberVoucher, Session, Tier
from wire.api.redemptions import PrintFields, Redemption, State, Voucher
from wire.api.text import Text

WALL = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
ID = UUID("01900000-0000-7000-8000-0000000000aa")
CODE = "7K3M9QXD2HTP5W8C"


def text(word: str) -> Text:
    return Text(word, word, word)


def item(number: int, price: int, **changes: object) -> Item:
    fields = {
        "id": UUID(int=number),
        "rev": 1,
        "kind": RewardKind.GOODS,
        "category": Category("drinks", text("餐饮")),
        "name": text(f"奖品{number}"),
        "description": text(""),
        "value_fen": 1800,
        "image": Image("00", "/v1/images/00"),
        "price_points": price,
    }
    return Item(**(fields | changes))


def member(**changes: object) -> Member:
    fields = {
        "member_ref": "ab12",
        "display": "张*明",
        "tail": "6210",
        "tier": Tier("gold", text("金卡"), 2),
        "spendable": 1000,
        "as_of": WALL,
        "session": Session(UUID(int=900), WALL + timedelta(minutes=20), read_only=False),
    }
    return Member(**(fields | changes))


def read_only() -> Session:
    return Session(UUID(int=901), WALL + timedelta(minutes=20), read_only=True)


def waiting_voucher(number: int = 77) -> MemberVoucher:
    return MemberVoucher(
        UUID(int=number), "5W8C", text("拿铁"), State.UNCERTAIN, WALL + timedelta(days=30), 2
    )


def config(**changes: object) -> DeviceConfig:
    store = Store("S0001", text("旗舰店"), text("南京路 1 号"), "021-1234")
    fields = {
        "rev": 1,
        "device_no": "K01",
        "timezone": "Asia/Shanghai",
        "store": store,
        "brand": Brand(text("青禾生活")),
        "point_unit": Text("分", "點", "points"),
        "server_keys": [],
    }
    return DeviceConfig(**(fields | changes))


def state(**changes: object) -> KioskState:
    fields = {
        "health": Health(online=True, printer=PrinterReadiness.READY),
        "config": config(),
        "catalogue": (item(1, 500), item(2, 100), item(3, 13500)),
        "wall": WALL,
    }
    return KioskState(**(fields | changes))


def redemption(spendable: int | None = 500) -> Redemption:
    fields = PrintFields(
        reward=text("拿铁"),
        value_fen=1800,
        points=500,
        balance_after=500,
        balance_as_of=WALL,
        valid_to=WALL,
        issued_at=WALL,
        member_tail="6210",
    )
    return Redemption(
        id=ID,
        state=State.RESERVED,
        points=500,
        voucher=Voucher(CODE, "V1" + CODE, fields),
        spendable=spendable,
    )
