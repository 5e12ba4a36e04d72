"""Codes in frames: engines (`zxing`, `zbar`), the table of steps (`chain`), what counts as read.

An engine's exception is "no code in this frame". Nothing here keeps or writes a frame.
"""
