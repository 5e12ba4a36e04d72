"""A nightly run that is stopped half way."""

import pytest

from central.ledger import night as night_module
from central.ledger.night import NightRun


async def stopped(night: NightRun, monkeypatch: pytest.MonkeyPatch, *, batch: int) -> None:
    """Begun, and stopped after its first `batch` members; later runs take as many at a time."""
    monkeypatch.setattr(night_module, "_BATCH", batch)

    def stop(*_counts: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await night.run(progress=stop)
