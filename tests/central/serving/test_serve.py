"""`central serve`, the program: three processes that stay, end together, and say what is wrong."""

import os
import signal
import socket
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from tests.central_program import Program, central, eventually, one_line, running
from tests.chain import Chain
from tests.postgres import Database, PostgresServer
from tests.service import free_port
from wire.api.redemptions import State

MODULES = ("central.serving.api", "central.serving.web", "central.serving.worker_process")


class Served:
    """`central serve` on two free ports."""

    def __init__(self, program: Program, port: int, web_port: int) -> None:
        self.program = program
        self.api = f"http://127.0.0.1:{port}/v1"
        self.web = f"http://127.0.0.1:{web_port}"

    def children(self) -> dict[str, int | None]:
        return {module: self.program.child(module) for module in MODULES}

    def well(self) -> bool:
        try:
            answers = (httpx.get(f"{self.api}/readyz"), httpx.get(f"{self.web}/healthz"))
        except httpx.TransportError:
            return False
        return all(answer.is_success for answer in answers)


@contextmanager
def serving(environment: dict[str, str], folder: Path, *options: str) -> Iterator[Served]:
    port, web_port = free_port(), free_port()
    ports = ("--port", str(port), "--web-port", str(web_port))
    with running(environment, folder / "serve.log", "serve", *ports, *options) as program:
        program.until_said(f"ready: http://127.0.0.1:{port}/v1")
        yield Served(program, port, web_port)


@pytest.fixture
def ports() -> tuple[str, ...]:
    return ("--port", str(free_port()), "--web-port", str(free_port()))


async def test_it_serves_the_api_the_pages_and_what_time_does(
    database: Database, chain: Chain, tmp_path: Path
) -> None:
    """The worker releases what a kiosk reserved and then forgot, at once after its start."""
    member = await chain.member()
    await chain.award(member, 1000, point_type="forever")
    redemption = await chain.in_state(State.RESERVED, await chain.reward(300), member, 300)
    deadline = timedelta(minutes=15)
    await chain.execute(
        "UPDATE redemption SET reserved_at = now() - $1::interval - interval '1 s'", deadline
    )
    assert (await chain.balance(member))["held"] == 300

    with serving(database.environment(), tmp_path) as served:
        assert served.well(), "the ready line comes when all answer"
        with psycopg.connect(database.app, autocommit=True) as connection:

            def released() -> bool:
                query = "SELECT state = 'RELEASED' FROM redemption WHERE id = %s"
                row = connection.execute(query, (redemption,)).fetchone()
                return row == (True,)

            eventually("the overdue hold is released", released, 20)

            def no_jobs_left() -> bool:
                row = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
                return row == (0,)

            eventually("done jobs leave no rows", no_jobs_left, 10)
        assert served.program.end() == 0
        assert served.program.said().splitlines()[-1] == "stopped"
        assert served.program.processes() == {}

    assert await chain.balance(member) == {"pending": 0, "available": 1000, "held": 0, "debt": 0}


def test_the_page_says_in_three_languages_what_runs_here(
    database: Database, tmp_path: Path
) -> None:
    with serving(database.environment(), tmp_path) as served:
        page = httpx.get(served.web)
        assert page.status_code == httpx.codes.OK
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        for words in ("积分服务已启动", "點數服務已啟動", "The points service is running"):
            assert words in page.text
        assert httpx.get(f"{served.web}/nothing").status_code == httpx.codes.NOT_FOUND
        strange = httpx.get(served.web, headers={"Host": "evil.example"})
        assert strange.status_code == httpx.codes.BAD_REQUEST


def test_whatever_is_killed_comes_back_and_leaves_nobody_behind(
    database: Database, tmp_path: Path
) -> None:
    """Also a server's own worker: it would hold the port and answer unwatched."""
    with serving(database.environment(), tmp_path) as served:
        before = served.children()
        assert None not in before.values()
        old = set(served.program.processes()) - {served.program.pid}
        assert len(old) > len(MODULES), "the servers have processes of their own"
        for pid in before.values():
            assert pid is not None
            os.kill(pid, signal.SIGKILL)

        def all_new() -> bool:
            now = set(served.children().values())
            return None not in now and not now & set(before.values())

        eventually("three new children", all_new, 20)
        eventually("they answer", served.well, 30)
        assert not old & set(served.program.processes())
        for name in ("api", "web", "worker"):
            assert f"{name}: ended with status -9, again in 0.5 s" in served.program.said()
            assert f"{name}: started again" in served.program.said()
        os.kill(served.program.pid, signal.SIGINT)
        assert served.program.end(signal.SIGTERM) == 0, "a second signal changes nothing"
        assert served.program.processes() == {}


