"""What the kiosk shows while the service is away: configuration, rewards, pictures, on disk.

Nothing here is money and nothing is a shopper's: a snapshot that is damaged or missing is
simply fetched again. All methods block; call them off the event loop.
"""

import hashlib
import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosk.sync.catalogue import Catalogue
from kiosk.sync.identity import write_atomically
from wire.api.devices import DeviceConfig

log = logging.getLogger(__name__)
T = TypeVar("T")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Snapshot:
    """The files below one folder; made at the first save."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def config(self) -> DeviceConfig | None:
        """The last configuration, or None."""
        return self._load("config.json", DeviceConfig)

    def save_config(self, config: DeviceConfig) -> None:
        """Raises OSError when the folder cannot be written."""
        write_atomically(self._folder / "config.json", msgspec.json.encode(config))

    def catalogue(self) -> Catalogue:
        """The last rewards with their cursor; an empty catalogue to begin with."""
        return self._load("catalogue.json", Catalogue) or Catalogue()

    def save_catalogue(self, catalogue: Catalogue) -> None:
        """Raises OSError when the folder cannot be written."""
        write_atomically(self._folder / "catalogue.json", msgspec.json.encode(catalogue))

    def image_path(self, sha256: str) -> Path:
        """Where the picture with this hash is, or will be.

        Raises:
            ValueError: that is no hash, so it names no file of ours.
        """
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in hex")
        return self._folder / "images" / sha256

    def has_image(self, sha256: str) -> bool:
        """Whether the picture is here, whole; one that has rotted is removed."""
        path = self.image_path(sha256)
        try:
            content = path.read_bytes()
        except OSError:
            return False
        if hashlib.sha256(content).hexdigest() == sha256:
            return True
        log.warning("a picture of the snapshot is damaged; it will be fetched again")
        path.unlink(missing_ok=True)
        return False

    def save_image(self, sha256: str, content: bytes) -> Path:
        """Keeps a picture whose hash the client has checked; its path.

        Raises:
            OSError: the folder cannot be written.
        """
        path = self.image_path(sha256)
        write_atomically(path, content)
        return path

    def keep_images(self, wanted: Iterable[str]) -> int:
        """Removes every picture that nothing shows any more; how many there were."""
        folder, keep = self._folder / "images", set(wanted)
        removed = 0
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name not in keep:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _load(self, name: str, kind: type[T]) -> T | None:
        try:
            return msgspec.json.decode((self._folder / name).read_bytes(), type=kind)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            log.warning("snapshot %s unreadable, fetching anew: %s", name, type(error).__name__)
            return None
