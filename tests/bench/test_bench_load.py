"""The program that sends: what it sends, what it takes for an answer, what it counts."""

import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench import load_program, processor_time
from bench.signed_load import Run, sent

ANSWER = b"HTTP/1.1 201 Created\r\nserver: x\r\nContent-Length: 5\r\n\r\nhello"


class Told:
    """What a server heard, and what it answers, in pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.heard: list[bytes] = []


@contextmanager
def answering(told: Told) -> Iterator[int]:
    class Handler(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            while line := self.rfile.readline():
                told.heard.append(line)
                for piece in told.pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            serving.join()


def lying(tmp_path: Path, count: int) -> Path:
    path = tmp_path / "requests"
    assert load_program.write(path, (b"%d\n" % number for number in range(count))) == count
    return path


@pytest.mark.parametrize("pieces", [(ANSWER,), (ANSWER[:9], ANSWER[9:60], ANSWER[60:])])
def test_every_request_is_sent_once_and_answers_are_read_whole(tmp_path: Path, pieces) -> None:
    told = Told(*pieces)
    with answering(told) as port:
        done = sent(port, lying(tmp_path, 12), clients=3, calls=2)

    assert isinstance(done, Run)
    assert (done.turns, len(done.turn_ms)) == (6, 6)
    assert done.took_s > 0
    assert sorted(told.heard, key=int) == [b"%d\n" % number for number in range(12)]
    # A turn's calls go one after the other, on one connection.
    for first in range(0, 12, 2):
        assert told.heard.index(b"%d\n" % first) < told.heard.index(b"%d\n" % (first + 1))


def test_a_refusal_ends_it(tmp_path: Path) -> None:
    told = Told(b"HTTP/1.1 409 Conflict\r\ncontent-length: 4\r\n\r\nno!!")
    with answering(told) as port, pytest.raises(RuntimeError, match="409 Conflict no!!"):
        sent(port, lying(tmp_path, 4), clients=2, calls=1)


def test_a_service_that_is_gone_ends_it(tmp_path: Path) -> None:
    with answering(Told()) as port:
        pass
    with pytest.raises(RuntimeError, match="broke off"):
        sent(port, lying(tmp_path, 2), clients=1, calls=1)


BUSY = "import sys; n = 0\nwhile n < 3_000_000: n += 1\nprint(n, flush=True); sys.stdin.read()"


def test_processor_time_is_that_of_the_tree_or_of_a_part_of_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUSY, "busy-one"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as busy:
        assert busy.stdout is not None
        busy.stdout.readline()

        whole_s = processor_time.of_tree(busy.pid)
        assert whole_s > 0
        assert processor_time.of_tree(busy.pid, having="busy-one") >= whole_s
        assert processor_time.of_tree(busy.pid, having="somebody-else") == 0
        busy.communicate()
    assert processor_time.of_tree(busy.pid) == 0
