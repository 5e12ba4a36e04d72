"""All values of the staff journeys, as the flow's own unions take them in."""

from kiosk.flow.staff.values.door import DoorEffect, DoorEvent, DoorScreen, StaffHome
from kiosk.flow.staff.values.rolls import RollEffect, RollEvent, RollScreen
from kiosk.flow.staff.values.service import ServiceEffect, ServiceEvent, ServiceScreen
from kiosk.flow.staff.values.vouchers import VoucherEffect, VoucherEvent, VoucherScreen

StaffScreen = DoorScreen | StaffHome | RollScreen | VoucherScreen | ServiceScreen
StaffEvent = DoorEvent | RollEvent | VoucherEvent | ServiceEvent
StaffEffect = DoorEffect | RollEffect | VoucherEffect | ServiceEffect
