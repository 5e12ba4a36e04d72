"""`python -m demo.pictures`: small copies of what the demo left, for the README."""

from pathlib import Path

import click
from PIL import Image

WIDTHS = {
    "attract": ("?-attract.png", 540),
    "scan": ("?-scan.png", 540),
    "rewards": ("?-rewards.png", 540),
    "confirm": ("?-confirm.png", 540),
    "printing": ("?-printing.png", 540),
    "done": ("?-take-your-voucher.png", 540),
    "camera": ("camera.jpg", 640),
    "voucher": ("paper/paper-0001.png", 420),
    "staff-dashboard": ("staff/?-dashboard.png", 540),
    "staff-roll": ("staff/?-put-the-roll-in.png", 540),
}
"""Name: where it lies in the demo's folder, and how wide the copy is."""
LIMIT_BYTES = 150_000


@click.command(help=__doc__)
@click.option("--made", type=click.Path(path_type=Path), default=Path("demo-out"))
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/pictures"))
def main(made: Path, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    for name, (pattern, width) in WIDTHS.items():
        found = sorted(made.glob(pattern))
        if not found:
            raise click.ClickException(f"{made} has no {pattern}: run `make demo` first")
        small(found[0], into / f"{name}.png", width)


def small(source: Path, target: Path, width: int) -> None:
    """A copy in few enough colours to stay below the limit."""
    with Image.open(source) as picture:
        height = round(picture.height * width / picture.width)
        shrunk = picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    for colours in (256, 128, 64, 32):
        shrunk.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size < LIMIT_BYTES:
            click.echo(f"{target}  {target.stat().st_size / 1000:.0f} kB, {colours} colours")
            return
    raise click.ClickException(f"{target} stays over {LIMIT_BYTES} bytes")


if __name__ == "__main__":
    main()
