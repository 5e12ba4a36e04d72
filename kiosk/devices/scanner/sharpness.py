"""How sharp and how well lit a part of a frame is: figures that do not depend on what it shows."""

from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.devices.camera.frame import Luma

BLACK_AT = 5
"""Luminance at which the sensor tells nothing more."""
WHITE_AT = 250
_WINDOW_PX = 17
"""An edge up to this wide is measured whole."""
_EDGE_LEAST = 40
"""Grey levels across an edge; less is noise, or too faint to tell."""
_EDGE_SHARE = 0.5
"""An edge that counts has at least half the contrast of the strongest ones."""
_SHARPEST = 0.9
"""The tenth of all edges that are sharpest stand for the lens: the others are slopes by nature."""
_EDGES_LEAST_PX = 64
_IDEAL_STEP = 0.5
"""Gradient of a step of height 1 that falls between two pixels, by central differences."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    value: float | None
    """0 to 1; 1: edges fall from bright to dark within a pixel. None: no edges to measure."""
    busy: float
    """Share of the area that lies at an edge of some contrast."""


def sharpness(luma: Luma) -> Sharpness:
    """How steep the edges are, as a share of an ideal step.

    The peak of |gradient| divided by the height of the edge is the inverse of its width
    (Marziliano, Dufaux, Winkler, Ebrahimi: A no-reference perceptual blur metric, ICIP 2002);
    for a step blurred by a Gaussian it is 1 / (sigma sqrt(2 pi)) (Elder, Zucker: Local scale
    control for edge detection and blur estimation, PAMI 20, 1998). Gain and offset cancel, so
    it does not depend on exposure; only pixels at edges count, so what is shown hardly does.
    """
    kernel = np.ones((_WINDOW_PX, _WINDOW_PX), np.uint8)
    height = cv2.subtract(cv2.dilate(luma, kernel), cv2.erode(luma, kernel))
    edges = height >= _EDGE_LEAST
    busy = float(edges.mean())
    if edges.sum() < _EDGES_LEAST_PX:
        return Sharpness(None, busy)
    strong = np.percentile(height[edges], 95) * _EDGE_SHARE
    edges = height >= max(_EDGE_LEAST, strong)
    # Scharr's weights, divided by their sum: grey levels per pixel, the same at every angle.
    dx = cv2.Scharr(luma, cv2.CV_32F, 1, 0, scale=1 / 32)
    dy = cv2.Scharr(luma, cv2.CV_32F, 0, 1, scale=1 / 32)
    steepness = cv2.magnitude(dx, dy)
    # The peak of the gradient within the same window: each edge is told by its steepest point.
    peak = cv2.dilate(steepness, kernel)
    share = peak[edges] / height[edges] / _IDEAL_STEP
    return Sharpness(min(1.0, float(np.quantile(share, _SHARPEST))), busy)
