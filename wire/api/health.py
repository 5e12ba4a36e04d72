"""GET /healthz and /readyz."""

import msgspec


class Health(msgspec.Struct, frozen=True):
    status: str
    """ok or the name of what is not ready"""
    version: str
