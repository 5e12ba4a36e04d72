"""`central openapi`"""

import click
import msgspec


@click.command()
def command() -> None:
    """Print the description of the points API (OpenAPI 3.1), as published in docs/openapi.json."""
    from central.api.app import litestar

    schema = litestar().openapi_schema.to_schema()
    click.echo(msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=1).decode())
