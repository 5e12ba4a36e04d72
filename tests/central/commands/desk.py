"""What tests at the desk have in common."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from tests.chain import Chain
from tests.office import Said

By = Callable[..., Awaitable[Said]]
"""The fixture `by`."""


async def number_of(chain: Chain, member: UUID) -> str:
    number: str = await chain.value("SELECT number FROM member WHERE id = $1", member)
    return number
