"""The kiosk's memory of money: where each redemption stands, written before it is acted on.

`state` holds the arrows, `chain` the hash chain, `database` the SQLite file, `entry` the
values, `ledger` one transaction per arrow (its own thread only), `journal` the face for
the event loop, `outbox` the events for the service.
"""
