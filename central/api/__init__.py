"""The points API, /v1: who asks, what may be asked, the answers; money is `central.ledger`'s."""
