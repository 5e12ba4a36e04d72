"""Every command of `central` with words that it understands, and words that nobody should type."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from central.__main__ import main
from central.commands.typed import Day

_DEED = ("--operator", "E01", "--reason", "because", "--dry-run")
NOT_CALLED = {
    "serve": "it serves until a signal comes",
    "demo-data": "all that it takes is --data",
    "migrate": "all that it takes is --data",
    "openapi": "it takes nothing",
    "check": "all that it takes is --data",
}
"""Their options are looked at, but not typed."""
_NOT_TYPED = {
    "help": "click's own",
    "watch": "it goes on for ever",
    "data": "a test of its own",
    "url": "a test of its own",
}

NUMBERS = ("0", "-1", "2147483648", "9223372036854775808", "1" + 20 * "0", "-1" + 20 * "0",
    "", " ", "十二", "1e3", "NaN", "1.5", "0x10")  # fmt: skip
DAYS = ("0001-01-01", "9999-12-31", "1970-01-01", "0000-00-00", "2026-02-30", "2026-13-01",
    "20261122", "2026-W47-7", "２０２６-１１-２２", "十一月", "", " ", "today",
    "1" + 20 * "0")  # fmt: skip
TEXTS = ("", " ", "十二", "1" + 20 * "0", "-1", 5000 * "x", "\udce9", "'; --", "%", "a\nb",
    "\x1b[2J", "{}", "V1", "13800138000", "00000000-0000-0000-0000-000000000000",
    "no/such")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """What the good words name."""

    member: str
    other: str
    code: str
    folder: str


def good_words(ground: Ground) -> dict[str, tuple[str, ...]]:
    """By the command's path: its arguments, then the options without which it would refuse."""
    member, folder = ground.member, ground.folder
    card, code = "210000000012", ground.code
    till = (code, "--url", "http://127.0.0.1:1")  # nobody is there
    return {
        "audit": (),
        "backup": ("--to", f"{folder}/no such folder/b.zip"),
        "card": (member, "--png", f"{folder}/card.png"),
        "device list": (),
        "device revoke": ("K99",),
        "enrol-code": ("S1",),
        "ledger": (member,),
        "member close": (member, *_DEED),
        "member freeze": (member, *_DEED),
        "member merge": (member, "--into", ground.other, *_DEED),
        "member reopen": (member, *_DEED),
        "member unfreeze": (member, *_DEED),
        "member-code": (member, "--png", f"{folder}/code.png"),
        "plain-card add": (member, card),
        "plain-card block": (card,),
        "plain-card draw": (card, "--png", f"{folder}/plain.png"),
        "plain-card unblock": (card,),
        "points adjust": (member, "--points", "5", *_DEED),
        "points award": (member, "--points", "5", "--receipt", "S1:1:9", *_DEED),
        "points clawback": (member, "--receipt", "S1:1:8", *_DEED),
        "points clear": ("base", "--last-day", "2030-01-01", "--approver", "E02", *_DEED),
        "restore": (f"{folder}/none.zip",),
        "rolls": (),
        "run-night": (),
        "staff add": ("E77", "--name", "李", "--store", "S1"),
        "staff badge": ("E05", "--png", f"{folder}/badge.png"),
        "staff change": ("E05", "--store", "S1"),
        "staff hours": (),
        "staff leave": ("E06",),
        "staff list": (),
        "staff pin": ("E05",),
        "staff return": ("E06",),
        "stock count": ("雨伞", "S1", "5", *_DEED),
        "stock list": (),
        "stock move": ("雨伞", "S1", "central", "1", *_DEED),
        "stock receive": ("雨伞", "S1", "5", *_DEED),
        "stock write-off": ("雨伞", "S1", "1", *_DEED),
        "till check": till,
        "till restore": till,
        "till use": till,
        "tier explain": (member,),
        "tier give": (member, "plain", "--until", "2030-01-01", *_DEED),
        "tier list": (),
        "tier rules": ("--measure", "points", "--period", "year", "--downgrade", "full", *_DEED),
        "tier threshold": ("plain", "--reach", "100", *_DEED),
        "tier withdraw": (member, *_DEED),
        "voucher goods-returned": (code, *_DEED),
        "voucher release": (code, *_DEED),
        "voucher void": (code, *_DEED),
    }


def commands(group: click.Command = main, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every one that does something, with its path: `points adjust`."""
    if not isinstance(group, click.Group):
        yield path, group
        return
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        yield from commands(found, f"{path} {name}".strip())


@dataclass(frozen=True, slots=True)
class Typed:
    """One command, with one hostile word in it."""

    words: tuple[str, ...]
    hostile: str
    option: click.Parameter

    @property
    def name(self) -> str:
        """As a refusal tells it."""
        return (
            self.option.human_readable_name
            if not self.option.opts[0].startswith("-")
            else (self.option.opts[0])
        )

    @property
    def refused_at_once(self) -> bool:
        """Not by what is in the database: no such day or number can be meant."""
        kind = self.option.type
        if isinstance(kind, Day):
            return True
        if not isinstance(kind, click.IntRange):
            return False
        assert kind.min is not None, self.option.name
        assert kind.max is not None, self.option.name
        try:
            return not kind.min <= int(self.hostile) <= kind.max
        except ValueError:
            return True


def hostile(good: dict[str, tuple[str, ...]]) -> Iterator[Typed]:
    """Each option and argument of each command with each word that fits it badly."""
    for path, command in commands():
        if path in NOT_CALLED:
            continue
        arguments = [each for each in command.params if isinstance(each, click.Argument)]
        for option in command.params:
            if option.name in _NOT_TYPED or getattr(option, "is_flag", False):
                continue
            for word in _words_for(option):
                words = list(good[path])
                if option in arguments:
                    place = arguments.index(option)
                    given = [*words[: len(arguments)]] if words else []
                    given[place : place + 1] = [word]
                    rest = words[len(arguments) :]
                    words = [*rest, "--", *given]
                elif option.opts[0] in words:
                    words[words.index(option.opts[0]) + 1] = word
                else:
                    words += [option.opts[0], word]
                yield Typed((*path.split(), *words), word, option)


def _words_for(option: click.Parameter) -> tuple[str, ...]:
    if isinstance(option.type, Day):
        return DAYS
    return NUMBERS if isinstance(option.type, click.IntRange) else TEXTS
