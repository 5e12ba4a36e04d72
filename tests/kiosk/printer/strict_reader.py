"""The bytes of one job turned back into a picture, by a reader that forgives nothing.

It shares no code with the driver or the emulator: what both understand wrongly in the same
way would come to light here.
"""

from dataclasses import dataclass, field

from PIL import Image, ImageOps

from kiosk.devices.printer.profile import PrinterProfile

MOST_BAND_ROWS = 24
_DOTS_IN_AN_INCH = 203


class NotStrict(Exception):
    """A byte that no job has at this place."""


@dataclass(slots=True)
class Job:
    """What a printer is told to put on paper."""

    width: int
    rows: list[bytes] = field(default_factory=list)
    bands: list[int] = field(default_factory=list)
    """Rows of each band."""
    dots: list[range] = field(default_factory=list)
    """Where on the line the raster of each band stands."""
    questions: int = 0
    ended: bool = False
    """Cut, or fed to the bar and asked."""
    presented: bool = False

    def picture(self) -> Image.Image:
        """As the head burns it: mode "1", black = 0."""
        picture = Image.frombytes("1", (self.width, len(self.rows)), b"".join(self.rows))
        return ImageOps.invert(picture)


def read_job(data: bytes, profile: PrinterProfile) -> Job:
    """One job as the driver sent it, from the first byte to the last.

    Raises:
        NotStrict
    """
    return _Reader(data, profile).read()


class _Reader:
    def __init__(self, data: bytes, profile: PrinterProfile) -> None:
        self._data = data
        self._profile = profile
        self._at = 0
        self._job = Job(profile.width_dots)
        self._begun = False
        """Whether ESC @ has come: nothing is printed before it."""

    def read(self) -> Job:
        while self._at < len(self._data):
            if not (self._question() or self._preparation() or self._page() or self._end()):
                raise self._wrong("no command of this model")
        return self._job

    def _question(self) -> bool:
        for n in self._profile.dle_eot:
            if self._took(bytes((0x10, 4, n))):
                break
        else:
            presenter = self._profile.presenter
            known = [b"\x1dr\x01"] if self._profile.fence == "gs_r" else []
            known += [b"\x1bv\x00"] if self._profile.esc_v else []
            known += [presenter.ask] if presenter else []
            if not any(self._took(question) for question in known):
                return False
        self._job.questions += 1
        return True

    def _preparation(self) -> bool:
        if self._took(b"\x1b@"):
            if self._job.rows:
                raise self._wrong("ESC @ in the middle of a page")
            self._begun = True
            return True
        settings = [*self._profile.density.values(), *self._profile.speed.values()]
        if any(self._took(setting) for setting in settings):
            return self._before_the_page("a setting")
        if self._took(b"\x1dP" + bytes((_DOTS_IN_AN_INCH, _DOTS_IN_AN_INCH))):
            return self._before_the_page("motion units")
        if self._starts(b"\x1da") and len(self._data) > self._at + 2:
            if self._data[self._at + 2] and not self._profile.asb:
                raise self._wrong("GS a for a model without automatic status")
            self._at += 3
            return True
        return False

    def _page(self) -> bool:
        if self._starts(b"\x1bJ"):
            self._need_open_page()
            rows = self._byte(2)
            if not rows:
                raise self._wrong("a feed of no rows")
            self._job.rows += [bytes(self._job.width // 8)] * rows
            self._at += 3
            return True
        if not self._starts(b"\x1dv0\x00"):
            return False
        self._need_open_page()
        stride = self._byte(4) + 256 * self._byte(5)
        rows = self._byte(6) + 256 * self._byte(7)
        if stride * 8 != self._job.width:
            raise self._wrong(f"a band of {stride * 8} dots")
        if not 1 <= rows <= MOST_BAND_ROWS:
            raise self._wrong(f"a band of {rows} rows")
        end = self._at + 8 + stride * rows
        if end > len(self._data):
            raise self._wrong("half a band")
        raster = self._data[self._at + 8 : end]
        self._job.rows += [raster[i : i + stride] for i in range(0, len(raster), stride)]
        self._job.bands.append(rows)
        self._job.dots.append(range(self._at + 8, end))
        self._at = end
        return True

    def _end(self) -> bool:
        presenter = self._profile.presenter
        if presenter and self._took(presenter.present):
            if not self._job.ended or self._job.presented:
                raise self._wrong("presented before the cut, or twice")
            self._job.presented = True
            return True
        cut = {"full": b"\x1dVA", "partial": b"\x1dVB"}.get(self._profile.cutter)
        if cut is None or not self._starts(cut):
            return False
        self._need_open_page()
        self._byte(3)
        self._job.ended = True
        self._at += 4
        return True

    def _before_the_page(self, what: str) -> bool:
        if not self._begun or self._job.rows:
            raise self._wrong(f"{what} outside the preamble")
        return True

    def _need_open_page(self) -> None:
        if not self._begun:
            raise self._wrong("dots before ESC @")
        if self._job.ended:
            raise self._wrong("something to print after the cut")

    def _byte(self, ahead: int) -> int:
        if self._at + ahead >= len(self._data):
            raise self._wrong("half a command")
        return self._data[self._at + ahead]

    def _starts(self, with_: bytes) -> bool:
        return self._data.startswith(with_, self._at)

    def _took(self, command: bytes) -> bool:
        if not self._starts(command):
            return False
        self._at += len(command)
        return True

    def _wrong(self, why: str) -> NotStrict:
        here = self._data[self._at : self._at + 8].hex(" ")
        return NotStrict(f"byte {self._at}: {why}: {here}")
