"""Paper end at places of a real voucher, through driver, money sequence and journal.

All places: tests/faults/test_long_sweep.py.
"""

from collections import Counter
from pathlib import Path

import pytest

from kiosk.devices.printer.profile import profile_names
from kiosk.flow.event import PrinterRefused, VoucherPrinted, VoucherUncertain
from tests.kiosk.printer.sweep_paper_end import paper_ends_at, places, slice_of
from tests.kiosk.printer.sweep_shop import sweep_shop


@pytest.mark.parametrize("profile", profile_names())
async def test_paper_end_at_a_slice_of_all_places(tmp_path: Path, profile: str) -> None:
    async with sweep_shop(tmp_path, profile) as shop:
        at_all = await places(shop)
        told = Counter([await paper_ends_at(shop, at) for at in slice_of(at_all, 8, seed=4)])
        told[await paper_ends_at(shop, at_all[-1] + 1)] += 1
    assert told[PrinterRefused] >= 3
    assert told[VoucherUncertain] >= 8
    assert told[VoucherPrinted] >= 1
