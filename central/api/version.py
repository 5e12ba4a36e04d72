"""The version of this program."""

from importlib import metadata


def version() -> str:
    return metadata.version("points-kiosk")
