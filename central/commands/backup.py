"""`central backup`"""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from central.backup import making
from central.database import cluster
from central.database.place import NamedPath, data_option

_HELP = """Put database, signing keys and secret into one file, while the service serves.

The file is readable by its owner only and holds the keys that sign member codes: keep it as you
keep a key to the shop. It has its name only when all of it is on the disk.

\b
Every night, by systemd (units of this project):
    systemctl enable --now central-backup.timer
or by cron (in /etc/cron.d/points-central), to another disk, thirty nights kept:
    CENTRAL_DATA=/var/lib/points-central
    30 3 * * *  points-central  set -a; . /etc/points-central/environment && \
/opt/points-central/bin/central backup --to /mnt/backup --keep 30
The file names the database (DATABASE_URL), and that user must be able to read it.
Then copy it to another house, and try `central restore` from time to time.
"""


@click.command(help=_HELP)
@click.option(
    "--to",
    type=NamedPath(path_type=Path),
    help="A folder, or a file that ends in .zip; without it, `backups` in the data folder.",
)
@click.option(
    "--keep",
    type=click.IntRange(1, 10_000),
    help="Afterwards, remove all but the newest N of the backups in that folder.",
)
@data_option
def command(to: Path | None, keep: int | None, data: Path) -> None:
    now = datetime.now(UTC)
    target = making.place_for(to.absolute() if to else None, data, now)
    if keep is not None and not making.is_ours(target):
        raise click.ClickException("--keep goes with a folder: it counts the backups in it")
    with cluster.opened(os.environ) as dsns:
        manifest, missing = making.make(dsns, data, target, now, _tell)
    rows = sum(manifest.state.rows.values())
    click.echo(f"{target}: {target.stat().st_size / 1e6:,.1f} MB, {rows:,} rows")
    for kid in missing:
        _tell(
            f"warning: the private half of token key {kid} is not in {data}: without it, member"
            " codes and cards have to be issued anew; back it up where it is"
        )
    if keep is not None:
        removed = making.remove_old(target, keep)
        if removed:
            click.echo(f"removed: {', '.join(path.name for path in removed)}")


def _tell(line: str) -> None:
    click.echo(line, err=True)
