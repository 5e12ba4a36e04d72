"""What one model of printer is and can: a data file, so that a new model is a new file.

The models that come with the kiosk stand in `profiles/`; `[printer] profile` in kiosk.toml
names one of them, or the absolute path of a file of the same form.
"""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Strict, ValidationInfo, field_validator
from pydantic.config import JsonDict

from kiosk.config_mistake import ConfigMistakes, Mistake
from kiosk.config_section import Section, asks
from kiosk.config_toml import parse_toml, read_toml

SUFFIX = ".toml"
DOTS_PER_MM = 8
BAUD_RATES = (19200, 38400, 57600, 115200, 230400, 460800, 921600)
"""At 9600 a voucher takes half a minute: nobody waits so long."""
NEEDED_QUESTIONS = frozenset({1, 2, 4})
"""Without these n of DLE EOT n it is not known whether a printer is on line, closed and fed."""

NO_OTHER_ANSWER = 0x10
_MOST_COMMAND_BYTES = 16


def _hex(text: Any) -> Any:
    """Bytes of a command, as they are written in manuals: "1d 65 03 0c"."""
    if not isinstance(text, str):
        raise asks("is not a text of bytes in hex")
    try:
        data = bytes.fromhex(text)
    except ValueError:
        raise asks("is not a row of bytes in hex") from None
    if not 1 <= len(data) <= _MOST_COMMAND_BYTES:
        raise asks(f"is not one command of 1 to {_MOST_COMMAND_BYTES} bytes")
    return data


Hex = Annotated[bytes, BeforeValidator(_hex)]
_HEX_FIX: JsonDict = {"fix": 'bytes in hex as the manual has them, like "1d 65 02"'}
_BITS_FIX: JsonDict = {"fix": "the bits of the manual added up, like 0x0C"}


class EscVBits(Section):
    """What the bits of the answer to ESC v 0 mean."""

    paper_end: int = Field(
        ge=1, le=255, description="Bits that say: no paper.", json_schema_extra=_BITS_FIX
    )
    error: int = Field(
        default=0,
        ge=0,
        le=255,
        description="Bits that say: head too hot, wrong voltage, cutter jammed.",
        json_schema_extra=_BITS_FIX,
    )
    never: int = Field(
        ge=1,
        le=255,
        description="Bits that are never set in a true answer: what tells it from garbage.",
        json_schema_extra={"fix": "the bits of the manual added up, like 0xB2; 0x10 among them"},
    )

    @field_validator("never")
    @classmethod
    def _unlike_other_answers(cls, never: int) -> int:
        if not never & NO_OTHER_ANSWER:
            raise asks("leaves out 0x10, which is set in every answer to DLE EOT and GS a")
        return never


class Presenter(Section):
    """What holds the cut voucher at the slot, and can take it back."""

    present: Hex = Field(
        description="Sent after the cut: hand it out and hold it.", json_schema_extra=_HEX_FIX
    )
    retract: Hex = Field(description="Take it back into the bin.", json_schema_extra=_HEX_FIX)
    ask: Hex = Field(
        description="Asks for the presenter's one status byte.", json_schema_extra=_HEX_FIX
    )
    in_slot: int = Field(
        ge=1,
        le=255,
        description="Bits that say: a voucher stands in the slot.",
        json_schema_extra=_BITS_FIX,
    )
    jam: int = Field(
        ge=0,
        le=255,
        description="Bits that say: it is stuck in the presenter.",
        json_schema_extra=_BITS_FIX,
    )
    never: int = Field(
        ge=1,
        le=255,
        description="Bits that are never set in a true answer: what tells it from garbage.",
        json_schema_extra=_BITS_FIX,
    )


