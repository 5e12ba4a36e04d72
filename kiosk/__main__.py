"""The `kiosk` command line: each command is one module of `kiosk.commands`, imported on demand."""

from wire.command_line import lazy_group

main = lazy_group(
    "kiosk",
    "The points kiosk: a code held to its camera becomes a printed voucher.",
    {
        "run": "Serve shoppers: screens, camera, printer (--headless: without screens).",
        "scanner": "Read codes from the camera and tell them on a socket (started by `run`).",
        "aim": "Mount the camera so that codes are read: live figures, and the one thing to do.",
        "enrol": "Make this kiosk known to the service with a code from `central enrol-code`.",
        "config": "Print the effective configuration, secrets masked.",
        "doctor": "Check camera, printer, pins, clock, network, key and disk; say what to do.",
        "pins": "Show the header: what is wired where, what clashes, what is free; try a line.",
        "emulate-printer": "A receipt printer on a pty that draws its paper as PNG.",
        "journal": "List or verify the redemption journal.",
        "decode": "Read codes from pictures.",
    },
)

if __name__ == "__main__":
    main()
