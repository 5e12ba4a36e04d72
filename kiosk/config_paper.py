"""The table [paper] of `kiosk.toml`."""

from pydantic import Field

from kiosk.config_section import Section
from kiosk.paper.reckoning import PaperLengths, Warnings


class PaperConfig(Section):
    warn_vouchers: int = Field(
        default=40,
        ge=0,
        le=1000,
        description="Staff are warned when fewer vouchers than these are left on the roll.",
        json_schema_extra={"fix": "a number from 0 to 1000; 40 is a quarter of an hour of rush"},
    )
    warn_mm: int = Field(
        default=3000,
        ge=0,
        le=100_000,
        description="... or fewer millimetres than these.",
        json_schema_extra={"fix": "millimetres from 0 to 100000"},
    )
    near_end_mm: int = Field(
        default=4000,
        ge=200,
        le=50_000,
        description="What is left at most when a near-end sensor speaks, mm.",
        json_schema_extra={"fix": "millimetres; measure it once by running a roll to its end"},
    )
    voucher_mm: int = Field(
        default=120,
        ge=40,
        le=600,
        description="How long a voucher is taken to be before one was measured here, mm.",
        json_schema_extra={"fix": "millimetres, the cut's feed included; 120 fits 58 and 80 mm"},
    )
    slip_mm: int = Field(
        default=60,
        ge=20,
        le=300,
        description="The trailer kept in hand for a VOID slip after an interrupted print, mm.",
        json_schema_extra={"fix": "millimetres, the cut's feed included; 60 fits 58 and 80 mm"},
    )
    margin_mm: int = Field(
        default=60,
        ge=0,
        le=1000,
        description="Millimetres that are never counted on: the roll's last turns are glued.",
        json_schema_extra={"fix": "millimetres from 0 to 1000"},
    )

    @property
    def lengths(self) -> PaperLengths:
        return PaperLengths(
            voucher_mm=self.voucher_mm, slip_mm=self.slip_mm, margin_mm=self.margin_mm
        )

    @property
    def warnings(self) -> Warnings:
        return Warnings(vouchers=self.warn_vouchers, mm=self.warn_mm)
