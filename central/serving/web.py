"""The process of the web pages: `python -m central.serving.web --host H --port P`."""

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


@click.command()
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
def main(host: str, port: int) -> None:
    """Serve Django's pages with the database and data folder of the environment."""
    Granian(
        "central.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        websockets=False,
        blocking_threads=4,
        workers=1,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main()
