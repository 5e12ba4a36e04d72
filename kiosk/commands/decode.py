"""`kiosk decode`: what the kiosk's decoders make of pictures."""

import json
import sys
from pathlib import Path

import click


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON line for each picture.")
@click.option("--any", "foreign", is_flag=True, help="Every symbology and foreign texts.")
def command(paths: tuple[Path, ...], as_json: bool, foreign: bool) -> None:
    """Read codes from pictures; a folder stands for every picture below it.

    Each picture is fitted into 1280x720, as the camera would give it. A JSON line is
    {path, codes: [{text, format}], ms}; ms is CPU time until the first accepted read,
    loading excluded. Without --any only codes of this chain's form are printed.
    """
    from kiosk.devices.camera import pictures
    from kiosk.devices.decoder.chain import first_chain, without_thread_pool
    from kiosk.devices.decoder.still import read_still
    from kiosk.devices.decoder.symbology import OURS

    without_thread_pool()
    chain = first_chain(None if foreign else OURS)
    loaded = False
    for path in _pictures(paths):
        luma = pictures.load(path)
        if luma is None:
            click.echo(f"kiosk: {path}: not a picture that can be read", err=True)
            codes, cpu_ms = [], 0.0
        else:
            loaded = True
            result = read_still(chain, luma, foreign=foreign)
            codes = [{"text": r.text, "format": r.symbology} for r in result.readings]
            cpu_ms = result.cpu_ms
        if as_json:
            line = {"path": str(path), "codes": codes, "ms": round(cpu_ms, 3)}
            # ASCII, so that nothing in a foreign text can end the line (U+0085, U+2028).
            click.echo(json.dumps(line))
        else:
            texts = "; ".join(f"{code['format']} {code['text']!r}" for code in codes)
            click.echo(f"{path}: {texts or 'no code'} ({cpu_ms:.1f} ms)")
    if not loaded:
        sys.exit(1)


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
