"""A statement as lines of text for a terminal or a sheet of paper, in one language."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from central.ledger.statement import FourAccounts, LotLeft, Standing, Statement, StatementLine
from central.ledger.statement_words import source_words, words
from wire.api.text import Language, Text

_WHEN, _WHAT, _MOVED, _WAITS, _LEFT = 16, 44, 10, 10, 12
"""Columns on the terminal, where an ideograph takes two."""
_STEERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")

_HEAD = (
    Text("时间", "時間", "When"),
    Text("事项", "事項", "What"),
    Text("收支", "收支", "In / out"),
    Text("待生效", "待生效", "Pending"),
    Text("余额", "餘額", "Balance"),
)
_STATUS = {
    "frozen": Text("账户已冻结", "帳戶已凍結", "account on hold"),
    "closed": Text("账户已注销", "帳戶已註銷", "account closed"),
    "merged": Text("已并入账户 …{tail}", "已併入帳戶 …{tail}", "merged into account …{tail}"),
}
_AS_OF = Text("截至 {at}", "截至 {at}", "as of {at}")
_NONE = Text("这段时间没有记录", "這段時間沒有記錄", "nothing happened in this time")
_MORE = Text(
    "更早的记录：--before {seq}", "更早的記錄：--before {seq}", "earlier lines: --before {seq}"
)
_SUMS = (
    (Text("可用", "可用", "available"), "spendable"),
    (Text("待生效", "待生效", "pending"), "pending"),
    (Text("兑换中", "兌換中", "set aside"), "held"),
    (Text("尚欠", "尚欠", "owed"), "debt"),
)
_COMES = Text("{at} 生效 {points}", "{at} 生效 {points}", "{points} become available {at}")
_HELD = {
    "RESERVED": Text(
        "{reward} 预留 {points}，{at} 未完成则退回",
        "{reward} 預留 {points}，{at} 未完成則退回",
        "{points} set aside for {reward}, back at {at} if nothing is printed",
    ),
    "PRINTING": Text(
        "{reward} 打印中 {points}", "{reward} 列印中 {points}", "{points} for {reward}, printing"
    ),
    "UNCERTAIN": Text(
        "{reward} 待确认是否已打印 {points}，{at} 起视为已领取",
        "{reward} 待確認是否已列印 {points}，{at} 起視為已領取",
        "{points} for {reward}, not sure that it was printed; counts as issued from {at}",
    ),
}
_DIES = Text("{at} 到期 {points}", "{at} 到期 {points}", "{points} can be spent through {at}")
_NEVER = Text("长期有效", "長期有效", "no end")
_OWED = Text(
    "尚欠的积分从以后获得的积分中扣除，还清之前不能兑换。",
    "尚欠的積分從以後獲得的積分中扣除，還清之前不能兌換。",
    "What is owed is taken from the points that come next; until then none can be spent.",
)
_REOPENS = Text(
    "{at} 之前可以恢复，之后积分清零",
    "{at} 之前可以恢復，之後積分歸零",
    "can be opened again until {at}, then the points are gone",
)
_LOT_HEAD = (
    Text("有效至", "有效至", "Good through"),
    Text("来源", "來源", "From"),
    Text("积分", "積分", "Points"),
)
_LOT_COMES = Text("{at} 生效", "{at} 生效", "from {at}")
_LOT_HELD = Text("其中兑换中 {points}", "其中兌換中 {points}", "{points} of them set aside")
_LOTS = Text("积分明细（按使用顺序）", "積分明細（依使用順序）", "Points in the order of spending")


class StatementPage:
    """Draws one page of a statement. Times are told in the programme's zone."""

    def __init__(
        self,
        statement: Statement,
        language: Language,
        *,
        every_line: bool,
        last: date | None = None,
    ) -> None:
        """Args:
        every_line: tell those, too, that change nothing for the shopper (held to redeemed).
        last: the last day that was asked for; if it is over, the sums are of its end.
        """
        self._last = last if statement.closing is not None else None
        self._statement = statement
        self._zone = ZoneInfo(statement.standing.timezone)
        self._language = language
        self._every_line = every_line

    def text(self) -> Iterator[str]:
        standing = self._statement.standing
        yield self._title(standing)
        yield ""
        yield _row(*(self._say(head) for head in _HEAD))
        lines = [li for li in self._statement.lines if self._every_line or not li.quiet]
        if not lines:
            yield self._say(_NONE)
        for line in lines:
            yield self._line(line)
        if self._statement.next is not None:
            yield self._say(_MORE, seq=self._statement.next)
        yield ""
        if self._last is None or self._statement.closing is None:
            yield from self._standing(standing)
        else:
            closing = self._statement.closing
            spendable = 0 if closing.debt else closing.available
            yield self._sums(standing, closing, spendable)

    def _title(self, standing: Standing) -> str:
        told = [f"{standing.display} …{standing.tail}", self._say(standing.tier)]
        if standing.status in _STATUS:
            told.append(self._say(_STATUS[standing.status], tail=standing.merged_into_tail or ""))
        if standing.forfeits_at is not None and standing.forfeits_at > standing.as_of:
            told.append(self._say(_REOPENS, at=self._when(standing.forfeits_at)))
        as_of = self._when(standing.as_of) if self._last is None else str(self._last)
        told.append(self._say(_AS_OF, at=as_of))
        return "  ".join(told)

    def _line(self, line: StatementLine) -> str:
        what = self._say(words(line, masked(line.reference)))
        moved, pending = line.moved.usable, line.moved.pending
        return _row(
            self._when(line.at),
            what,
            f"{moved:+,}" if moved else "",
            f"{pending:+,}" if pending else "",
            f"{line.left.usable:,}",
        )

    def _sums(self, standing: Standing, accounts: FourAccounts, spendable: int) -> str:
        of = {
            "spendable": spendable,
            "pending": accounts.pending,
            "held": accounts.held,
            "debt": -accounts.debt,
        }
        unit = self._say(standing.unit)
        return "  ".join(f"{self._say(name)} {of[key]:,} {unit}" for name, key in _SUMS)

    def _standing(self, standing: Standing) -> Iterator[str]:
        yield self._sums(standing, standing.balance, standing.spendable)
        if standing.balance.debt:
            yield "  " + self._say(_OWED)
        for coming in standing.pending:
            yield "  " + self._say(_COMES, at=self._when(coming.at), points=f"{coming.points:,}")
        for hold in standing.holds:
            until = "" if hold.until is None else self._when(hold.until)
            reward = self._say(hold.reward)
            yield "  " + self._say(
                _HELD[hold.state], reward=reward, points=f"{hold.points:,}", at=until
            )
        for dies in standing.dying[:1]:
            yield "  " + self._say(_DIES, at=self._through(dies.at), points=f"{dies.points:,}")
        lots = [lot for lot in standing.lots if lot.held or not _dead(lot, standing.as_of)]
        if lots:
            yield ""
            yield self._say(_LOTS)
            yield _row(*(self._say(head) for head in _LOT_HEAD))
        for lot in lots:
            yield self._lot(lot, standing.as_of)

    def _lot(self, lot: LotLeft, as_of: datetime) -> str:
        """Of one that has died only what is set aside is left."""
        end = self._say(_NEVER) if lot.expires_at is None else self._through(lot.expires_at)
        source = self._say(source_words(lot.source) or lot.type)
        points = lot.held if _dead(lot, as_of) else lot.points
        row = _row(end, f"{source} {masked(lot.reference)}".strip(), f"{points:,}")
        if lot.available_at > as_of:
            row += "  " + self._say(_LOT_COMES, at=self._when(lot.available_at))
        if lot.held:
            row += "  " + self._say(_LOT_HELD, points=f"{lot.held:,}")
        return row

    def _say(self, text: Text, **facts: object) -> str:
        return (
            text.in_language(self._language).format(**facts)
            if facts
            else text.in_language(self._language)
        )

    def _when(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def _through(self, end: datetime) -> str:
        """The last day, or minute, of a half-open span."""
        local = end.astimezone(self._zone)
        last = (end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(self._zone)
        midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
        return f"{last:%Y-%m-%d}" if midnight else f"{last:%Y-%m-%d %H:%M}"


def masked(text: str) -> str:
    """What others have written, as it can be told: a phone number in it is 138****8000, and
    whatever would begin a new line or steer a terminal is a space.
    """
    return _PHONE.sub(r"\1****\2", _STEERS.sub(" ", text))


def _dead(lot: LotLeft, at: datetime) -> bool:
    return lot.expires_at is not None and lot.expires_at <= at


def _row(when: str, what: str, *numbers: str) -> str:
    row = _left(when, _WHEN) + "  " + _left(what, _WHAT)
    ends = _WHEN + 2 + _WHAT
    for number, width in zip(numbers, (_MOVED, _WAITS, _LEFT), strict=False):
        ends += width  # in its own column, also after words that ran over theirs
        row += " " * max(ends - _columns(row + number), 1) + number
    return row.rstrip()


def _left(text: str, width: int) -> str:
    return text + " " * max(width - _columns(text), 0)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
