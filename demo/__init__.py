"""A shop on one machine: the points service, a kiosk, a camera, a printer, and a shopper.

Both programs are started as the processes that a store runs; nothing of their insides
is imported here. What only a store has, this package makes: the camera's picture
(`scene`, `camera`) and the person before the kiosk (`shopper`).
"""
