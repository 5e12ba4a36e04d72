"""All values of the staff journeys, as the flow's own unions take them in."""

from kiosk.flow.staff.values.paper import PaperEffect, PaperEvent, PaperScreen
from kiosk.flow.staff.values.service import ServiceEffect, ServiceEvent, ServiceScreen
from kiosk.flow.staff.values.vouchers import VoucherEffect, VoucherEvent, VoucherScreen

StaffScreen = PaperScreen | VoucherScreen | ServiceScreen
StaffEvent = PaperEvent | VoucherEvent | ServiceEvent
StaffEffect = PaperEffect | VoucherEffect | ServiceEffect
