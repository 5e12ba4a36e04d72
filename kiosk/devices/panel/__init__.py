"""Lights, buzzer, sensors, key switch and solenoid on the Raspberry Pi's header.

`WiredPanel` is the one panel; what it is wired to is a `Wires`: gpiozero's pins, or the
shipped fake that misbehaves on command. `NoPanel` stands where there is none.
"""
