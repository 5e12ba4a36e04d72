"""What one model of printer has, besides the width of its head."""

from dataclasses import dataclass

from kiosk.devices.printer.emulator.paper import HEAD_TO_CUTTER_ROWS
from kiosk.devices.printer.profile import PrinterProfile


@dataclass(frozen=True, slots=True)
class Features:
    """An 80 mm printer with a cutter, as long as nothing else is said."""

    cutter: bool = True
    """Without one the paper hangs out until somebody tears it off."""
    head_to_cutter_rows: int = HEAD_TO_CUTTER_ROWS
    """Or to the bar at which it is torn."""
    presenter: bool = False
    """Holds what was cut and hands it out on GS e."""
    questions: frozenset[int] = frozenset({1, 2, 3, 4})
    """The n of DLE EOT n that it answers."""
    fence: bool = True
    """Whether it knows GS r."""
    old_way: bool = False
    """Whether it knows ESC v, answered also where it cannot print."""
    lid_shows_as_paper: bool = False
    """The lid carries the roller, and no switch tells of it."""
    automatic: bool = True
    """Whether GS a switches automatic status on."""
    buffer_bytes: int = 4096
    hears_in_raster: bool = False
    """Whether DLE EOT is answered also where it is part of a picture, as some models do."""


def features_of(profile: PrinterProfile) -> Features:
    """The model that a profile describes."""
    return Features(
        cutter=profile.cutter != "none",
        head_to_cutter_rows=profile.head_to_cutter_rows,
        presenter=profile.presenter is not None,
        questions=frozenset(profile.dle_eot),
        fence=profile.fence == "gs_r",
        old_way=profile.esc_v is not None,
        lid_shows_as_paper=profile.cover == "paper",
        automatic=profile.asb,
        buffer_bytes=profile.buffer_bytes,
    )
