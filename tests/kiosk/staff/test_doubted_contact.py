"""A contact that staff overruled is told to the service, as any other fault of the panel."""

from typing import Any, cast

from kiosk.deeds import KioskDeeds
from kiosk.flow.staff.values.rolls import DoubtContact
from kiosk.staff.deeds import StaffDeeds
from wire.api.devices import EventType


async def test_the_service_is_told_which_contact_it_is() -> None:
    told: list[tuple[EventType, dict[str, object]]] = []
    nobody = cast("Any", None)  # neither a member nor a voucher nor the slot has to do with it
    deeds = KioskDeeds(
        nobody,
        nobody,
        lambda kind, /, **payload: told.append((kind, payload)),
        nobody,
        StaffDeeds({}),
    )
    assert await deeds.staff(DoubtContact("roll_door says open"), lambda _: None) is None
    assert told == [(EventType.PANEL_FAULT, {"what": "roll_door says open"})]
