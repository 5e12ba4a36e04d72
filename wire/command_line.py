"""The shape of both command lines: commands are found when asked for, so that `--help` is quick."""

import importlib
from collections.abc import Mapping

import click


class _LazyGroup(click.Group):
    """`NAME` is the attribute `command` of the module `PACKAGE.commands.NAME`."""

    def __init__(self, package: str, summaries: Mapping[str, str], help_text: str) -> None:
        super().__init__(package, help=help_text)
        self._package = package
        self._summaries = summaries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._summaries:
            return None
        module = importlib.import_module(f"{self._package}.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self._summaries.items()))


def lazy_group(package: str, help_text: str, summaries: Mapping[str, str]) -> click.Group:
    """The group `package` whose commands live in `PACKAGE.commands`, one module each.

    Args:
        summaries: name of each command (with hyphens) and its line in `--help`.
    """
    return _LazyGroup(package, summaries, help_text)
