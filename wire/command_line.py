"""The shape of both command lines: commands are found when asked for, so that `--help` is quick."""

import importlib
from collections.abc import Mapping

import click


class _LazyGroup(click.Group):
    """`NAME` is the attribute `command` of the module `PACKAGE.commands.NAME`."""

    def __init__(
        self, package: str, sections: Mapping[str, Mapping[str, str]], help_text: str
    ) -> None:
        super().__init__(package, help=help_text)
        self._package = package
        self._sections = sections
        self._summaries = {n: s for section in sections.values() for n, s in section.items()}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Bytes that are no UTF-8 come as half characters, which nothing can write down."""
        for place, word in enumerate(args, 1):
            if not word.isascii() and any("\ud800" <= char <= "\udfff" for char in word):
                told = word.encode(errors="replace").decode()
                raise click.UsageError(f"word {place} is not in UTF-8: {told}", ctx)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._summaries:
            return None
        module = importlib.import_module(f"{self._package}.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, self._summaries))
        for title, summaries in self._sections.items():
            with formatter.section(title):
                rows = [(name.ljust(widest), line) for name, line in summaries.items()]
                formatter.write_dl(rows)


def lazy_group(package: str, help_text: str, summaries: Mapping[str, str]) -> click.Group:
    """The group `package` whose commands live in `PACKAGE.commands`, one module each.

    Args:
        summaries: name of each command (with hyphens) and its line in `--help`.
    """
    return lazy_sections(package, help_text, {"Commands": summaries})


def lazy_sections(
    package: str, help_text: str, sections: Mapping[str, Mapping[str, str]]
) -> click.Group:
    """The same, with the commands of `--help` under titles."""
    return _LazyGroup(package, sections, help_text)
