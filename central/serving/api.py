"""The API process: `python -m central.serving.api --host H --port P`."""

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels


@click.command()
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
def main(host: str, port: int) -> None:
    """Serve /v1 with the database and data folder of the environment."""
    Granian(
        "central.api.app:from_environment",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        loop=Loops.asyncio,
        websockets=False,
        workers=1,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
