"""S3 and S4: the member's points and the rewards, on one screen."""

from uuid import UUID

from kiosk.flow import event
from kiosk.flow.catalogue import PER_PAGE, categories, filtered, offers, page
from kiosk.flow.state import Filter, KioskState, MemberHome, Message
from kiosk.screens.frame import Frame
from kiosk.screens.kit import Kit, Part, Voice
from kiosk.screens.notice import NoticeBar
from kiosk.screens.points_card import PointsCard, waiting
from kiosk.screens.theme import BODY, STRONG, Box
from kiosk.screens.tile import Tile
from kiosk.screens.typeface import width_px

_FILTERS = 6
"""能换的, 全部, and the merchant's first four categories."""
_FILTER_PAD = 44.0


class HomeScreen(Part):
    def __init__(self, kit: Kit) -> None:
        super().__init__(kit)
        self._frame = self.put(Frame(kit, exit_=True, foot=False))
        self._ids: list[str] = []
        self._offers: list[UUID] = []
        gap = self.stage.mm(4.1)
        if self.portrait:
            card = Box(56, 184, 968, 420)
            filters = Box(56, 640, 968, max(92, self.stage.mm(15.3)))
            grid = Box(56, filters.bottom + 28, 968, 0)
            foot = 1920 - 56 - max(104, self.stage.mm(15.3))
            tile_h = (foot - 28 - grid.y - 2 * gap) / 3
            tiles = [
                Box(
                    grid.x + (i % 2) * (968 + gap) / 2,
                    grid.y + (i // 2) * (tile_h + gap),
                    (968 - gap) / 2,
                    tile_h,
                )
                for i in range(PER_PAGE)
            ]
            pager = Box(604, foot, 420, 104)
            vouchers = Box(56, foot, 480, 104)
            notice = Box(56, 620, 968, 134)
        else:
            card = Box(40, 160, 360, 374)
            vouchers = Box(40, 558, 360, 90)
            foot = 674.0
            pager = Box(40, foot, 360, max(90, self.stage.mm(15.2)))
            filters = Box(430, 156, 810, max(90, self.stage.mm(15.2)))
            top = filters.bottom + 24
            tile_h = (764 - top - gap) / 2
            tiles = [
                Box(
                    430 + (i % 3) * (810 + gap) / 3,
                    top + (i // 3) * (tile_h + gap),
                    (810 - 2 * gap) / 3,
                    tile_h,
                )
                for i in range(PER_PAGE)
            ]
            notice = Box(430, 140, 810, 122)
        self._card = self.put(PointsCard(kit, card))
        self._filters_box = filters
        self._filters = [
            self.button(
                f"filter:{i}",
                Box(filters.x, filters.y, 120, filters.h),
                BODY,
                lambda n=i: self._choose(n),  # type: ignore[misc]  # a default binds the loop's value
                fill=self.c.soft,
                colour=self.c.muted,
                radius=46,
            )
            for i in range(_FILTERS)
        ]
        self._tiles = [
            self.put(Tile(kit, i, tiles[i], lambda n=i: self._open(n)))  # type: ignore[misc]  # a default binds the loop's value
            for i in range(PER_PAGE)
        ]
        self._empty = self.words(
            Box(tiles[0].x, tiles[0].y, filters.w, 200),
            STRONG,
            self.c.muted,
            align="center",
            lines=2,
        )
        side = 130.0 if self.portrait else 110.0
        self._previous = self.icon_button(
            "previous",
            Box(pager.x, pager.y, side, pager.h),
            "left",
            lambda: kit.emit(event.PageTurned(-1)),
            self.c.soft,
            self.c.ink,
        )
        self._page = self.words(
            Box(pager.x + side, pager.y, pager.w - 2 * side, pager.h),
            STRONG,
            bold=True,
            align="center",
        )
        self._next = self.icon_button(
            "next",
            Box(pager.right - side, pager.y, side, pager.h),
            "right",
            lambda: kit.emit(event.PageTurned(1)),
            self.c.brand,
            self.c.white,
        )
        self._vouchers = self.button(
            "vouchers",
            vouchers,
            BODY,
            lambda: kit.emit(event.VouchersOpened()),
            fill=self.c.white,
            colour=self.c.ink,
            icon="tag",
        )
        # It covers the filters until it is read: a tap on its cross, or a reward chosen.
        self._notice = self.put(NoticeBar(kit, notice, lines=3, on_close=self._close_notice))
        self._told: Message | None = None
        self._read: Message | None = None

    def update(self, state: KioskState) -> None:
        self._frame.update(state)
        home = state.screen
        if not isinstance(home, MemberHome):
            return
        voice = Voice(state.language)
        self._card.update_for(state, home.session, voice)
        everything = offers(state, home.session)
        affordable = len(filtered(everything, Filter.AFFORDABLE))
        labels = [
            (Filter.AFFORDABLE.value, voice("L-AFFORDABLE", n=affordable)),
            (Filter.ALL.value, voice("L-ALL")),
        ]
        labels += [(c.id, c.name.in_language(voice.language)) for c in categories(everything)]
        self._show_filters(labels[:_FILTERS], home.filter, voice)
        shown = page(state, home)
        self._offers = [offer.item.id for offer in shown.offers]
        for i, tile in enumerate(self._tiles):
            tile.show_offer(shown.offers[i] if i < len(shown.offers) else None, voice)
        self._empty.show(not shown.offers)
        voice.put(self._empty, "L-NOTHING-YET")
        many = shown.pages > 1
        voice.put(self._page, "L-PAGE", page=shown.number + 1, pages=shown.pages)
        self._page.show(many)
        self._previous.show(many and shown.number > 0)
        self._next.show(many and shown.number + 1 < shown.pages)
        self._show_vouchers(home, voice)
        self._told = home.notice
        told = self._told is not None and self._told is not self._read
        self._notice.say(self._told if told else None, voice)
        if told:
            for button in self._filters:
                button.show(False)

    def wipe(self) -> None:
        super().wipe()
        self._told = self._read = None

    def _close_notice(self) -> None:
        self._read = self._told
        self.kit.emit(event.Touched())  # draws this screen anew, now without it

    def _show_filters(self, labels: list[tuple[str, str]], chosen: str, voice: Voice) -> None:
        """As wide as their words; what does not fit into the row is left to 全部."""
        gap = self.stage.mm(4.05)
        labels, widths = self._fitting(labels, gap, voice)
        self._ids = [name for name, _ in labels]
        spare = self._filters_box.w - sum(widths) - gap * (len(widths) - 1)
        grown = min(spare / len(widths), 36.0)
        x = self._filters_box.x
        for i, button in enumerate(self._filters):
            button.show(i < len(labels))
            if i >= len(labels):
                continue
            width = widths[i] + grown
            button.move(Box(x, self._filters_box.y, width, self._filters_box.h), self.stage)
            x += width + gap
            name, text = labels[i]
            button.name = f"filter:{name}"
            voice.plain(button, text)
            if name == chosen:
                button.dress(self.c.brand, self.c.white)
            else:
                button.dress(self.c.soft, self.c.muted)

    def _fitting(
        self, labels: list[tuple[str, str]], gap: float, voice: Voice
    ) -> tuple[list[tuple[str, str]], list[float]]:
        """The first labels that fit side by side, and their widths."""
        least = self.stage.mm(15.2)
        widths = []
        for _, text in labels:
            px = width_px(text, size_px=BODY * self.stage.scale, face=voice.face, bold=True)
            widths.append(max(px / self.stage.scale + _FILTER_PAD, least))
        count = len(labels)
        while count > 1 and sum(widths[:count]) + gap * (count - 1) > self._filters_box.w:
            count -= 1
        return labels[:count], widths[:count]

    def _show_vouchers(self, home: MemberHome, voice: Voice) -> None:
        count = len(home.session.member.vouchers)
        self._vouchers.show(count > 0)
        if count == 0:
            return
        if again := waiting(home.session):
            voice.put(self._vouchers, "L-VOUCHERS-WAITING", n=again)
            self._vouchers.dress(self.c.warning, self.c.warning_ink)
            self._vouchers.icon.draw("again", self.c.warning_ink)
        else:
            voice.put(self._vouchers, "L-VOUCHERS", n=count)
            self._vouchers.dress(self.c.white, self.c.ink)
            self._vouchers.icon.draw("tag", self.c.ink)

    def _choose(self, number: int) -> None:
        if number < len(self._ids):
            self.kit.emit(event.FilterChosen(self._ids[number]))

    def _open(self, number: int) -> None:
        if number < len(self._offers):
            self.kit.emit(event.ItemChosen(self._offers[number]))
