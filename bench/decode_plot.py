"""Curves as pictures for the documents."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.decode_curves import READERS, Point
from bench.decode_readers import OURS_NAME

_COLOURS = dict(zip(READERS, ("#0b6e4f", "#c8553d", "#3d5a80"), strict=True))
_COLUMNS = 4
_DPI = 80


def draw(points: list[Point], group: str, path: Path) -> None:
    """One small plot for each fault that has more than two levels; no window, no display.

    Solid: read within the burst. Dotted: the first frame alone.
    """
    curves: dict[str, list[Point]] = {}
    for point in points:
        if point.group == group and len(point.curve.levels) > 2:
            curves.setdefault(point.curve.name, []).append(point)
    rows = -(-len(curves) // _COLUMNS)
    figure = Figure(figsize=(3.1 * _COLUMNS, 2.25 * rows), layout="constrained")
    for number, (name, mine) in enumerate(curves.items()):
        _one(figure.add_subplot(rows, _COLUMNS, number + 1), name, mine)
    lines, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside upper center", ncols=len(READERS), frameon=False)
    figure.savefig(path, dpi=_DPI, metadata={"Software": None})


def _one(axes: Axes, name: str, points: list[Point]) -> None:
    labels = [f"{point.level:g}" for point in points]
    across = range(len(labels))
    for reader in READERS:
        scores = [point.scores[reader] for point in points]
        colour = _COLOURS[reader]
        within = [100 * s.within / s.shots for s in scores]
        # Ours is broad and below, so that where all agree all are seen.
        width = 4.0 if reader == OURS_NAME else 1.4
        axes.plot(across, within, color=colour, label=reader, lw=width)
        axes.plot(across, [100 * s.first / s.shots for s in scores], color=colour, ls=":", lw=1)
    unit = points[0].curve.unit
    axes.set_title(f"{name}, {unit}" if unit else name, fontsize=9)
    axes.set_xticks(list(across), labels, fontsize=7)
    axes.set_ylim(-4, 104)
    axes.set_yticks([0, 50, 100], ["0", "50", "100 %"], fontsize=7)
    axes.grid(alpha=0.25)
