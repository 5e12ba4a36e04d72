"""What a run of tests over a mutant proves, and what it does not."""

from tests.mutants.verdict import Colour, run
from tests.postgres import PostgresServer

_SOUND = "tests/central/ledger/test_points.py"


def test_a_run_that_does_not_end_is_no_catch(postgres: PostgresServer) -> None:
    verdict = run(postgres, postgres.template, [_SOUND], timeout_s=0.2)
    assert verdict.colour is Colour.BROKEN
    assert verdict.words == "it had not ended after 0.2 s"


def test_no_test_of_that_name_is_no_catch(postgres: PostgresServer) -> None:
    verdict = run(postgres, postgres.template, ["tests/no_such.py"])
    assert verdict.colour is Colour.BROKEN
    assert "no_such.py" in verdict.words
