"""The `central` command line. Each command is one module of `central.commands`."""

from wire.command_line import lazy_sections

main = lazy_sections(
    "central",
    "The points service: an exact ledger of points and the API in front of it.",
    {
        "Service": {
            "serve": "Run the API, the web pages and the worker.",
            "migrate": "Create or update the database: tables, functions, roles.",
            "run-night": "Points that become available or die; what the worker does every night.",
            "backup": "Database, keys and secret in one file, while the service serves.",
            "restore": "Bring a backup back, whole or not at all.",
            "demo-data": "Fill an empty database with a believable chain.",
            "openapi": "Print the published OpenAPI document.",
        },
        "Books": {
            "ledger": "What happened to a member's points: a statement in three languages.",
            "points": "Give points or take them, by hand: adjust, award, clawback, clear.",
            "voucher": "Void a voucher, take goods back, release one that is in doubt.",
            "audit": "Who did what by hand, and whether the record is whole.",
            "check": "Verify every invariant over the whole database.",
        },
        "Members": {
            "member": "Put an account on hold, close it, open it again, merge two.",
            "member-code": "A fresh rotating code of a member, as text and PNG.",
            "card": "A member's card, as PNG.",
            "tier": "Tiers: what reaches them, who is given one, and why somebody has theirs.",
            "plain-card": "Register, draw or block a card with a number in bars.",
        },
        "Shops": {
            "enrol-code": "Issue a code with which a kiosk or till enrols itself.",
            "device": "List or revoke devices.",
            "stock": "Goods that rewards give: what is where, received, moved, counted.",
            "till": "Check, use or restore a voucher as a till does.",
            "staff": "People who may open a kiosk: badges, PINs, hours.",
            "rolls": "The paper in the kiosks, and what is odd about it.",
        },
    },
)

if __name__ == "__main__":
    main()
