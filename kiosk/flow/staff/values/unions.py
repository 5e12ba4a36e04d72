"""All values of the staff journeys, as the flow's own unions take them in."""

from kiosk.flow.staff.values.paper import PaperEffect, PaperEvent, PaperScreen
from kiosk.flow.staff.values.service import ServiceEvent
from kiosk.flow.staff.values.vouchers import VoucherEffect, VoucherEvent

StaffScreen = PaperScreen
StaffEvent = PaperEvent | VoucherEvent | ServiceEvent
StaffEffect = PaperEffect | VoucherEffect
