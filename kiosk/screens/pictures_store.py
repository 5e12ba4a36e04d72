"""Reward pictures ready to be drawn: cropped, scaled and with their corners cut, off the loop."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.graphics.texture import Texture
from PIL import Image, ImageDraw, UnidentifiedImageError

_KEPT = 128
_OVERSAMPLE = 4
_KEPT_HEIGHT = 0.68
"""Share of a picture's height that is never cut away: what it shows stands in the middle."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How a picture is to be shown, in window px."""

    width: int
    height: int
    radius: int
    all_corners: bool = False
    """Else only the upper two are round."""


def prepare(path: Path, cut: Cut) -> bytes:
    """RGBA rows, the lowest first, as a texture wants them. Costs about 15 ms.

    Raises:
        OSError, UnidentifiedImageError: no picture there.
    """
    with Image.open(path) as source:
        picture = source.convert("RGB")
    share = max(cut.width / picture.width, cut.height / picture.height)
    share = min(share, cut.height / (picture.height * _KEPT_HEIGHT))
    size = (round(picture.width * share), round(picture.height * share))
    # A strip wider than the picture is filled up with the colour of the picture's corner.
    sized = Image.new("RGB", (cut.width, cut.height), picture.getpixel((2, 2)))
    corner = ((cut.width - size[0]) // 2, (cut.height - size[1]) // 2)
    sized.paste(picture.resize(size, Image.Resampling.LANCZOS), corner)
    sized = sized.convert("RGBA")
    sized.putalpha(_mask(cut))
    return sized.transpose(Image.Transpose.FLIP_TOP_BOTTOM).tobytes()


def _mask(cut: Cut) -> Image.Image:
    n = _OVERSAMPLE
    mask = Image.new("L", (cut.width * n, cut.height * n), 0)
    lowest = cut.height * n - 1 if cut.all_corners else (cut.height + cut.radius) * n
    box = (0, 0, cut.width * n - 1, lowest)
    ImageDraw.Draw(mask).rounded_rectangle(box, cut.radius * n, fill=255)
    return mask.resize((cut.width, cut.height), Image.Resampling.BOX)


class PictureStore:
    """Textures by content and cut. `want` is called in the loop; the work is done elsewhere.

    Args:
        image_path: where a picture lies on disk, or None while it has not arrived.
        executor: does the work; None does it at once, for pictures of screens.
    """

    def __init__(
        self, image_path: Callable[[str], Path | None], executor: Executor | None = None
    ) -> None:
        self._image_path = image_path
        self._executor = executor
        self._textures: OrderedDict[tuple[str, Cut], Texture] = OrderedDict()
        self._waiting: dict[tuple[str, Cut], list[Callable[[Texture], None]]] = {}
        self._cuts: set[Cut] = set()
        self._warmed: set[str] = set()

    def expect(self, cut: Cut) -> None:
        """Pictures will be wanted in this cut."""
        self._cuts.add(cut)

    def warm(self, hashes: Iterable[str]) -> None:
        """Prepare these in every expected cut while nobody waits, as far as there is room.

        Cheap when repeated: what was prepared, or is not on disk yet, costs a look.
        """
        for sha256 in islice(hashes, _KEPT // max(len(self._cuts), 1)):
            if sha256 not in self._warmed and all(
                self.want(sha256, cut, lambda _texture: None) for cut in self._cuts
            ):
                self._warmed.add(sha256)

    def want(self, sha256: str, cut: Cut, ready: Callable[[Texture], None]) -> bool:
        """Call `ready` with the texture: now if it is prepared, else later.

        False: it is not on disk yet, so that `ready` will not be called; ask again.
        """
        key = (sha256, cut)
        if key in self._textures:
            self._textures.move_to_end(key)
            ready(self._textures[key])
            return True
        path = self._image_path(sha256)
        if path is None:
            return False
        if self._executor is None:
            self._keep(key, prepare(path, cut))
            ready(self._textures[key])
            return True
        if key in self._waiting:
            self._waiting[key].append(ready)
            return True
        self._waiting[key] = [ready]
        future = self._executor.submit(prepare, path, cut)
        future.add_done_callback(partial(self._from_thread, key))
        return True

    def _from_thread(self, key: tuple[str, Cut], done: "Future[bytes]") -> None:
        Clock.schedule_once(lambda _dt: self._arrived(key, done))

    def _arrived(self, key: tuple[str, Cut], done: "Future[bytes]") -> None:
        callers = self._waiting.pop(key, [])
        try:
            rows = done.result()
        except (OSError, UnidentifiedImageError):
            return  # a file that is no picture: the plain ground stays
        self._keep(key, rows)
        for ready in callers:
            ready(self._textures[key])

    def _keep(self, key: tuple[str, Cut], rows: bytes) -> None:
        cut = key[1]
        texture: Any = Texture.create(size=(cut.width, cut.height), colorfmt="rgba")
        texture.blit_buffer(rows, colorfmt="rgba", bufferfmt="ubyte")
        self._textures[key] = texture
        while len(self._textures) > _KEPT:
            self._textures.popitem(last=False)
