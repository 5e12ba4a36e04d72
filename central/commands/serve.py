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


class _Ended(Exception):
    """A signal asked us to end."""


@click.command(help="Run the API, the web pages and the worker until a signal ends them.")
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8300, show_default=True, help="Port of the API.")
@click.option("--web-port", default=8301, show_default=True, help="Port of the web pages.")
@click.option("--migrate", is_flag=True, help="Create or update the database first.")
def command(data: Path, host: str, port: int, web_port: int, migrate: bool) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    try:
        _need_free(host, port, "--port")
        _need_free(host, web_port, "--web-port")
        with cluster.opened(os.environ) as dsns:
            if migrate:
                embedded = not os.environ.get(dsn.URL_VARIABLE)
                migration.migrate(dsns, data, embedded=embedded, say=click.echo)
            _verify(dsns)
            _serve(_children(host, port, web_port), lambda: _answers(host, port), host, port)
    except _Ended:
        click.echo("stopped")


def _end(_number: int, _frame: object) -> None:
    raise _Ended


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


def _serve(children: list[Child], answers: Callable[[], bool], host: str, port: int) -> None:
    """Until a signal raises `_Ended`; no child is left then."""
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
                click.echo(f"ready: http://{host}:{port}/v1")
            time.sleep(_LOOK_EVERY_S)
    finally:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.wait(_END_S)


def _answers(host: str, port: int) -> bool:
    """Whether the API says that it is ready."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", "/v1/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
