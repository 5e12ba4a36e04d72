"""What an engineer asks of a kiosk that does not work, and what to do about each answer.

Each check is one function from what it looks at to a `Finding`; none of them needs the
kiosk to run, none changes anything.
"""