def test_no_child_outlives_a_parent_that_was_killed(database: Database, tmp_path: Path) -> None:
    with serving(database.environment(), tmp_path) as served:
        served.program.end(signal.SIGKILL)
        eventually("all have ended", lambda: served.program.processes() == {}, 15)


class TestTheEmbeddedDatabase:
    """Without DATABASE_URL the service makes, starts and stops a cluster of its own."""

    @pytest.fixture
    def data(self) -> Iterator[Path]:
        # Not below tmp_path: as root the cluster runs as user postgres, who may not enter there.
        with tempfile.TemporaryDirectory(prefix="points-serve-") as folder:
            path = Path(folder)
            path.chmod(0o755)
            yield path

    @pytest.fixture
    def environment(self, data: Path) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE_")}
        return inherited | {"CENTRAL_DATA": str(data)}

    def test_from_nothing_to_served_and_stopped(
        self, data: Path, environment: dict[str, str], tmp_path: Path
    ) -> None:
        with serving(environment, tmp_path, "--migrate") as served:
            postmaster = data / "postgresql" / "data" / "postmaster.pid"
            assert postmaster.exists()
            assert served.program.end() == 0
            assert not postmaster.exists()


class TestItSaysWhatIsWrong:
    """One line, and a status that is not 0."""

    @pytest.mark.parametrize("option", ["--port", "--web-port"])
    def test_a_port_is_taken(self, database: Database, ports: tuple[str, ...], option: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = str(other.getsockname()[1])
            given = list(ports)
            given[given.index(option) + 1] = taken
            told = one_line(central(database.environment(), "serve", *given, status=1))
        assert f"port {taken}: Address already in use" in told
        assert told.endswith(f"choose another with {option}")

    def test_both_ports_are_one(self, database: Database) -> None:
        port = str(free_port())
        same = ("--port", port, "--web-port", port)
        told = one_line(central(database.environment(), "serve", *same, status=1))
        assert f"both {port}" in told

    def test_a_port_that_is_none(self, database: Database) -> None:
        done = central(database.environment(), "serve", "--port", "65536", status=2)
        assert "65536 is not in the range" in done.stderr

    @pytest.mark.parametrize("embedded", [True, False])
    def test_the_data_folder_cannot_be_written(
        self, database: Database, ports: tuple[str, ...], embedded: bool
    ) -> None:
        """A path through a file: not even root can make a folder there."""
        environment = database.environment()
        if embedded:
            del environment["DATABASE_URL"]
        with tempfile.NamedTemporaryFile() as file:
            data = Path(file.name) / "data"
            arguments = ("serve", "--migrate", *ports, "--data", str(data))
            told = one_line(central(environment, *arguments, status=1))
        assert f"the data folder {data} cannot be written: Not a directory" in told
        assert "--data" in told.partition("written")[2]

    def test_a_function_was_changed(self, database: Database, ports: tuple[str, ...]) -> None:
        with psycopg.connect(database.owner) as connection:
            connection.execute(
                "CREATE OR REPLACE FUNCTION content_hash(p_content jsonb) RETURNS bytea"
                " LANGUAGE sql IMMUTABLE AS $$ SELECT ''::bytea $$"
            )
        told = one_line(central(database.environment(), "serve", *ports, status=1))
        assert "changed a function" in told
        assert "run `central migrate`" in told

    def test_nothing_was_migrated(self, postgres: PostgresServer, ports: tuple[str, ...]) -> None:
        empty = postgres.create(f"empty_{uuid.uuid4().hex}", "template0")
        told = one_line(central(empty.environment(), "serve", *ports, status=1))
        assert "run `central migrate`" in told

    def test_the_database_does_not_answer(self, database: Database, ports: tuple[str, ...]) -> None:
        nowhere = {"DATABASE_URL": f"postgresql://nobody@127.0.0.1:{free_port()}/none"}
        told = one_line(central(database.environment() | nowhere, "serve", *ports, status=1))
        assert "the database does not answer" in told
