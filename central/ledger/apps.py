from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "central.ledger"
    label = "ledger"