class PrinterProfile(Section):
    """One model. The first keys say what it is, the next what it tells, the tables its commands."""

    name: str = Field(
        min_length=1,
        max_length=80,
        description="The model, as people call it.",
        json_schema_extra={"fix": 'a text like "80 mm with cutter"'},
    )
    width_dots: Literal[384, 576] = Field(
        description="Dots across the paper: 384 for 58 mm, 576 for 80 mm.",
        json_schema_extra={"fix": "384 (58 mm paper) or 576 (80 mm paper)"},
    )
    paper_mm: int = Field(
        ge=50,
        le=90,
        description="Width of the roll.",
        json_schema_extra={"fix": "58 or 80, as the roll says"},
    )
    cutter: Literal["none", "partial", "full"] = Field(
        description="none: the paper is fed to a tear bar; partial: a bridge is left.",
        json_schema_extra={"fix": '"none", "partial" or "full"'},
    )
    head_to_cutter_mm: int = Field(
        ge=1,
        le=60,
        description="From the row of dots to the cutter or tear bar.",
        json_schema_extra={"fix": "measure the white above a print, in mm; often 10 to 25"},
    )
    shortest_mm: int = Field(
        default=0,
        ge=0,
        le=150,
        description="Pieces shorter than this jam its way out; a short slip is made as long.",
        json_schema_extra={"fix": "what the manual says, or 0"},
    )
    baud: int = Field(
        default=115200,
        description="Speed of its serial line as it comes from the factory.",
        json_schema_extra={"fix": "one of " + ", ".join(map(str, BAUD_RATES))},
    )
    buffer_bytes: int = Field(
        default=4096,
        ge=64,
        le=10_000_000,
        description="Size of its receive buffer.",
        json_schema_extra={"fix": "what the manual says, like 4096"},
    )
    busy_level: Literal["high", "low"] = Field(
        default="high",
        description="Level of its busy (DTR) line that means: send nothing now.",
        json_schema_extra={"fix": '"high" or "low", as the manual has it'},
    )
    dle_eot: Annotated[tuple[int, ...], Strict(strict=False)] = Field(
        default=(1, 2, 3, 4),
        description="The n of DLE EOT n that it answers, at once also while it prints.",
        json_schema_extra={"fix": "[1, 2, 3, 4], or [] for a model that does not know DLE EOT"},
    )
    gs_p: bool = Field(
        default=True,
        description="Whether it knows GS P; one that does not counts ESC J in dots anyway.",
        json_schema_extra={"fix": "true or false"},
    )
    asb: bool = Field(
        default=False,
        description="Whether GS a makes it tell every change unasked.",
        json_schema_extra={"fix": "true or false"},
    )
    fence: Literal["gs_r", "esc_v"] = Field(
        description="The question that is answered only after all that was sent before is done.",
        json_schema_extra={"fix": '"gs_r", or "esc_v" for models that know no GS r'},
    )
    cover: Literal["switch", "paper"] = Field(
        default="switch",
        description="switch: DLE EOT 2 tells the cover; paper: an open cover has no paper.",
        json_schema_extra={"fix": '"switch", or "paper" for a model without a cover switch'},
    )
    esc_v: EscVBits | None = Field(
        default=None,
        description="Bits of the answer to ESC v 0.",
        json_schema_extra={"fix": "write a table [esc_v] with paper_end, error and never"},
    )
    presenter: Presenter | None = Field(
        default=None,
        description="Commands of the presenter, if there is one.",
        json_schema_extra={"fix": "write a table [presenter], or leave it out"},
    )
    density: dict[str, Hex] = Field(
        default={},
        description="Command for each density that [printer] density may name.",
        json_schema_extra={"fix": 'lines like dark = "1d 28 4b 02 00 31 02"'},
    )
    speed: dict[str, Hex] = Field(
        default={},
        description="Command for each speed that [printer] speed may name.",
        json_schema_extra={"fix": 'lines like slow = "1d 28 4b 02 00 32 01"'},
    )

    @field_validator("baud")
    @classmethod
    def _known_speed(cls, baud: int) -> int:
        if baud not in BAUD_RATES:
            raise asks("is no speed at which vouchers can be printed")
        return baud

    @field_validator("dle_eot")
    @classmethod
    def _enough_questions(cls, questions: tuple[int, ...]) -> tuple[int, ...]:
        if questions and not set(questions) >= NEEDED_QUESTIONS:
            raise asks("leaves out 1, 2 or 4: on line, cover and paper would be unknown")
        if not set(questions) <= {1, 2, 3, 4} or len(set(questions)) != len(questions):
            raise asks("has a number that is none of 1 to 4, or one twice")
        return questions

    @field_validator("fence", mode="before")
    @classmethod
    def _proves_something(cls, fence: Any) -> Any:
        if fence == "none":
            raise asks(
                "proves nothing: a model that never says that it is done cannot print vouchers"
            )
        return fence

    @field_validator("cover")
    @classmethod
    def _cover_is_told(cls, cover: str, known: ValidationInfo) -> str:
        if cover == "switch" and known.data.get("dle_eot") == ():
            raise asks("needs DLE EOT 2, which this model does not answer")
        return cover

    @field_validator("esc_v")
    @classmethod
    def _bits_where_needed(cls, bits: EscVBits | None, known: ValidationInfo) -> EscVBits | None:
        if bits is None and known.data.get("fence") == "esc_v":
            raise asks("is left out, but fence is esc_v")
        if bits is None and known.data.get("dle_eot") == ():
            raise asks("is left out, but without DLE EOT it is all that tells of the paper")
        return bits

    @property
    def busy_high(self) -> bool:
        return self.busy_level == "high"

    @property
    def head_to_cutter_rows(self) -> int:
        return self.head_to_cutter_mm * DOTS_PER_MM


def profile_names() -> list[str]:
    """The models that come with the kiosk."""
    return sorted(
        entry.name.removesuffix(SUFFIX)
        for entry in _folder().iterdir()
        if entry.name.endswith(SUFFIX)
    )


def load_profile(name_or_path: str) -> PrinterProfile:
    """The model of this name, or in this file.

    Raises:
        ConfigMistakes: with every mistake that the file has, or that there is none.
    """
    if is_path(name_or_path):
        fix = "name a file that is there, or a model of the kiosk's own: "
        return read_toml(Path(name_or_path), PrinterProfile, fix + ", ".join(profile_names()))
    where = Path(f"profiles/{name_or_path}{SUFFIX}")
    if name_or_path not in profile_names():
        fix = "name one of " + ", ".join(profile_names())
        raise ConfigMistakes(where, (Mistake(None, "profile", "", "is not there", fix),))
    text = (_folder() / f"{name_or_path}{SUFFIX}").read_text("utf-8")
    return parse_toml(text, where, PrinterProfile)


def is_path(name_or_path: str) -> bool:
    return "/" in name_or_path or name_or_path.endswith(SUFFIX)


def _folder() -> Traversable:
    return resources.files("kiosk.devices.printer") / "profiles"
