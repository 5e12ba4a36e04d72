"""The kiosk's memory of money: where each redemption stands, written before it is acted on.

`state` holds the arrows, `book` one transaction for each (on the journal's thread only, over
`rows`, `call` and `outbox`), `paper_book` rolls and slips, `staff_book` what staff do,
`reading` what is asked; `chain` the hash chain, `paper_proof` the tables of paper held beside
it; `database` the SQLite file, `entry` and `roll` the values, `journal` the face for the loop.
"""
