"""What 青禾生活 gives for points: sixteen things that can be printed as vouchers."""

from dataclasses import dataclass

from wire.api.catalogue import RewardKind
from wire.api.text import Text

CATEGORIES = {
    "dining": Text("餐饮", "餐飲", "Food & drink"),
    "cash": Text("代金券", "代金券", "Vouchers"),
    "home": Text("家居", "居家", "Home"),
    "moments": Text("体验", "體驗", "Moments"),
}


@dataclass(frozen=True, slots=True)
class DemoReward:
    picture: str
    """Name of a drawing in `objects.PICTURES`."""
    category: str
    kind: RewardKind
    name: Text
    description: Text
    points: int
    value_fen: int
    stock: int | None = None
    """On hand in each store; None: not counted."""
    tier: str | None = None
    gold_points: int | None = None
    """A lower price for gold members."""
    per_day: int | None = None
    per_month: int | None = None
    days: int = 30
    min_spend_fen: int = 0
    window_days: int | None = None
    """To be had for this many days from now."""


REWARDS = (
    DemoReward(
        "latte",
        "dining",
        RewardKind.GOODS,
        Text("现磨拿铁一杯", "現磨拿鐵一杯", "Fresh latte"),
        Text("中杯,冷热任选", "中杯,冷熱任選", "Medium, hot or iced"),
        500,
        1800,
        per_day=2,
    ),
    DemoReward(
        "voucher_10",
        "cash",
        RewardKind.CASH_VOUCHER,
        Text("10 元代金券", "10 元代金券", "¥10 voucher"),
        Text("全场通用,不找零", "全場通用,不找零", "For anything in store, no change"),
        100,
        1000,
        per_day=3,
    ),
    DemoReward(
        "umbrella",
        "home",
        RewardKind.GOODS,
        Text("晴雨两用伞", "晴雨兩用傘", "Sun and rain umbrella"),
        Text("八骨,防紫外线", "八骨,防紫外線", "Eight ribs, UV coating"),
        1280,
        5900,
        stock=24,
    ),
    DemoReward(
        "rice",
        "home",
        RewardKind.GOODS,
        Text("东北长粒香米 2kg", "東北長粒香米 2kg", "Long-grain rice 2 kg"),
        Text("当季新米", "當季新米", "This season's harvest"),
        5800,
        5800,
        stock=3,
    ),
    DemoReward(
        "tote",
        "home",
        RewardKind.GOODS,
        Text("帆布购物袋", "帆布購物袋", "Canvas tote"),
        Text("加厚帆布,可装 10 公斤", "加厚帆布,可裝 10 公斤", "Heavy canvas, carries 10 kg"),
        800,
        2900,
        stock=40,
    ),
    DemoReward(
        "flask",
        "home",
        RewardKind.GOODS,
        Text("不锈钢保温杯", "不鏽鋼保溫瓶", "Steel flask"),
        Text("500 毫升,保温 12 小时", "500 毫升,保溫 12 小時", "500 ml, hot for 12 hours"),
        13500,
        12900,
        stock=12,
    ),
    DemoReward(
        "beans",
        "dining",
        RewardKind.GOODS,
        Text("精品咖啡豆 200g", "精品咖啡豆 200g", "Coffee beans 200 g"),
        Text("中度烘焙,可代磨", "中度烘焙,可代磨", "Medium roast, ground on request"),
        1600,
        4800,
        stock=18,
        gold_points=1400,
    ),
    DemoReward(
        "toast",
        "dining",
        RewardKind.GOODS,
        Text("黄油厚切吐司", "奶油厚片吐司", "Buttered thick toast"),
        Text("每日现烤", "每日現烤", "Baked today"),
        300,
        1200,
    ),
    DemoReward(
        "juice",
        "dining",
        RewardKind.GOODS,
        Text("鲜榨橙汁", "鮮榨柳橙汁", "Fresh orange juice"),
        Text("三颗橙子一杯", "三顆柳橙一杯", "Three oranges a glass"),
        400,
        1500,
    ),
    DemoReward(
        "voucher_50",
        "cash",
        RewardKind.CASH_VOUCHER,
        Text("50 元代金券", "50 元代金券", "¥50 voucher"),
        Text("满 200 元可用", "滿 200 元可用", "From ¥200"),
        480,
        5000,
        per_month=4,
        min_spend_fen=20000,
    ),
    DemoReward(
        "candle",
        "home",
        RewardKind.GOODS,
        Text("植物香薰蜡烛", "植物香氛蠟燭", "Scented candle"),
        Text("大豆蜡,约 40 小时", "大豆蠟,約 40 小時", "Soy wax, about 40 hours"),
        2200,
        6900,
        stock=9,
    ),
    DemoReward(
        "plant",
        "home",
        RewardKind.GOODS,
        Text("多肉小盆栽", "多肉小盆栽", "Potted succulent"),
        Text("含陶盆,好养", "含陶盆,好養", "With clay pot, easy to keep"),
        900,
        2500,
        stock=5,
    ),
    DemoReward(
        "gift",
        "moments",
        RewardKind.GOODS,
        Text("金卡礼盒", "金卡禮盒", "Gold gift box"),
        Text("金卡会员专享", "金卡會員專享", "For gold members"),
        6800,
        19900,
        stock=8,
        tier="gold",
    ),
    DemoReward(
        "baking",
        "moments",
        RewardKind.EVENT,
        Text("周末烘焙课", "週末烘焙課", "Weekend baking class"),
        Text("一人一席,含材料", "一人一席,含材料", "One seat, ingredients included"),
        2600,
        16800,
        stock=6,
        days=60,
        window_days=45,
    ),
    DemoReward(
        "icecream",
        "dining",
        RewardKind.GOODS,
        Text("冰淇淋单球", "冰淇淋單球", "Scoop of ice cream"),
        Text("每人每天一份", "每人每天一份", "One per member a day"),
        200,
        900,
        per_day=1,
    ),
    DemoReward(
        "blanket",
        "home",
        RewardKind.GOODS,
        Text("法兰绒毛毯", "法蘭絨毛毯", "Flannel blanket"),
        Text("150 × 200 厘米", "150 × 200 公分", "150 × 200 cm"),
        3200,
        8900,
        stock=0,
    ),
)
