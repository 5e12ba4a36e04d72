"""The service's data folder: secrets, keys, and the embedded database."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

DATA_VARIABLE = "CENTRAL_DATA"
_ROOT_DEFAULT = Path("/var/lib/points-central")
_USER_DEFAULT = Path(".local/share/points-central")


def data_dir(environment: Mapping[str, str]) -> Path:
    """The data folder that this environment means; it need not exist yet."""
    named = environment.get(DATA_VARIABLE)
    if named:
        return Path(named).absolute()
    return _ROOT_DEFAULT if os.geteuid() == 0 else Path.home() / _USER_DEFAULT


class NamedPath(click.Path):
    """A path that was named: an empty word (`--data "$DIR"`, and DIR is not set) would mean the
    folder that one happens to be in.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not value.strip():
            self.fail("it is empty.", param, ctx)
        return super().convert(value, param, ctx)


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a click command `--data DIR`; it takes effect through the environment.

    So that child processes and Django's settings see the same folder.
    """

    def take(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path:
        if value is not None:
            os.environ[DATA_VARIABLE] = str(value.absolute())
        return data_dir(os.environ)

    return click.option(
        "--data",
        "data",
        type=NamedPath(path_type=Path, file_okay=False),
        callback=take,
        help=f"Data folder of the service (or {DATA_VARIABLE}).",
    )(command)
