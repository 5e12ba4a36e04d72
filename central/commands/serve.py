"""`central serve`"""

import http.client
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import click
import psycopg

from central.database import cluster, dsn, migration
from central.database.place import data_option
from central.database.trouble import Unreachable
from central.ledger import functions
from central.serving.child import Child

_LOOK_EVERY_S = 0.2
_END_S = 10.0
_PORT = click.IntRange(1, 65535)


_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class _Ended(Exception):
    """A signal asked us to end."""


@click.command(help="Run the API, the web pages and the worker until a signal ends them.")
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=_PORT, default=8300, show_default=True, help="Port of the API.")
@click.option("--web-port", type=_PORT, default=8301, show_default=True, help="Port of the pages.")
@click.option("--migrate", is_flag=True, help="Create or update the database first.")
def command(data: Path, host: str, port: int, web_port: int, migrate: bool) -> None:
    if port == web_port:
        raise click.ClickException(f"--port and --web-port are both {port}: choose two")
    for number in _SIGNALS:
        signal.signal(number, _end)
    try:
        _need_free(host, port, "--port")
        _need_free(host, web_port, "--web-port")
        with cluster.opened(os.environ) as dsns:
            if migrate:
                embedded = not os.environ.get(dsn.URL_VARIABLE)
                migration.migrate(dsns, data, embedded=embedded, say=click.echo)
            _verify(dsns)
            _serve(
                _children(host, port, web_port),
                lambda: _answers(host, port, "/v1/readyz") and _answers(host, web_port, "/healthz"),
                f"http://{_in_url(host)}:{port}/v1",
            )
    except _Ended:
        click.echo("stopped")


def _end(_number: int, _frame: object) -> None:
    for number in _SIGNALS:  # a second one must not break off the ending
        signal.signal(number, signal.SIG_IGN)
    raise _Ended


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _need_free(host: str, port: int, option: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"cannot listen on {host} port {port}: {error.strerror};"
                f" stop what uses it, or choose another with {option}"
            ) from None


def _verify(dsns: dsn.Dsns) -> None:
    """This program's tables and functions, before anybody is served.

    Raises:
        NotMigrated, FunctionsChanged, Unreachable
    """
    try:
        with psycopg.connect(dsns.app, connect_timeout=10) as connection:
            functions.verify(connection)
    except psycopg.OperationalError as error:
        raise Unreachable(
            "the database does not answer, or was never set up (run `central migrate`): "
            + str(error).strip().splitlines()[-1].strip()
        ) from None


def _children(host: str, port: int, web_port: int) -> list[Child]:
    listen = ("--host", host, "--port")
    return [
        Child("api", ("central.serving.api", *listen, str(port)), os.environ),
        Child("web", ("central.serving.web", *listen, str(web_port)), os.environ),
        Child("worker", ("central.serving.worker_process",), os.environ),
    ]


def _serve(children: list[Child], answers: Callable[[], bool], url: str) -> None:
    """Until a signal raises `_Ended`; no child is left then. Tells once that all answer."""
    told_ready = False
    try:
        for child in children:
            child.start()
        while True:
            for child in children:
                if happened := child.watch():
                    click.echo(happened, err=True)
            if not told_ready and answers():
                told_ready = True
                click.echo(f"ready: {url}")
            time.sleep(_LOOK_EVERY_S)
    finally:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.wait(_END_S)


def _answers(host: str, port: int, path: str) -> bool:
    """Whether this process says that it is well."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        # By a name that the pages' ALLOWED_HOSTS has: `host` may be 0.0.0.0.
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
