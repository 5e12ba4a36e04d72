"""The voucher printer: an ESC/POS driver over a serial line, its emulator, and a fake.

`driver.SerialPrinter` prints; `line` moves bytes, `answer` reads what comes back,
`page` encodes. `emulator` is a printer of our own on a pty; `fake.FakePrinter` is one
without any bytes, for tests of what stands above.
"""
