"""The commands of an office, called within the test's own process: real database, no start-up."""

from dataclasses import dataclass

from click.testing import CliRunner

from central.__main__ import main
from tests.postgres import Database


@dataclass(frozen=True, slots=True)
class Said:
    out: str
    err: str
    status: int

    @property
    def why(self) -> str:
        """The single line with which a command says what is wrong."""
        lines = self.err.strip().splitlines()
        assert self.status == 1, self
        assert len(lines) == 1, self
        return lines[0].removeprefix("Error: ")


def office(database: Database, *words: str, status: int | None = 0) -> Said:
    """What `central WORDS` said; it must end with `status` (None: with any), and with no
    traceback.
    """
    environment = {"DATABASE_URL": database.url, "CENTRAL_DATA": str(database.data)}
    done = CliRunner().invoke(main, list(words), env=environment, catch_exceptions=False)
    said = Said(done.stdout, done.stderr, done.exit_code)
    assert status is None or said.status == status, said
    return said
