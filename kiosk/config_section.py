"""What all tables of `kiosk.toml` have in common."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """One table: closed to unknown keys, never changed, and strict about types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_default=True)


def asks(why: str) -> PydanticCustomError:
    """A value's mistake, in words that go on after the value."""
    return PydanticCustomError("kiosk", "{why}", {"why": why})
