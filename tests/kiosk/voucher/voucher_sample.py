"""A chain, a store and a redemption that a voucher can be drawn from."""

from datetime import UTC, datetime
from uuid import UUID

from wire import tokens, voucher_code
from wire.api.devices import Brand, DeviceConfig, Store
from wire.api.redemptions import PrintFields, Redemption, State, Voucher
from wire.api.text import Text

ID = UUID("01932d5e-7c00-7000-8000-00000000a91f")
CODES = ("7K3M9QXD2HTP5W8", "0123456789ABCDE", "FGHJKMNPQRSTVWX", "YZYZYZYZYZYZYZY")
"""Without their check symbols; together every symbol of the alphabet."""


def text(zh_hans: str, zh_hant: str = "", en: str = "") -> Text:
    return Text(zh_hans, zh_hant or zh_hans, en or zh_hans)


NAME = text("中杯拿铁", "中杯拿鐵", "Medium latte")
LONG_NAME = text(
    "手工陶瓷马克杯礼盒装(两只入,含木质杯垫与礼品袋)·冬日限定版·青禾生活十周年纪念款",
    "手工陶瓷馬克杯禮盒裝(兩只入,含木質杯墊與禮品袋)·冬日限定版·青禾生活十週年紀念款",
    "Handmade ceramic mug gift box, set of two with wooden coasters and a gift bag, "
    "winter edition for the tenth birthday of Qinghe Living",
)
CONDITION = text("满 50 元可用,限堂食", "滿 50 元可用,限內用", "Minimum spend ¥50, dine-in only")
LONG_TERM = text(
    "本券仅限在本门店营业时间内使用,不与其他优惠同享,最终解释以会员协议为准",
    "本券僅限於本門市營業時間內使用,不與其他優惠併用,最終解釋以會員協議為準",
    "Good only in this store during opening hours, not together with other offers; "
    "the member agreement decides",
)


def device_config(**changed: object) -> DeviceConfig:
    store = Store(
        id="S0123",
        name=text("人民广场店", "人民廣場店", "People's Square"),
        address=text(
            "黄浦区西藏中路268号1层", "黃浦區西藏中路268號1樓", "268 Middle Xizang Rd, L1"
        ),
        phone="021-6333 8821",
    )
    values: dict[str, object] = {
        "rev": 1,
        "device_no": "K07",
        "timezone": "Asia/Shanghai",
        "store": store,
        "brand": Brand(name=text("青禾生活", "青禾生活", "Qinghe Living")),
        "point_unit": text("分", "點", "points"),
        "server_keys": [],
        "hotline": "400-820-6688",
    }
    return DeviceConfig(**(values | changed))  # type: ignore[arg-type]


def redemption(code: str = CODES[0], **changed: object) -> Redemption:
    whole = code + voucher_code.check_symbol(code)
    values: dict[str, object] = {
        "reward": NAME,
        "value_fen": 1800,
        "points": 500,
        "balance_after": 1240,
        "balance_as_of": datetime(2026, 11, 21, 6, 5, tzinfo=UTC),
        "valid_to": datetime(2026, 12, 21, 16, 0, tzinfo=UTC),
        "issued_at": datetime(2026, 11, 21, 6, 5, tzinfo=UTC),
        "member_tail": "6210",
    }
    fields = PrintFields(**(values | changed))  # type: ignore[arg-type]
    voucher = Voucher(code=whole, payload=tokens.voucher_payload(whole), print_fields=fields)
    return Redemption(id=ID, state=State.RESERVED, points=fields.points, voucher=voucher)
