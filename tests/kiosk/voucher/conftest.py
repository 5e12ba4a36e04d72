from collections.abc import Callable

import pytest

from kiosk.voucher.typeface import Face


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every line of text that is drawn in the test, in order; it is drawn all the same."""
    texts: list[str] = []
    draw: Callable[..., None] = Face.draw

    def recording(self: Face, *args: object) -> None:
        texts.append(str(args[3]))
        draw(self, *args)

    monkeypatch.setattr(Face, "draw", recording)
    return texts
