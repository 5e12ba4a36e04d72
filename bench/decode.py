"""How well codes are read, beside plain pyzbar and plain zxing-cpp in the same run.

Without an option: recall and CPU for each level of each fault, and CPU in parts of
pyzbar's. The corpus is drawn here (tests/corpus); nothing is downloaded.
"""

import time
from pathlib import Path

import click
import cv2

from bench.decode_curves import GROUPS, Missed, Point, measured, table, totals
from bench.figure import this_machine


@click.command(help=__doc__)
@click.option("--samples", default=8, show_default=True, help="Shots for each level.")
@click.option("--frames", default=8, show_default=True, help="Frames of each shot, at 15 fps.")
@click.option("--only", multiple=True, help="Name of a fault; may be given again.")
@click.option("--no-curves", is_flag=True, help="Only CPU beside pyzbar.")
@click.option("--no-cpu", is_flag=True, help="Only the curves.")
@click.option("--draw", "draw_to", type=click.Path(path_type=Path), help="Folder for the curves.")
@click.option("--weak", type=click.Path(path_type=Path), help="Folder for what ours missed.")
@click.option("--explain", is_flag=True, help="What each step adds and costs.")
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder of labelled pictures (PICTURE.png and PICTURE.txt or .bin).",
)
def main(
    samples: int,
    frames: int,
    only: tuple[str, ...],
    no_curves: bool,
    no_cpu: bool,
    draw_to: Path | None,
    weak: Path | None,
    explain: bool,
    images: tuple[Path, ...],
) -> None:
    cv2.setNumThreads(1)  # as in the scanner, and so that a thread's CPU time is all of it
    machine = this_machine()
    print(f"{machine.cpu}, {machine.cores} cores, Python {machine.python}\n", flush=True)
    if images:
        from bench.decode_images import report

        for folder in images:
            print(report(folder), end="\n\n", flush=True)
        return
    if explain:
        from bench.decode_explain import explained

        print(explained(max(1, samples // 4)))
        return
    if not no_curves:
        _curves(samples, frames, only, draw_to, weak)
    if not no_cpu:
        _cpu()


def _curves(
    samples: int, frames: int, only: tuple[str, ...], draw_to: Path | None, weak: Path | None
) -> None:
    started_s = time.monotonic()
    missed: list[Missed] = []
    points: list[Point] = []
    print(f"Read from the first frame, and within {frames} frames at 15 fps; mean CPU per frame")
    for point in measured(samples, frames, only, missed):
        if points and (points[-1].curve, points[-1].group) != (point.curve, point.group):
            _print_curve(points)
        points.append(point)
    _print_curve(points)
    print(f"\n{totals(points)}\n\n{time.monotonic() - started_s:.0f} s", flush=True)
    if draw_to is not None:
        from bench import decode_plot, decode_sheet

        decode_sheet.draw(draw_to / "decode-corpus.png")
        for group in GROUPS:
            decode_plot.draw(points, group, draw_to / f"decode-curves-{group.lower()}.png")
    if weak is not None:
        _keep(missed, weak)


def _print_curve(points: list[Point]) -> None:
    last = points[-1]
    print(table([p for p in points if (p.curve, p.group) == (last.curve, last.group)]), flush=True)


def _keep(missed: list[Missed], folder: Path) -> None:
    """Pictures that ours missed: first of all those that another reader read."""
    folder.mkdir(parents=True, exist_ok=True)
    for miss in missed:
        others = "-".join(name for name in miss.read_by) or "nobody"
        name = f"{others}-{miss.curve}-{miss.level}-{miss.shot.kind}-{miss.shot.seed}.png"
        cv2.imwrite(str(folder / name.replace(" ", "_")), miss.shot.picture())


def _cpu() -> None:
    from bench.__main__ import table as figures_table
    from bench.decode_cpu import figures
    from bench.figure import as_line

    print("\nCPU beside plain pyzbar on the same frames, turn by turn")
    print(figures_table([as_line(figure) for figure in figures()]))


if __name__ == "__main__":
    main()
