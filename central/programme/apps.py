from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "central.programme"
    label = "programme"
