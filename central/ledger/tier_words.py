"""Why a member has their tier, in words that the member understands, in three languages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from central.ledger.tiers import Change, TierStory
from wire.api.text import Language, Text

_NOW = Text("会员等级：{tier}", "會員等級：{tier}", "Tier: {tier}")
_EARNED = Text("其中自己达到：{tier}", "其中自己達到：{tier}", "Of it earned: {tier}")
_SUM = Text("{period}累计 {amount}", "{period}累計 {amount}", "{period}: {amount}")
_NEXT = Text(
    "再累计 {missing} 升为{tier}",
    "再累計 {missing} 升為{tier}",
    "{missing} more for {tier}",
)
_REVIEW = Text(
    "保持到 {day}，之后按累计重新评定",
    "保持到 {day}，之後按累計重新評定",
    "Kept through {day}, then looked at again",
)
_GIFT = Text("{tier}：{how}，{until}", "{tier}：{how}，{until}", "{tier}: {how}, {until}")
_UNTIL = Text("有效至 {day}", "有效至 {day}", "through {day}")
_FOR_LIFE = Text("终身有效", "終身有效", "for life")
_HOW = {
    "staff": Text("门店授予", "門店授予", "given by the shop"),
    "reward": Text("积分兑换", "積分兌換", "had for points"),
}
_SPAN = Text("{first} 至 {last} ", "{first} 至 {last} ", "{first} to {last}")
_SINCE = Text("{first} 以来", "{first} 以來", "Since {first}")
_EVER = Text("一直以来", "一直以來", "In all")
_POINTS = Text("{n} 积分", "{n} 積分", "{n} points")
_CHANGE = Text("{day} {before} → {after}：{why}", "{day} {before} → {after}：{why}",
    "{day} {before} → {after}: {why}")  # fmt: skip
_WHY = {
    "earned": Text(
        "{period}累计 {amount}，达到 {threshold}",
        "{period}累計 {amount}，達到 {threshold}",
        "{period} {amount}, which reached {threshold}",
    ),
    "life": Text(
        "总共累计 {amount}，达到 {threshold}，终身保持",
        "總共累計 {amount}，達到 {threshold}，終身保持",
        "{amount} in all, which reached {threshold}: for life",
    ),
    "given": Text("门店授予，{until}", "門店授予，{until}", "given by the shop, {until}"),
    "bought": Text("积分兑换，{until}", "積分兌換，{until}", "had for points, {until}"),
    "merged": Text("账户合并", "帳戶合併", "accounts merged"),
    "review": Text(
        "期内累计 {amount}，未达到 {threshold}",
        "期內累計 {amount}，未達到 {threshold}",
        "the period reached {amount} of {threshold}",
    ),
    "ended": Text("有效期已满", "有效期已滿", "its time was over"),
    "withdrawn": Text("门店取消", "門店取消", "taken back by the shop"),
}


def told(story: TierStory, language: Language) -> Iterator[str]:
    """Line by line: what it is, what counts, what was given, and each change with its cause."""
    words = _Words(ZoneInfo(story.zone), language)
    yield words.say(_NOW, tier=words.of(story.tier))
    if story.earned != story.tier:
        yield words.say(_EARNED, tier=words.of(story.earned))
    if progress := story.progress:
        span = words.span(progress.starts, progress.ends)
        yield words.say(_SUM, period=span, amount=words.amount(progress.amount, progress.measure))
        if story.next:
            missing = words.amount(story.next.missing, progress.measure)
            yield words.say(_NEXT, missing=missing, tier=words.of(story.next.tier))
    if story.review_at:
        yield words.say(_REVIEW, day=words.last_day(story.review_at))
    for gift in story.given:
        how = words.of(_HOW[gift.source])
        yield words.say(_GIFT, tier=words.of(gift.tier), how=how, until=words.until(gift.valid_to))
    for change in story.changes:
        yield words.change(change)


class _Words:
    def __init__(self, zone: ZoneInfo, language: Language) -> None:
        self._zone = zone
        self._language = language

    def of(self, text: Text) -> str:
        return text.in_language(self._language)

    def say(self, text: Text, **facts: str) -> str:
        return self.of(text).format(**facts)

    def day(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d}"

    def last_day(self, end: datetime) -> str:
        """The last day before this first instant after it."""
        return self.day(end - timedelta(microseconds=1))

    def until(self, end: datetime | None) -> str:
        return self.of(_FOR_LIFE) if end is None else self.say(_UNTIL, day=self.last_day(end))

    def span(self, starts: datetime | None, ends: datetime | None) -> str:
        if starts is None:
            return self.of(_EVER)
        if ends is None:
            return self.say(_SINCE, first=self.day(starts))
        return self.say(_SPAN, first=self.day(starts), last=self.last_day(ends))

    def amount(self, amount: int, measure: str) -> str:
        if measure == "spend":
            return f"¥{amount // 100:,}.{amount % 100:02d}"
        return self.say(_POINTS, n=f"{amount:,}")

    def change(self, change: Change) -> str:
        amounts = {
            name: "" if value is None else self.amount(value, change.measure)
            for name, value in (("amount", change.amount), ("threshold", change.threshold))
        }
        why = self.say(
            _WHY[change.cause],
            period=self.span(change.starts, change.ends),
            until=self.until(change.valid_to),
            **amounts,
        )
        before, after = self.of(change.before), self.of(change.after)
        return self.say(_CHANGE, day=self.day(change.at), before=before, after=after, why=why)
