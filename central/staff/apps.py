from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "central.staff"
    label = "staff"
