"""A TOML text as a typed model, with every mistake in it told at once: line, why, how to mend."""

import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import tomlkit
import tomlkit.exceptions
from pydantic import BaseModel, ValidationError

from kiosk.config_mistake import ConfigMistakes, Mistake, lines_of_keys, shown

M = TypeVar("M", bound=BaseModel)
Further = Callable[[M, dict[str, int]], Sequence[Mistake]]
"""Finds mistakes between the tables of a model that is right in each of them; gets the line of
each key too."""


def read_toml(path: Path, model: type[M], if_missing: str, further: Further[M] | None = None) -> M:
    """What a file says.

    Args:
        path: the file.
        model: what it may say.
        if_missing: how to mend it when there is no such file.
        further: looks for mistakes between the tables.

    Raises:
        ConfigMistakes: with every mistake that the file has.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        mistake = Mistake(None, "file", "", "is not there", if_missing)
        raise ConfigMistakes(path, (mistake,)) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        fix = "make it a text file that the kiosk may read"
        raise ConfigMistakes(path, (Mistake(None, "file", "", str(why), fix),)) from error
    return parse_toml(text, path, model, further)


def parse_toml(text: str, path: Path, model: type[M], further: Further[M] | None = None) -> M:
    """What a TOML text says; `path` only names it in mistakes.

    Raises:
        ConfigMistakes
    """
    try:
        raw = tomlkit.parse(text).unwrap()
    except tomlkit.exceptions.ParseError as error:
        why = re.sub(r" at line \d+ col \d+$", "", str(error)).rstrip(".")
        fix = "mend this line; text values stand in quotes, tables in [brackets]"
        raise ConfigMistakes(path, (Mistake(error.line, "TOML", "", why, fix),)) from error
    except tomlkit.exceptions.TOMLKitError as error:
        fix = "keep one of them"
        raise ConfigMistakes(path, (Mistake(None, "TOML", "", str(error), fix),)) from error
    lines = lines_of_keys(text)
    try:
        said = model.model_validate(raw)
    except ValidationError as error:
        mistakes = [
            _mistake(model, e["loc"], e["type"], e["msg"], e["input"], lines)
            for e in error.errors()
        ]
        raise ConfigMistakes(path, tuple(sorted(mistakes, key=lambda m: m.line or 0))) from None
    if further is not None and (between := further(said, lines)):
        raise ConfigMistakes(path, tuple(sorted(between, key=lambda m: m.line or 0)))
    return said


def _mistake(
    whole: type[BaseModel],
    loc: tuple[int | str, ...],
    kind: str,
    message: str,
    value: Any,
    lines: dict[str, int],
) -> Mistake:
    key = ".".join(map(str, loc))
    parent = ".".join(map(str, loc[:-1]))
    line = lines.get(key, lines.get(parent))
    if kind == "extra_forbidden":
        known = _fields_of(whole, loc[:-1])
        near = difflib.get_close_matches(str(loc[-1]), known, 1)
        fix = f"did you mean {near[0]}?" if near else "leave it out; known are " + ", ".join(known)
        return Mistake(line, key, shown(value), "is not a key that the kiosk knows", fix)
    why = message[0].lower() + message[1:]
    given = "" if kind == "missing" else shown(value)
    return Mistake(line, key, given, why, _fix_for(whole, loc))


def _table(annotation: Any) -> type[BaseModel] | None:
    """The model of a table, also of one that may be left out."""
    for each in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


def _fields_of(whole: type[BaseModel], table: tuple[int | str, ...]) -> list[str]:
    model = whole
    for name in table:
        below = _table(model.model_fields[str(name)].annotation)
        if below is None:
            return []
        model = below
    return list(model.model_fields)


def _fix_for(whole: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    model = whole
    for name in loc:
        field = model.model_fields[str(name)]
        below = _table(field.annotation)
        if below is not None:
            model = below
            continue
        extra = field.json_schema_extra
        return str(extra["fix"]) if isinstance(extra, dict) else str(field.description)
    return f"make it a table: [{loc[-1]}]"
