"""A minute before the kiosk: phones and cards come, are held, are changed, leave; idle between."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from kiosk.devices.camera.frame import Luma
from tests.corpus import optics
from tests.corpus.codes import Kind
from tests.corpus.faults import Faults
from tests.corpus.scene import Pose, Shot, background, compose

COME_S = 0.7
"""The hand comes up in this time ..."""
LEAVE_S = 0.5
"""... and goes down in this."""
SHUTTER_S = 0.004
_BELOW_PX = 800.0
_SHOP = 3
_EMPTY_FRAMES = 8
"""Pictures of the empty shop, in turn: drawing more would cost half a minute."""


@dataclass(frozen=True)
class Visit:
    """One code held up; times in seconds of the film."""

    shot: Shot
    begins_s: float
    held_s: float
    """How long it is held once it is there."""
    stays: bool = False
    """The next visit is the same hand with another code: it neither leaves nor comes."""
    stayed: bool = False

    @property
    def still_s(self) -> float:
        """From when it is held."""
        return self.begins_s + (0 if self.stayed else COME_S)

    @property
    def ends_s(self) -> float:
        return self.still_s + self.held_s + (0 if self.stays else LEAVE_S)

    def pose(self, at_s: float) -> Pose:
        """Where it is: up from below, swaying while it is held, down again."""
        rest = self.shot.pose
        if at_s < self.still_s:
            away = (1 - (at_s - self.begins_s) / COME_S) ** 3
        else:
            gone_s = at_s - self.still_s - self.held_s
            away = max(0.0, gone_s / LEAVE_S) ** 2 if not self.stays else 0.0
        return replace(
            rest,
            x=rest.x + 7 * math.sin(at_s * 1.7) + 3 * math.sin(at_s * 4.3) + 130 * away,
            y=rest.y + 5 * math.sin(at_s * 2.3) + 2 * math.sin(at_s * 5.1) + _BELOW_PX * away,
            roll=rest.roll + 1.6 * math.sin(at_s * 1.3) + 14 * away,
            yaw=rest.yaw + 2.5 * math.sin(at_s * 0.9),
            pitch=rest.pitch + 2 * math.sin(at_s * 1.9),
        )


def visits() -> tuple[Visit, ...]:
    """What happens in the minute."""
    plain = Faults(px_per_module=5.5, px_per_bar=3.0)
    return (
        Visit(Shot(Kind.M2, plain, 1), 3.0, 2.0),
        Visit(Shot(Kind.M2, replace(plain, px_per_module=3.0, tilt=25), 2), 8.0, 2.0),
        Visit(Shot(Kind.M2, replace(plain, glare=0.3), 5), 13.0, 1.5, stays=True),
        Visit(Shot(Kind.M2, replace(plain, glare=0.3), 6), 15.2, 1.5, stayed=True),
        Visit(Shot(Kind.CODE128, plain, 4), 20.0, 2.0),
        Visit(Shot(Kind.M2, replace(plain, light=0.03), 7), 26.0, 2.0),
        Visit(Shot(Kind.EAN13, plain, 8), 31.0, 2.0),
        Visit(Shot(Kind.M2, replace(plain, moire=0.4), 9), 36.0, 2.0),
        Visit(Shot(Kind.C1, replace(plain, px_per_module=4.0, wear=0.2), 10), 41.0, 2.0),
        Visit(Shot(Kind.V1, replace(plain, curl=1.0), 11), 46.0, 2.0),
        Visit(Shot(Kind.M2, replace(plain, defocus=2.0), 12), 52.0, 2.5),
    )


def film(fps: float, seconds: float = 60.0) -> Iterator[Luma]:
    """The frames of the minute, drawn one by one; about 30 ms each."""
    light = background(_SHOP)
    rng = np.random.default_rng(77)
    empty = [optics.exposed(light, Faults(), rng) for _ in range(_EMPTY_FRAMES)]
    all_visits = visits()
    for number in range(round(seconds * fps)):
        at_s = number / fps
        visit = next((v for v in all_visits if v.begins_s <= at_s < v.ends_s), None)
        if visit is None:
            yield empty[number % _EMPTY_FRAMES]
            continue
        shot, pose = visit.shot, visit.pose(at_s)
        later = visit.pose(min(at_s + SHUTTER_S, visit.ends_s))
        smear = math.hypot(later.x - pose.x, later.y - pose.y)
        faults = replace(shot.faults, smear=smear if smear > 0.5 else 0.0)
        yield compose(shot.drawn, pose, faults, light, rng, shot.seed)
