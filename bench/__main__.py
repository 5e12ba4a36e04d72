"""`python -m bench [NAME ...]`: run the benchmarks, keep their lines, print the table.

Without a name all run but `sizes` and `night`, which take eleven minutes.

Each benchmark is a module here that prints one JSON line per figure (`bench.figure.tell`);
it runs in a process of its own, so that one cannot warm up the next.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from bench.figure import this_machine

BENCHMARKS = {
    "voucher": "voucher picture and encoding",
    "printer": "voucher over a line of 115200 baud, its CPU, its bytes on disk",
    "start": "cold start to first frame, beside a bare Kivy window",
    "frames": "frame p99 while scanning, beside not scanning",
    "video": "a minute of film through the scanner, the screen beside it",
    "scan": "code held up to the member's rewards",
    "orm": "the same redemptions by functions and by Django's ORM (1 min)",
    "redemptions": "reserve + printing + capture through signed /v1, beside pgbench (7 min)",
}
LONG = {
    "sizes": "lookup and reserve with 10,000, 100,000 and 1,000,000 members (4 min)",
    "night": "the nightly run over 1,000,000 lots (7 min)",
}
"""Only when they are named."""
MODULES = {"video": "scanner_video"}
"""Of the benchmarks whose module has another name."""
TIMEOUT_S = 3600


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice([*BENCHMARKS, *LONG]))
@click.option("--out", type=click.Path(path_type=Path), default=Path("bench-out"))
def main(names: tuple[str, ...], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    machine = this_machine()
    lines: list[dict[str, Any]] = []
    failed: list[str] = []
    for name in names or tuple(BENCHMARKS):
        print(f"{(BENCHMARKS | LONG)[name]} ...", flush=True)
        try:
            lines += figures_of(name)
        except (subprocess.SubprocessError, ValueError) as error:
            failed.append(name)
            print(f"  failed: {error}", file=sys.stderr)
    kept = out / f"{machine.at:%Y%m%dT%H%M%SZ}.jsonl"
    described = msgspec.to_builtins(machine)
    with kept.open("w") as file:
        for line in lines:
            file.write(json.dumps({**line, "machine": described}, ensure_ascii=False) + "\n")
    print(f"\n{machine.cpu}, {machine.cores} cores, Python {machine.python}\n")
    print(table(lines))
    print(f"\n{kept}")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def figures_of(name: str) -> list[dict[str, Any]]:
    """The figures that this benchmark told; what else it says goes to the terminal.

    Raises:
        subprocess.SubprocessError: it failed, or took too long.
        ValueError: it told nothing.
    """
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{MODULES.get(name, name)}"],
        stdout=subprocess.PIPE,
        text=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise ValueError(f"bench.{name} told no figure")
    return lines


def table(lines: list[dict[str, Any]]) -> str:
    """The figures for reading: one line each, ratio last."""
    rows = [("figure", "ours", "beside it", "", "ratio")]
    for line in lines:
        unit = line["unit"]
        beside, peer = line.get("peer_value"), line.get("peer", "")
        ratio = line.get("ratio")
        rows.append(
            (
                line["name"],
                _shown(line["value"], unit),
                "" if beside is None else _shown(beside, unit),
                peer,
                "" if ratio is None else f"{ratio:.2f}",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}"
        f"  {row[3]:<{widths[3]}}  {row[4]:>{widths[4]}}".rstrip()
        for row in rows
    )


def _shown(value: float, unit: str) -> str:
    figure = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{figure} {unit}".strip()


if __name__ == "__main__":
    main()
