from django.apps import AppConfig


class RedemptionConfig(AppConfig):
    name = "central.redemption"
    label = "redemption"
