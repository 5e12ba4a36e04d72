"""What a run of pytest over a mutated database says of the mutant."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.postgres import PostgresServer

ROOT = Path(__file__).parents[2]
_TIMEOUT_S = 600
"""All the tests without a fault take a minute; a busy machine takes several times as long."""
_PLUGINS = ("pytest_asyncio.plugin", "pytest_timeout", "xdist.plugin", "_hypothesis_pytestplugin")
"""The others take two seconds of every start, and their part in these tests is none."""
_BY_ASSERTION = ("AssertionError", "assert ", "Failed: DID NOT RAISE")
_BY_REFUSAL = ("central.ledger.refusal.LedgerRefused",)


class Colour(StrEnum):
    GREEN = "green"
    """All passed: over a mutated database this is a mutant that survived."""
    RED = "red"
    """An assertion failed, or a call was refused that must not be."""
    BROKEN = "broken"
    """It went red otherwise: no proof that the suite looks at what the mutant does."""


@dataclass(frozen=True, slots=True)
class Verdict:
    colour: Colour
    took_s: float
    words: str
    """The first line of what failed."""


def run(
    postgres: PostgresServer,
    template: str,
    nodes: Sequence[str],
    *more: str,
    timeout_s: float = _TIMEOUT_S,
) -> Verdict:
    """Runs these tests, each with databases copied from the template, until one fails.

    A run that does not end is no verdict on the mutant: broken, and its words say so.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        command += [word for plugin in _PLUGINS for word in ("-p", plugin)]
        command += [f"--junitxml={report}", *more, *nodes]
        began = time.monotonic()
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ
            | postgres.environment(template)
            | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # so that what the tests have started ends with them
        ) as child:
            try:
                said, _ = child.communicate(timeout=timeout_s)
            except subprocess.TimeoutExpired:
                return Verdict(Colour.BROKEN, timeout_s, f"it had not ended after {timeout_s:g} s")
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
        took_s = time.monotonic() - began
        if child.returncode == 0:
            return Verdict(Colour.GREEN, took_s, "")
        if child.returncode != 1 or not report.exists():
            return Verdict(Colour.BROKEN, took_s, said.strip()[-400:])
        return _read(report, took_s)


def _read(report: Path, took_s: float) -> Verdict:
    """Errors of fixtures are no failures: a test that could not begin has looked at nothing."""
    suite = ET.parse(report)  # noqa: S314  # pytest has just written it
    failures = [each.get("message", "") for each in suite.iter("failure")]
    errors = [each.get("message", "") for each in suite.iter("error")]
    for message in failures:
        if message.startswith((*_BY_ASSERTION, *_BY_REFUSAL)):
            return Verdict(Colour.RED, took_s, message.splitlines()[0])
    words = (failures + errors or ["nothing failed, and it did not pass"])[0]
    return Verdict(Colour.BROKEN, took_s, " ".join(words.split())[:400])
