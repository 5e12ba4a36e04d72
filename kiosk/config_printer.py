"""The table [printer] of `kiosk.toml`."""

import difflib
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from kiosk.config_mistake import ConfigMistakes
from kiosk.config_section import Section, asks
from kiosk.devices.printer.profile import (
    BAUD_RATES,
    PrinterProfile,
    is_path,
    load_profile,
    profile_names,
)


class PrinterConfig(Section):
    profile: str = Field(
        default="80mm-cutter",
        min_length=1,
        description=(
            "The model: 58mm-tear, 58mm-cutter, 80mm-cutter, 80mm-presenter, or the path of a"
            " file that describes another."
        ),
        json_schema_extra={"fix": 'like "80mm-cutter", or an absolute path ending in .toml'},
    )
    backend: Literal["uart", "usb", "emulator"] = Field(
        default="uart",
        description=(
            "How it is wired: uart (a serial line, with busy and power on the header if the"
            " panel has them), usb (/dev/usb/lp), emulator (`kiosk emulate-printer`)."
        ),
        json_schema_extra={"fix": '"uart", "usb" or "emulator"'},
    )
    port: str = Field(
        default="/dev/kiosk-printer",
        min_length=1,
        description=(
            "The printer's tty, lp or the pty of `kiosk emulate-printer`; with usb a * takes"
            " the first that can be opened."
        ),
        json_schema_extra={"fix": "a path like /dev/kiosk-printer, /dev/ttyAMA0 or /dev/usb/lp*"},
    )
    baud: int = Field(
        default=0,
        description="Speed of the serial line, as set in the printer; 0: as the model comes.",
        json_schema_extra={"fix": "0, or one of " + ", ".join(map(str, BAUD_RATES))},
    )
    density: str = Field(
        default="",
        description="How black it prints, by the names of the profile; empty: as it is set.",
        json_schema_extra={"fix": '"light", "normal" or "dark" where the profile has them, or ""'},
    )
    speed: str = Field(
        default="",
        description="How fast it prints, by the names of the profile; empty: as it is set.",
        json_schema_extra={"fix": '"slow", "normal" or "fast" where the profile has them, or ""'},
    )
    retract_after_s: int = Field(
        default=30,
        ge=15,
        le=600,
        description="Seconds after which a presenter takes back a voucher that nobody takes.",
        json_schema_extra={"fix": "a number of seconds from 15 to 600; 30 suits most shops"},
    )

    @field_validator("profile")
    @classmethod
    def _good_profile(cls, profile: str) -> str:
        if is_path(profile) and not profile.startswith("/"):
            raise asks("depends on where the kiosk is started")
        if not is_path(profile) and profile not in profile_names():
            near = difflib.get_close_matches(profile, profile_names(), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise asks(f"is no model that the kiosk knows ({', '.join(profile_names())}{hint})")
        try:
            load_profile(profile)
        except ConfigMistakes as mistakes:
            told = "; ".join(str(mistake) for mistake in mistakes.mistakes)
            raise asks(f"is not a good profile ({told})") from None
        return profile

    @field_validator("baud")
    @classmethod
    def _known_speed(cls, baud: int) -> int:
        if baud and baud not in BAUD_RATES:
            raise asks("is no speed at which vouchers can be printed")
        return baud

    @field_validator("density", "speed")
    @classmethod
    def _known_level(cls, level: str, known: ValidationInfo) -> str:
        if level and "profile" in known.data and known.field_name:
            model = load_profile(known.data["profile"])
            levels = model.density if known.field_name == "density" else model.speed
            if level not in levels:
                names = ", ".join(levels) or "none"
                raise asks(f"is nothing that this model can be set to; it knows {names}")
        return level

    @property
    def model(self) -> PrinterProfile:
        """The profile, read anew from its file.

        Raises:
            ConfigMistakes: the file has changed since the configuration was read.
        """
        return load_profile(self.profile)
