"""The kiosk's memory of money: where each redemption stands, written before it is acted on.

`state` holds the arrows, `book` one transaction for each (on the journal's thread only, over
`rows`, `call` and `outbox`), `chain` the hash chain, `database` the SQLite file, `entry` the
values, `journal` the face for the event loop.
"""
