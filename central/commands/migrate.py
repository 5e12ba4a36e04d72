"""`central migrate`"""

import os
from pathlib import Path

import click

from central.database import cluster, dsn, migration
from central.database.place import data_option


@click.command(help="Create or update the database: roles, tables, functions, rights, keys.")
@data_option
def command(data: Path) -> None:
    with cluster.opened(os.environ) as dsns:
        embedded = not os.environ.get(dsn.URL_VARIABLE)
        migration.migrate(dsns, data, embedded=embedded, say=click.echo)
