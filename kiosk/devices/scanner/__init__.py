"""The scanner: a process of its own (`program`), and the kiosk's end of it (`client`).

libzbar has open crash reports on crafted codes, and a stuck camera read can only be ended
by killing a process: so camera and decoders live in a process that may die. It has a
camera, one socket to the kiosk, and nothing else: no network, no file that it writes.
"""
