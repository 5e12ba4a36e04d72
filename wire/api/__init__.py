"""The structs of /v1, one module per noun.

Points are integers, money integer fen, times aware and sent as RFC 3339 with an
offset. Unknown fields are ignored, so that a newer service can serve an older kiosk.
"""

PREFIX = "/v1"
PAGE_LIMIT = 200
"""The most items a list answers at once."""
EVENT_LIMIT = 100
"""The most events in one batch."""
