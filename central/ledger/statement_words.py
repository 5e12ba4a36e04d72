"""What happened, in a shopper's words and three languages: for every kind of transaction."""

from collections.abc import Mapping

from central.ledger.statement import StatementLine
from wire.api.text import Text

EARNED: Mapping[str, Text] = {
    "sale": Text("消费积分", "消費積分", "Points from a purchase"),
    "bonus": Text("奖励积分", "獎勵積分", "Bonus points"),
    "campaign": Text("活动积分", "活動積分", "Points from a campaign"),
    "tier": Text("等级奖励", "等級獎勵", "Tier bonus"),
    "birthday": Text("生日积分", "生日積分", "Birthday points"),
    "referral": Text("推荐奖励", "推薦獎勵", "Points for a referral"),
    "signup": Text("入会奖励", "入會獎勵", "Welcome points"),
}
"""By the source of an award."""

_EARNED_OTHERWISE = Text("获得积分", "獲得積分", "Points earned")
_MOVED_OTHERWISE = Text("积分变动", "積分變動", "Points moved")
_CLEARED = Text(
    "兑换期结束，积分清空", "兌換期結束，積分清空", "Cleared, the redemption period is over"
)
_WAITS = Text("（待生效）", "（待生效）", " (not yet available)")

KINDS: Mapping[str, Text] = {
    "activate": Text("积分生效", "積分生效", "Points become available"),
    "reserve": Text("兑换 {reward}", "兌換 {reward}", "Redeemed: {reward}"),
    "capture": Text("兑换完成 {reward}", "兌換完成 {reward}", "Issued: {reward}"),
    "release": Text(
        "兑换未完成，积分退回 {reward}",
        "兌換未完成，積分退回 {reward}",
        "Not issued, points returned: {reward}",
    ),
    "expire": Text("积分过期", "積分過期", "Points expired"),
    "clawback": Text("退货扣回", "退貨扣回", "Taken back for a return"),
    "void": Text(
        "兑换券作废，积分退回 {reward}",
        "兌換券作廢，積分退回 {reward}",
        "Voucher voided, points returned: {reward}",
    ),
    "return": Text(
        "退回兑换品，积分退回 {reward}",
        "退回兌換品，積分退回 {reward}",
        "Goods brought back, points returned: {reward}",
    ),
    "adjust": Text("人工调整", "人工調整", "Adjusted by staff"),
    "forfeit": Text("账户注销，积分清零", "帳戶註銷，積分歸零", "Account closed, points forfeited"),
    "settle": Text(
        "积分抵扣所欠 {points}", "積分抵扣所欠 {points}", "{points} taken for points that were owed"
    ),
}
"""By the kind of transaction; `award` and `merge` have more than one."""

_SOURCES: Mapping[str, Text] = {
    **EARNED,
    "adjust": KINDS["adjust"],
    "void": Text("退回的积分", "退回的積分", "Points given back"),
}
"""By the source of a lot: also what the ledger itself makes lots for."""

_MERGED_IN = Text("由账户 …{other} 并入", "由帳戶 …{other} 併入", "From account …{other}")
_MERGED_OUT = Text("并入账户 …{other}", "併入帳戶 …{other}", "Moved to account …{other}")
_DEBT_SETTLED = Text(
    "，其中抵扣所欠 {points}", "，其中抵扣所欠 {points}", ", {points} of it were owed"
)
_DEBT_MADE = Text("，其中尚欠 {points}", "，其中尚欠 {points}", ", {points} are owed")


def words(line: StatementLine, reference: str = "") -> Text:
    """One line of plain words; what was earned and waits, and what became of debt, is said.

    Args:
        reference: the receipt as it can be told. It stands before what became of debt: two numbers
            must not run together.
    """
    said = _what(line)
    if reference:
        said = _joined(said, Text(*[f" {reference}"] * 3))
    if line.kind == "award" and line.moved.pending > 0:
        said = _joined(said, _WAITS)
    if line.moved.debt and line.kind not in ("settle", "merge"):
        more = _DEBT_SETTLED if line.moved.debt > 0 else _DEBT_MADE
        said = _joined(said, _each(more, points=f"{abs(line.moved.debt):,}"))
    return said


def source_words(source: str) -> Text | None:
    """What points of this source are to a shopper; None: a source that a merchant has named."""
    return _SOURCES.get(source)


def _what(line: StatementLine) -> Text:
    if line.kind == "award":
        return source_words(line.source) or _EARNED_OTHERWISE
    if line.kind == "merge":
        return _each(_MERGED_IN if line.incoming else _MERGED_OUT, other=line.other_tail or "")
    if line.kind == "expire" and line.cleared:
        return _CLEARED
    said = KINDS.get(line.kind, _MOVED_OTHERWISE)
    reward = line.reward or Text("", "", "")
    points = f"{line.moved.debt:,}"  # of a `settle`
    return Text(
        said.zh_hans.format(reward=reward.zh_hans, points=points).strip(),
        said.zh_hant.format(reward=reward.zh_hant, points=points).strip(),
        said.en.format(reward=reward.en, points=points).strip(),
    )


def _each(said: Text, **facts: str) -> Text:
    """The same facts in each language."""
    return Text(
        said.zh_hans.format(**facts).strip(),
        said.zh_hant.format(**facts).strip(),
        said.en.format(**facts).strip(),
    )


def _joined(one: Text, other: Text) -> Text:
    return Text(one.zh_hans + other.zh_hans, one.zh_hant + other.zh_hant, one.en + other.en)
