"""What `kiosk.toml` may say: one typed model, and every mistake in it told at once."""

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, Strict, ValidationInfo, field_validator

from kiosk.config_camera import CameraConfig
from kiosk.config_mistake import Mistake, shown
from kiosk.config_panel import PanelConfig, pin_mistakes
from kiosk.config_paper import PaperConfig
from kiosk.config_printer import PrinterConfig
from kiosk.config_section import Section, asks
from kiosk.config_toml import parse_toml, read_toml
from wire.api.text import Language

DEFAULT_PATH = Path("/etc/kiosk/kiosk.toml")
SYMBOLOGIES = ("QRCode", "Code128", "EAN13")
"""What cards and phones of the chain may carry, by the names of `devices.decoder.symbology`."""

FilePath = Annotated[Path, Strict(strict=False)]


def _listed(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


class ServiceConfig(Section):
    url: str = Field(
        default="http://127.0.0.1:8300",
        description="Address of the points service, without a path.",
        json_schema_extra={"fix": 'write it like "https://points.example.com"'},
    )
    timeout_s: float = Field(
        default=5.0,
        ge=0.5,
        le=60.0,
        description="Seconds after which a call is given up, whatever has arrived by then.",
        json_schema_extra={"fix": "a number of seconds from 0.5 to 60; 5 is right for shops"},
    )

    @field_validator("url")
    @classmethod
    def _http_address(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise asks("is not an address") from None
        if parts.scheme not in {"http", "https"}:
            raise asks("must begin with http:// or https://")
        if not parts.hostname or port == 0:
            raise asks("names no host")
        if parts.username is not None:
            raise asks("holds a password; the kiosk signs its calls with its own key instead")
        if parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise asks("has something behind the host; the kiosk adds /v1/... itself")
        return url.rstrip("/")


class ScreenConfig(Section):
    layout: Literal["portrait", "landscape"] = Field(
        default="portrait",
        description="Which of the two layouts is drawn.",
        json_schema_extra={"fix": '"portrait" or "landscape"'},
    )
    width_px: int = Field(
        default=1080,
        ge=480,
        le=7680,
        description="Width of the screen as mounted, in pixels.",
        json_schema_extra={"fix": "1080 for the 15.6 inch portrait panel, 1280 for the 10.1 inch"},
    )
    height_px: int = Field(
        default=1920,
        ge=480,
        le=7680,
        description="Height of the screen as mounted, in pixels.",
        json_schema_extra={"fix": "1920 for the 15.6 inch portrait panel, 800 for the 10.1 inch"},
    )
    diagonal_inch: float = Field(
        default=15.6,
        ge=5,
        le=65,
        description="Visible diagonal in inches; touch targets are sized in millimetres by it.",
        json_schema_extra={"fix": "what the panel's data sheet says, e.g. 15.6 or 10.1"},
    )
    fullscreen: bool = Field(
        default=True,
        description="Cover the whole screen, without a frame.",
        json_schema_extra={"fix": "true on a kiosk, false on a desk"},
    )
    language: Annotated[Language, Strict(strict=False)] = Field(
        default=Language.ZH_HANS,
        description="Language of the attract screen, and after each shopper.",
        json_schema_extra={"fix": '"zh-Hans", "zh-Hant" or "en"'},
    )

    @field_validator("height_px")
    @classmethod
    def _fits_the_layout(cls, height_px: int, known: ValidationInfo) -> int:
        layout, width_px = known.data.get("layout"), known.data.get("width_px")
        if layout is None or width_px is None:
            return height_px  # told already, by the field that is wrong
        if layout == "portrait" and width_px >= height_px:
            raise asks(f"is no higher than the width ({width_px}), but layout is portrait")
        if layout == "landscape" and width_px <= height_px:
            raise asks(f"is no lower than the width ({width_px}), but layout is landscape")
        return height_px


class ScannerConfig(Section):
    symbologies: Annotated[tuple[str, ...], Strict(strict=False)] = Field(
        default=SYMBOLOGIES,
        description="The kinds of code that are read; leave out what no card of yours has.",
        json_schema_extra={"fix": "a list like " + _listed(SYMBOLOGIES)},
    )
    budget_ms: float = Field(
        default=28.0,
        ge=1.0,
        le=1000.0,
        description="CPU time for the further treatments of one frame, ms; the rest waits a frame.",
        json_schema_extra={"fix": "a number from 1 to 1000; 28 leaves a Pi 5's screen its time"},
    )
    socket: str = Field(
        default="",
        max_length=107,
        description=(
            "Socket of kiosk-scanner.service; empty: the kiosk starts a scanner of its own."
        ),
        json_schema_extra={"fix": 'like "/run/kiosk-scanner/scanner.sock", or ""'},
    )

    @field_validator("symbologies", mode="before")
    @classmethod
    def _known_ones(cls, names: Any) -> Any:
        if not isinstance(names, list | tuple) or not names:
            raise asks("is not a list of at least one kind of code")
        for name in names:
            if name not in SYMBOLOGIES:
                near = difflib.get_close_matches(str(name), SYMBOLOGIES, 1, cutoff=0.4)
                hint = f" (did you mean {near[0]}?)" if near else ""
                raise asks(f"{shown(name)} is no kind of code that the kiosk reads{hint}")
        return tuple(dict.fromkeys(names))

    @field_validator("socket")
    @classmethod
    def _absolute_or_none(cls, path: str) -> str:
        if path and not path.startswith("/"):
            raise asks("depends on where the kiosk is started")
        return path


class KioskConfig(Section):
    """The whole of kiosk.toml; every key has a default, so an empty file is a good one."""

    data_dir: FilePath = Field(
        default=Path("/var/lib/kiosk"),
        description="Folder of the key, the journal and the snapshot; made if missing.",
        json_schema_extra={"fix": 'an absolute path like "/var/lib/kiosk"'},
    )
    service: ServiceConfig = Field(default=ServiceConfig(), description="The points service.")
    screen: ScreenConfig = Field(default=ScreenConfig(), description="The touch screen.")
    camera: CameraConfig = Field(default=CameraConfig(), description="The code reader.")
    scanner: ScannerConfig = Field(default=ScannerConfig(), description="What reads the camera.")
    printer: PrinterConfig = Field(default=PrinterConfig(), description="The voucher printer.")
    paper: PaperConfig = Field(default=PaperConfig(), description="The ledger of paper.")
    panel: PanelConfig = Field(default=PanelConfig(), description="Lights, sensors, switches.")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, data_dir: Path) -> Path:
        if not data_dir.is_absolute():
            raise asks("depends on where the kiosk is started")
        return data_dir

    @property
    def key_path(self) -> Path:
        return self.data_dir / "key.pem"

    @property
    def device_path(self) -> Path:
        """The service's answer at enrolment."""
        return self.data_dir / "device.json"

    @property
    def journal_path(self) -> Path:
        return self.data_dir / "journal.sqlite3"

    @property
    def snapshot_dir(self) -> Path:
        return self.data_dir / "snapshot"


def load(path: Path) -> KioskConfig:
    """The configuration in a file.

    Raises:
        ConfigMistakes: with every mistake that the file has.

    """
    return read_toml(
        path,
        KioskConfig,
        "write one (an empty file takes every default), or name another with --config",
        _between_tables,
    )


def parse(text: str, path: Path = DEFAULT_PATH) -> KioskConfig:
    """The configuration in a TOML text; `path` only names it in mistakes.

    Raises:
        ConfigMistakes

    """
    return parse_toml(text, path, KioskConfig, _between_tables)


def _between_tables(config: KioskConfig, lines: dict[str, int]) -> tuple[Mistake, ...]:
    """Pins that clash with each other or with the printer's line."""
    port = config.printer.port if config.printer.backend == "uart" else ""
    return pin_mistakes(config.panel, port, lines)
