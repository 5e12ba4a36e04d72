"""`central restore`"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from central.backup import archive, restoring
from central.backup.archive import Archive
from central.backup.manifest import Manifest
from central.backup.restoring import Restored
from central.commands.typed import LINE
from central.database import cluster
from central.database.place import data_option

_HELP = """Bring a backup back: database, signing keys and secret.

Every byte is compared with what was written. The database grows beside the one there is, gets
the tables and functions of this version, and is checked (`central check`). Only then does it get
its name; if anything is wrong before, nothing has changed.

Stop the service first. What happened after the backup was made is not in it: docs/backup.md says
what kiosks, tills and staff then hold, and what to do about it.
"""

_DAYS_FROM_H = 48


@click.command(help=_HELP)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Put it in the place of the database there is, which is kept under another name.",
)
@click.option(
    "--into",
    metavar="NAME",
    type=LINE,
    help="Restore beside it, into a new database of this name; keys are left as they are.",
)
@click.option("--look", is_flag=True, help="Only verify the file and tell what is in it.")
@click.option(
    "--even-broken", is_flag=True, help="Also when an invariant does not hold in the backup."
)
@data_option
def command(
    file: Path, replace: bool, into: str | None, look: bool, even_broken: bool, data: Path
) -> None:
    if replace and into:
        raise click.ClickException(
            "--replace and --into do not go together: --into is beside what there is"
        )
    now = datetime.now(UTC)
    with archive.opened(file) as opened:
        _verify(opened)
        if look:
            _tell_content(opened.manifest, now)
            return
        with cluster.opened(os.environ) as dsns:
            restored = restoring.restore(
                opened,
                dsns,
                data,
                now,
                lambda line: click.echo(line, err=True),
                into=into,
                replace=replace,
                even_broken=even_broken,
            )
        _tell_restored(restored, data)
        _tell_content(opened.manifest, now)


def _verify(opened: Archive) -> None:
    with click.progressbar(length=opened.size, label="verifying", file=sys.stderr) as bar:
        opened.verify(bar.update)


def _tell_restored(restored: Restored, data: Path) -> None:
    click.echo(f"restored: database {restored.database} {restored.server}")
    if restored.kept_database is not None:
        click.echo(
            f"kept: what was there before is the database {restored.kept_database};"
            " drop it when nobody needs it any more"
        )
    if restored.kept_files is not None:
        click.echo(f"kept: keys and secret that were in {data} are in {restored.kept_files}")
    for kid in restored.keys_missing:
        click.echo(
            f"warning: the private half of token key {kid} is not in {data}: member codes and"
            " cards have to be issued anew",
            err=True,
        )


def _tell_content(manifest: Manifest, now: datetime) -> None:
    state, zone = manifest.state, ZoneInfo(manifest.state.timezone)
    click.echo(
        f"made {_when(manifest.made_at, zone, now)} by version {manifest.version} from PostgreSQL"
        f" {manifest.server}: {sum(state.rows.values()):,} rows in {len(state.rows)} tables"
    )
    if state.last_movement is None:
        click.echo("no points have ever moved in it")
    else:
        moved = state.last_movement
        click.echo(
            f"the last movement was: {moved.kind}, {_when(moved.at, zone, now)}"
            f" (journal {moved.journal})"
        )
    if state.audit is not None:
        click.echo(f"the audit chain ends with {state.audit.seq}: {state.audit.sha256}")
    if state.unsettled:
        counted = ", ".join(f"{count} {name}" for name, count in state.unsettled.items())
        click.echo(f"redemptions under way then: {counted}")


def _when(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S} ({zone.key}), {_ago(now - at)}"


def _ago(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes < 0:
        return "in the future by this machine's clock"
    hours, minutes = divmod(minutes, 60)
    if hours == 0:
        return f"{minutes} min ago"
    if hours < _DAYS_FROM_H:
        return f"{hours} h {minutes} min ago"
    return f"{hours // 24} days ago"
