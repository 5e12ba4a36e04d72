"""`kiosk decode`: what the kiosk's decoders make of pictures."""

import difflib
import json
import os
import sys
from pathlib import Path

import click


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each picture.")
@click.option(
    "--any",
    "foreign",
    is_flag=True,
    help="Foreign texts too, and every symbology unless --symbologies names some.",
)
@click.option(
    "--symbologies",
    metavar="NAME,...",
    help="Only these, such as QRCode,Code128,EAN13. [default: those three]",
)
@click.option(
    "--budget-ms",
    type=click.FloatRange(min=0),
    default=28.0,
    show_default=True,
    help="CPU time for the further treatments of each frame; at least one is done.",
)
@click.option(
    "--frames",
    type=click.IntRange(min=1),
    default=60,
    show_default=True,
    help="Length of the burst: so many camera frames of the picture held still.",
)
@click.option("--explain", is_flag=True, help="Tell every step: its CPU time and what it read.")
def command(
    paths: tuple[Path, ...],
    as_json: bool,
    foreign: bool,
    symbologies: str | None,
    budget_ms: float,
    frames: int,
    explain: bool,
) -> None:
    """Read codes from pictures; a folder stands for every picture below it.

    Each picture is fitted into 1280x720, as the camera would give it, and held before the
    decoders for a burst of frames: the first gets the base steps, each gets as many of the
    dearer treatments as its budget allows. A JSON line is {path, codes: [{text, format}],
    ms, frames}; ms is CPU time until the first accepted read (until all was tried, if there
    is none), loading excluded. Without --any only codes of this chain's form are told. A bar
    code counts when two engines or two treatments read the same. With --any a picture larger
    than that is looked at in twice the size too, if nothing else helped.

    A camera's frames get the same steps, but only where something looks like a code, in turn
    over frames that differ, and within a purse of CPU time. Exits with 1 when no picture
    could be loaded.
    """
    from kiosk.devices.camera import pictures
    from kiosk.devices.camera.frame import fitted
    from kiosk.devices.decoder.steps import table, without_thread_pool
    from kiosk.devices.decoder.still import StillResult, read_still
    from kiosk.devices.decoder.symbology import OURS

    without_thread_pool()
    wanted = _named(symbologies) or (None if foreign else OURS)
    steps = table(wanted)
    loaded = False
    found = _pictures(paths)
    for path in found:
        whole = pictures.load_whole(path)
        if whole is None:
            click.echo(f"kiosk: {_shown(path)}: not a picture that can be read", err=True)
            result = StillResult((), 0.0, frames=0)
        else:
            loaded = True
            luma = fitted(whole)
            result = read_still(
                steps,
                luma,
                closer=fitted(whole, 2.0) if foreign and whole.size > luma.size else None,
                foreign=foreign,
                budget_ms=budget_ms,
                frames=frames,
            )
        codes = [{"text": r.text, "format": r.symbology} for r in result.readings]
        if as_json:
            line = {
                "path": str(path),
                "codes": codes,
                "ms": round(result.cpu_ms, 3),
                "frames": result.frames,
            }
            if explain:
                line["steps"] = [
                    {"name": run.name, "ms": round(run.cpu_ms, 3), "codes": len(run.readings)}
                    for run in result.runs
                ]
            # ASCII, so that nothing in a foreign text can end the line (U+0085, U+2028).
            click.echo(json.dumps(line))
        else:
            texts = "; ".join(f"{code['format']} {code['text']!r}" for code in codes)
            cost = f"{result.cpu_ms:.1f} ms, frame {result.frames}"
            click.echo(f"{_shown(path)}: {texts or 'no code'} ({cost})")
            if explain:
                for run in result.runs:
                    read = ", ".join(r.symbology for r in run.readings) or "-"
                    click.echo(f"    {run.name:<22} {run.cpu_ms:7.1f} ms  {read}")
    if not found:
        click.echo("kiosk: there are no pictures in what was named", err=True)
    if not loaded:
        sys.exit(1)


def _named(symbologies: str | None) -> frozenset[str] | None:
    """The names given, checked.

    Raises:
        click.BadParameter: an engine knows no such symbology.
    """
    from kiosk.devices.decoder.symbology import NAMES

    if symbologies is None:
        return None
    names = frozenset(name.strip() for name in symbologies.split(",") if name.strip())
    unknown = sorted(names - NAMES)
    if unknown or not names:
        near = [match for name in unknown for match in difflib.get_close_matches(name, NAMES, 1)]
        hint = f" (did you mean {', '.join(near)}?)" if near else ""
        raise click.BadParameter(
            f"{', '.join(unknown) or 'nothing'}{hint}: known are {', '.join(sorted(NAMES))}",
            param_hint="--symbologies",
        )
    return names


def _shown(path: Path) -> str:
    """A name for people, whatever bytes it is made of."""
    return os.fsencode(path).decode(errors="replace")


def _pictures(paths: tuple[Path, ...]) -> list[Path]:
    """The files named, and the pictures below the folders named, in the order of their names."""
    from kiosk.devices.camera import pictures

    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if pictures.is_picture(p) and p.is_file())
        else:
            found.append(path)
    return found
