"""What a random walk does to the goods: they come in, go to the kiosk's box, are written off."""

from collections.abc import Coroutine
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.central.ledger.ledger_model import BOX_FIRST
from tests.central.ledger.walk_calls import WalkOfCalls
from wire.errors import ErrorCode
from wire.ids import new_id


class StockWalk(WalkOfCalls):
    def _where(self, place: str) -> tuple[str | None, UUID | None]:
        """Store and kiosk."""
        return (None, self.chain.kiosk) if place == "box" else ("S1", None)

    def _by_staff(self, function: str, *what: object) -> Coroutine[Any, Any, Any]:
        places = ", ".join(f"${number}" for number in range(1, len(what) + 2))
        return self.ground.caller.call(
            f"SELECT {function}('E1', {places})", object, *what, self.now
        )

    @rule(
        what=st.sampled_from(["receive", "write_off", "transfer"]),
        place=st.sampled_from(BOX_FIRST),
        pieces=st.integers(1, 3),
    )
    def goods(self, what: str, place: str, pieces: int) -> None:
        """They come in, are written off, or go to the other place."""
        other = next(each for each in BOX_FIRST if each != place)
        places = (*self._where(place), *(self._where(other) if what == "transfer" else ()))
        key = str(new_id())
        answer = self.tried(
            f"stock_{what}",
            lambda words: self._by_staff(
                f"stock_{what}", key, self.ground.reward, *places, pieces, words
            ),
        )
        if what == "receive":
            assert not isinstance(answer, ErrorCode), answer
            self.model.goods[place] += pieces
        elif self._taken(answer, place, pieces) and what == "transfer":
            self.model.goods[other] += pieces

    def _taken(self, answer: object, place: str, pieces: int) -> bool:
        """Never more than is there: what is promised to somebody is not."""
        if self.model.goods[place] < pieces:
            assert answer is ErrorCode.OUT_OF_STOCK
            return False
        assert not isinstance(answer, ErrorCode), answer
        self.model.goods[place] -= pieces
        return True
