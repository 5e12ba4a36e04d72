"""`--config PATH` for every command of the kiosk."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click
from click.core import ParameterSource

from kiosk import config as kiosk_config
from kiosk.config_mistake import ConfigMistakes

P = ParamSpec("P")
R = TypeVar("R")


def with_config(
    command: Callable[Concatenate[kiosk_config.KioskConfig, P], R],
) -> Callable[..., R]:
    """Gives a command the loaded configuration as its first argument.

    A mistaken file is told on standard error, whole, and the program exits with
    os.EX_CONFIG (78), which tells systemd not to start it again and again.
    """
    return with_config_unless()(command)


def with_config_unless(
    *options: str,
) -> Callable[[Callable[Concatenate[kiosk_config.KioskConfig, P], R]], Callable[..., R]]:
    """`with_config` for a command that does without a file when one of these options is given.

    Then every default takes its place; a file that is there, or is named, is read all the same.
    """

    def configuring(
        command: Callable[Concatenate[kiosk_config.KioskConfig, P], R],
    ) -> Callable[..., R]:
        return _configured(command, options)

    return configuring


def _configured(
    command: Callable[Concatenate[kiosk_config.KioskConfig, P], R], instead: tuple[str, ...]
) -> Callable[..., R]:
    @click.option(
        "--config",
        "config_path",
        type=click.Path(path_type=Path),
        envvar="KIOSK_CONFIG",
        default=kiosk_config.DEFAULT_PATH,
        show_default=True,
        show_envvar=True,
        help="The kiosk's configuration.",
    )
    @functools.wraps(command)
    def configured(config_path: Path, *args: P.args, **kwargs: P.kwargs) -> R:
        unnamed = click.get_current_context().get_parameter_source("config_path")
        if (
            unnamed is ParameterSource.DEFAULT
            and any(kwargs.get(option) is not None for option in instead)
            and not config_path.exists()
        ):
            return command(kiosk_config.KioskConfig(), *args, **kwargs)
        try:
            config = kiosk_config.load(config_path)
        except ConfigMistakes as mistakes:
            click.echo(f"kiosk: {mistakes}", err=True)
            sys.exit(os.EX_CONFIG)
        return command(config, *args, **kwargs)

    return configured
