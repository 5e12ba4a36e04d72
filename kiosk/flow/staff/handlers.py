"""Every event of the staff journeys and who handles it."""

from collections.abc import Callable
from typing import Any

from kiosk.flow.staff import nobody
from kiosk.flow.staff.values import paper, service, vouchers

HANDLERS: dict[type, Callable[[Any, Any], Any]] = {
    paper.StaffKeyTurned: nobody.ignored,
    paper.StaffLeft: nobody.ignored,
    vouchers.SearchOpened: nobody.ignored,
    vouchers.QueueOpened: nobody.ignored,
    service.DiagnosticsOpened: nobody.ignored,
    service.HoursOpened: nobody.ignored,
    service.HandoverOpened: nobody.ignored,
}
