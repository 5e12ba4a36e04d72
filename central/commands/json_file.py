"""A file of JSON that a person has written: read, or told where it is wrong."""

import codecs
import re
from pathlib import Path
from typing import Any

import click
import msgspec

_AT_BYTE = re.compile(r" \(byte (\d+)\)$")
_AT_PATH = re.compile(r"^(.*) - at `(key in )?\$\.?(.*)`$", re.DOTALL)


def read_json(path: Path, kind: str) -> Any:
    """What the file says.

    Args:
        kind: what it should be, for the one line that tells what is wrong: "proposal".

    Raises:
        click.ClickException: it cannot be read, or is no JSON; with line and column.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"cannot read {path}: {error.strerror}") from None
    content = content.removeprefix(codecs.BOM_UTF8)  # as Windows' Notepad writes it
    try:
        return msgspec.json.decode(content)
    except RecursionError:
        raise click.ClickException(f"{path} is no {kind}: brackets within brackets") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{path} is no {kind}: it is not in UTF-8") from None
    except msgspec.DecodeError as error:
        raise click.ClickException(f"{path} is no {kind}: {_where(str(error), content)}") from None


def misfit(path: Path, kind: str, error: msgspec.ValidationError) -> click.ClickException:
    """One line: which field of the file is not what it has to be.

    E.g. `p.json is no proposal: lines[0].points: Expected `int`, got `str``
    """
    found = _AT_PATH.match(str(error))
    told = f"{found[3] or 'the whole'}: {found[1]}" if found else str(error)
    return click.ClickException(f"{path} is no {kind}: {told}")


def _where(message: str, content: bytes) -> str:
    """With line and column, as an editor counts, instead of bytes."""
    if "truncated" in message:
        last = content.count(b"\n") + 1
        return f"it ends in the middle, in line {last}"
    found = _AT_BYTE.search(message)
    if not found:
        return message
    before = content[: int(found[1])]
    line = before.count(b"\n") + 1
    column = len(before.rpartition(b"\n")[2].decode(errors="replace")) + 1
    return f"{_AT_BYTE.sub('', message)}, in line {line}, column {column}"
