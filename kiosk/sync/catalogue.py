"""The rewards, followed by delta: pages since a cursor, and a fresh start when it has expired."""

from typing import Protocol
from uuid import UUID

import msgspec

from kiosk.sync.errors import ServiceBroken, ServiceRefused
from wire.api.catalogue import Item, Page
from wire.errors import ErrorCode

PAGES_MAX = 500
"""100,000 rewards; a service that always has more is broken."""


class CatalogueSource(Protocol):
    """The part of the service client that is needed."""

    async def catalogue(self, since: str | None = None) -> Page:
        """One page of changes."""


class Catalogue(msgspec.Struct, frozen=True):
    """All rewards known, and the cursor from which changes are asked for."""

    items: tuple[Item, ...] = ()
    """In the order of the service."""
    cursor: str | None = None

    def after(self, page: Page) -> "Catalogue":
        """The rewards after one page of changes; a changed item keeps its place."""
        items: dict[UUID, Item] = {item.id: item for item in self.items}
        for deleted in page.deleted:
            items.pop(deleted, None)
        for item in page.items:
            items[item.id] = item
        return Catalogue(tuple(items.values()), page.next)


async def follow(source: CatalogueSource, known: Catalogue) -> Catalogue:
    """The rewards as the service has them now; `known` itself when nothing changed.

    Raises:
        ServiceRefused, ServiceUnreachable, ServiceBroken: `known` stays what is known.
    """
    try:
        return await _follow(source, known)
    except ServiceRefused as refused:
        if refused.problem.code != ErrorCode.CURSOR_EXPIRED or known.cursor is None:
            raise
    return await _follow(source, Catalogue())


async def _follow(source: CatalogueSource, known: Catalogue) -> Catalogue:
    for _ in range(PAGES_MAX):
        page = await source.catalogue(known.cursor)
        if page.items or page.deleted or page.next != known.cursor:
            known = known.after(page)
        if not page.has_more:
            return known
    raise ServiceBroken(f"more than {PAGES_MAX} pages of rewards")
