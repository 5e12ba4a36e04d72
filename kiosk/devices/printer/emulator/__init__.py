"""A receipt printer of our own, for demo, tests and training: bytes in, paper out as PNG.

`command` reads ESC/POS strictly, `paper` is the strip under the head, `mechanism` puts
both together with buffer, status and faults, `drawing` makes the picture, `pty_line`
gives it a pty to be plugged in at. Only the last knows about time and the system.
"""
