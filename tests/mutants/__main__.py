"""Puts one fault after the other into a copy of the ledger's functions: the suite must go red.

python -m tests.mutants                all of them: see docs/mutants.md
python -m tests.mutants debt           those with this in their name
python -m tests.mutants --walk debt    the random walk looks for them, not the named test
python -m tests.mutants --list         what there is, without a database
"""

import argparse
import sys
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import LEDGER, Mutant, TextNotFound, make_template, mutated
from tests.mutants.verdict import Colour, Verdict, run
from tests.postgres import PostgresServer, running

_AT_ONCE = 2
"""Two cores; each mutant is a pytest and its databases."""
_WALK = f"{LEDGER}/test_ledger_machine.py"


@dataclass(frozen=True, slots=True)
class Trial:
    mutant: Mutant
    test: str
    verdict: Verdict


def main(arguments: Sequence[str] | None = None) -> int:
    """0: every mutant was caught; 1: one survived, is broken, or its text is gone."""
    parser = argparse.ArgumentParser(
        prog="make mutants MUTANTS_ARGS=...", description=__doc__.split("\n")[0] if __doc__ else ""
    )
    parser.add_argument("names", nargs="*", help="a word of the mutants' names; all without one")
    parser.add_argument("--walk", action="store_true", help="let the random walk look for them")
    parser.add_argument("--list", action="store_true", help="tell what there is and end")
    asked = parser.parse_args(arguments)
    chosen = [m for m in MUTANTS if not asked.names or any(n in m.name for n in asked.names)]
    if not chosen:
        print(f"no mutant has {' or '.join(asked.names)} in its name: see --list", file=sys.stderr)
        return 1
    if gone := _gone(chosen):
        print("\n".join(gone), file=sys.stderr)
        return 1
    if asked.list:
        for mutant in chosen:
            print(f"{mutant.name}: {mutant.node}")
        return 0
    return _try_all(chosen, walk=asked.walk)


def _gone(mutants: list[Mutant]) -> list[str]:
    found = []
    for mutant in mutants:
        try:
            mutated(mutant)
        except TextNotFound as error:
            found.append(str(error))
    return found


def _try_all(mutants: list[Mutant], *, walk: bool) -> int:
    began = time.monotonic()
    with running(uuid.uuid4().hex) as postgres:
        nodes = [_WALK] if walk else sorted({mutant.node for mutant in mutants})
        sound = run(postgres, postgres.template, nodes, "-n", str(_AT_ONCE))
        if sound.colour is not Colour.GREEN:
            print(f"without a fault the tests do not pass: {sound.words}", file=sys.stderr)
            return 1
        print(f"{len(nodes)} tests pass without a fault ({sound.took_s:.0f} s)", flush=True)

        def tried(mutant: Mutant) -> Trial:
            test = _WALK if walk else mutant.node
            return Trial(mutant, test, _verdict(postgres, mutant, test))

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            trials = []
            for trial in threads.map(tried, mutants):
                trials.append(trial)
                _tell(trial, len(trials), len(mutants))
    return _sum_up(trials, time.monotonic() - began)


def _verdict(postgres: PostgresServer, mutant: Mutant, test: str) -> Verdict:
    template = f"mutant_{uuid.uuid4().hex}"
    try:
        make_template(postgres, mutant, template)
        return run(postgres, template, [test])
    except psycopg.Error as error:
        return Verdict(Colour.BROKEN, 0, f"no SQL: {error}")
    finally:
        postgres.drop(template)


def _tell(trial: Trial, number: int, of: int) -> None:
    verdict, test = trial.verdict, trial.test.removeprefix(f"{LEDGER}/")
    colour = "SURVIVED" if verdict.colour is Colour.GREEN else verdict.colour.value
    print(f"{number:3}/{of} {colour:8} {verdict.took_s:5.1f} s  {trial.mutant.name}  <- {test}")
    if verdict.colour is Colour.BROKEN:
        print(f"{'':24}{verdict.words}")
    sys.stdout.flush()


def _sum_up(trials: list[Trial], took_s: float) -> int:
    missed = [trial for trial in trials if trial.verdict.colour is not Colour.RED]
    caught = len(trials) - len(missed)
    print(f"{caught} of {len(trials)} mutants caught in {took_s:.0f} s")
    for trial in missed:
        print(f"not caught: {trial.mutant.name} ({trial.mutant.why})", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
