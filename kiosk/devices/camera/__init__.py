"""Where frames come from: a camera, or one of the fakes that ship with the kiosk.

`frame` is what a source gives, `source` the port, `choice` turns the configuration's
text into a source. Frames live in memory only; nothing here writes one anywhere.
"""
