"""The API process: `python -m central.serving.api --host H --port P`."""

import click
import uvicorn

from central.serving.bounded_http import BoundedHttp

KEEP_ALIVE_S = 75
"""For the next request on a connection; a kiosk closes its own after five seconds."""
CONNECTIONS_MAX = 2000
"""More are told 503 at once."""
LAST_REQUESTS_S = 5
"""What runs when the process is asked to end may take so long."""


@click.command()
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
def main(host: str, port: int) -> None:
    """Serve /v1 with the database and data folder of the environment."""
    uvicorn.run(
        "central.api.app:from_environment",
        factory=True,
        host=host,
        port=port,
        loop="uvloop",
        http=BoundedHttp,
        ws="none",
        lifespan="on",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="error",
        limit_concurrency=CONNECTIONS_MAX,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=LAST_REQUESTS_S,
    )


if __name__ == "__main__":
    main()
