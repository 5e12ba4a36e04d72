"""A kiosk's money half with somebody of staff logged in at a small service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from kiosk.devices.printer.fake import FakePrinter, LoseAfter, RefuseBefore
from kiosk.flow.staff.values.vouchers import SettleCase, Settled, Settlement
from kiosk.journal.entry import By
from kiosk.staff.search import CaseSearch
from kiosk.staff.uncertain import UncertainDesk
from tests.kiosk.kiosk_half import Half, kiosk_half
from tests.kiosk.small_service import SmallService
from tests.kiosk.small_staff import Person
from wire.api.redemptions import ReleaseReason
from wire.api.text import Text
from wire.ids import new_id

BADGE, PIN = "S1-OF-A-CLERK", "135790"
TEA = Text("茶", "茶", "Tea")


@dataclass
class Desk:
    service: SmallService
    half: Half
    by: By
    search: CaseSearch
    uncertain: UncertainDesk

    async def printed(self) -> UUID:
        """A voucher that came out, and of which the service knows."""
        redemption = new_id()
        await self.half.redeem(redemption)
        await self.half.settler.round()
        return redemption

    async def unsure(self) -> UUID:
        """One of which nobody knows, the service neither."""
        self.half.printer._script.append(LoseAfter(100))
        return await self.printed()

    async def not_printed(self) -> UUID:
        self.half.printer._script.append(RefuseBefore(no_paper=True))
        return await self.printed()

    async def settle(
        self,
        redemption: UUID,
        wanted: Settlement,
        reason: ReleaseReason | None = ReleaseReason.STAFF_NOT_PRINTED,
    ) -> Settled:
        assert self.by.login is not None
        reason = reason if wanted is Settlement.VOID else None
        effect = SettleCase(redemption, wanted, self.by.staff_ref, self.by.login, reason)
        answer = await self.uncertain.settle(effect)
        assert answer.id == redemption
        assert answer.wanted is wanted
        return answer.outcome

    def expire(self) -> None:
        """The service forgets every log-in."""
        self.service.staff.tokens.clear()


@asynccontextmanager
async def staffed_desk(folder: Path, role: str = "clerk") -> AsyncIterator[Desk]:
    async with SmallService().running() as service:
        service.staff.add(Person(BADGE, PIN, role=role))
        async with kiosk_half(folder, service.port, FakePrinter()) as half:
            login = await half.session.log_in(BADGE, PIN)
            by = By(login.staff_ref, login.login)
            woken: list[None] = []
            yield Desk(
                service,
                half,
                by,
                CaseSearch(half.journal, half.client, half.session, lambda _: TEA),
                UncertainDesk(half.journal, half.client, half.session, lambda: woken.append(None)),
            )
