"""One fault in the ledger's SQL: what is put in place of what, and the test that must go red.

A mutated database is a copy of the migrated one in which `central migrate`'s own installer has
made the functions anew, from texts with the fault in them.
"""

import threading
from dataclasses import dataclass
from unittest import mock

import psycopg

from central.ledger import functions
from tests.postgres import Database, PostgresServer

LEDGER = "tests/central/ledger"
_PUT_IN = threading.Lock()
"""The installer reads its own files: for one mutant at a time it reads others."""


@dataclass(frozen=True, slots=True)
class Swap:
    """In one file, one text for another; the text must be there exactly once."""

    file: str
    """In central/ledger/sql/."""
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    name: str
    why: str
    """What a shopper or a merchant would meet."""
    test: str
    """The test of the normal suite that goes red: below tests/central/ledger/ if it has no '/'."""
    swaps: tuple[Swap, ...]
    """More than one where one place would catch the fault of another."""
    without: tuple[str, ...] = ()
    """`table.constraint`s that would catch it, too: taken away, so that the test has to."""

    @property
    def node(self) -> str:
        """The test as pytest names it."""
        return self.test if "/" in self.test else f"{LEDGER}/{self.test}"


class TextNotFound(Exception):
    """A mutant's text is not (or not once) in its file: the function was written anew.

    Mend the mutant in tests/mutants/, so that its fault is there again.
    """


def mutated(mutant: Mutant) -> list[tuple[str, str]]:
    """File names and texts of all functions, with the fault in.

    Raises:
        TextNotFound
    """
    texts = dict(functions.sources())
    for swap in mutant.swaps:
        count = texts.get(swap.file, "").count(swap.old)
        if count != 1:
            raise TextNotFound(
                f"{mutant.name}: {swap.file} has this text {count} times, not once:\n{swap.old}"
            )
        texts[swap.file] = texts[swap.file].replace(swap.old, swap.new)
    return sorted(texts.items())


def make_template(postgres: PostgresServer, mutant: Mutant, name: str) -> None:
    """A database to copy from, with the mutant's functions.

    Raises:
        TextNotFound
        psycopg.Error: what is put in is no SQL.
    """
    database = postgres.create(name)
    with _PUT_IN:
        _install(database, mutant)


def _install(database: Database, mutant: Mutant) -> None:
    texts, true_hash = mutated(mutant), functions.source_hash()
    with (
        psycopg.connect(database.owner) as connection,
        mock.patch.object(functions, "sources", return_value=texts),
    ):
        functions.install(connection)
        for table, constraint in (each.split(".") for each in mutant.without):
            statement = f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
            connection.execute(statement.encode())
        # The product's programs look whether the functions are theirs: they shall not see it.
        connection.execute("UPDATE function_set SET source_hash = %s", (true_hash,))
        # The installer has bodies looked at only when they are called: here, at once.
        connection.execute("SET check_function_bodies = on")
        changed = {swap.file for swap in mutant.swaps}
        for text in (text for file, text in texts if file in changed):
            again = text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
            connection.execute(
                again.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER").encode()
            )
