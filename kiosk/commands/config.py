"""`kiosk config`: what the kiosk would run with."""

import textwrap
from typing import Any

import click
import tomlkit
from pydantic import BaseModel
from tomlkit.items import Table

from kiosk.commands.configured import with_config
from kiosk.config import KioskConfig

_COMMENT_WIDTH = 88


@click.command(help="Print the effective configuration as TOML, each key with what it means.")
@with_config
def command(config: KioskConfig) -> None:
    click.echo(effective(config), nl=False)


def effective(config: KioskConfig) -> str:
    """The configuration as a commented kiosk.toml that reads back as the same.

    kiosk.toml holds no secret (an address with a password in it is refused); of the
    device's key only the place is told.
    """
    document = tomlkit.document()
    for path, what in ((config.key_path, "private key"), (config.device_path, "enrolment")):
        state = "present, not shown" if path.exists() else "not there yet"
        document.add(tomlkit.comment(f"{what}: {path} ({state})"))
    document.add(tomlkit.nl())
    _write(document, config)
    return document.as_string()


def _write(target: tomlkit.TOMLDocument | Table, model: BaseModel) -> None:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        comments = [
            tomlkit.comment(line) for line in textwrap.wrap(field.description or "", _COMMENT_WIDTH)
        ]
        if isinstance(value, BaseModel):
            table = tomlkit.table()
            for comment in comments:
                table.add(comment)
            _write(table, value)
            target.add(name, table)
        else:
            for comment in comments:
                target.add(comment)
            if value is None:  # which TOML cannot say
                target.add(tomlkit.comment(f"{name} = (left out)"))
            else:
                target.add(name, _plain(value))


def _plain(value: Any) -> Any:
    """As TOML knows it: paths and languages are texts."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, bool | int | float) else str(value)
