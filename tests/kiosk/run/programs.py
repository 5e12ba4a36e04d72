"""The products' own programs as child processes, started the way a store starts them."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_S = 20.0


@dataclass(slots=True)
class Program:
    """One running child. What it says goes through a pipe, not a file: a full disk of the
    child's is then not one of ours.
    """

    process: asyncio.subprocess.Process
    heard: bytearray = field(default_factory=bytearray)
    first_line: str = ""
    """Of its standard output, where it was asked to wait for one."""
    listening: asyncio.Task[None] | None = None

    def said(self) -> str:
        """What it wrote to stderr so far."""
        return self.heard.decode(errors="replace")

    async def listen(self) -> None:
        assert self.process.stderr is not None
        while chunk := await self.process.stderr.read(4096):
            self.heard += chunk

    async def ends(self) -> int:
        """Its exit status, when its last words are heard."""
        async with asyncio.timeout(PATIENCE_S):
            status = await self.process.wait()
            assert self.listening is not None
            await asyncio.shield(self.listening)
        return status

    async def stop(self) -> int:
        """Ask it to end (SIGTERM); its exit status."""
        with suppress(ProcessLookupError):
            self.process.terminate()
        return await self.ends()


@asynccontextmanager
async def running(
    *words: str,
    environment: Mapping[str, str] | None = None,
    first_line: bool = False,
    before: tuple[str, ...] = (),
) -> AsyncIterator[Program]:
    """A `python -m ...` that runs for the block; killed at its end if it still runs.

    Args:
        first_line: wait for one line of its standard output.
        before: words in front of python, e.g. setpriv and its options.
    """
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        *before,
        sys.executable,
        "-m",
        *words,
        stdin=nothing,
        stdout=pipe if first_line else nothing,
        stderr=pipe,
        env=dict(environment or os.environ),
    )
    program = Program(process)
    program.listening = asyncio.create_task(program.listen())
    try:
        if first_line:
            program.first_line = await _line_of(process, program)
        yield program
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await program.listening
        if process.stdout is not None:
            await process.stdout.read()


async def _line_of(process: asyncio.subprocess.Process, program: Program) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        line = await process.stdout.readline()
    assert line, f"it ended:\n{program.said()}"
    return line.decode().strip()


async def output_of(
    *words: str, environment: Mapping[str, str] | None = None, status: int = 0
) -> str:
    """Standard output of a `python -m ...` that must end with a status."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(environment or os.environ),
    )
    async with asyncio.timeout(PATIENCE_S):
        out, errors = await process.communicate()
    assert process.returncode == status, f"{words}: {process.returncode}\n{errors.decode()}"
    return out.decode() if status == 0 else errors.decode()


@dataclass(slots=True)
class Finger:
    """A script at the control socket of a running kiosk."""

    path: Path
    kiosk: Program
    seen: list[str] = field(default_factory=list)

    async def ask(self, **command: Any) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_unix_connection(str(self.path))
            try:
                writer.write(json.dumps(command).encode() + b"\n")
                answer: dict[str, Any] = json.loads(await reader.readline())
            finally:
                writer.close()
        return answer

    async def until(self, **wanted: Any) -> dict[str, Any]:
        """The state in which all these fields have these values."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    with suppress(FileNotFoundError, ConnectionError):
                        state = await self.ask(state=True)
                        if not self.seen or self.seen[-1] != state["screen"]:
                            self.seen.append(state["screen"])
                        if all(state[name] == value for name, value in wanted.items()):
                            return state
                    assert self.kiosk.process.returncode is None, self.kiosk.said()
                    await asyncio.sleep(0.03)
        except TimeoutError:
            raise AssertionError(
                f"{wanted} did not come; seen {self.seen}\n{self.kiosk.said()}"
            ) from None

    async def tap(self, name: str) -> dict[str, Any]:
        """Touch a target as soon as it is there."""
        async with asyncio.timeout(PATIENCE_S):
            while "ok" not in (answer := await self.ask(tap=name)):  # noqa: ASYNC110 - another program
                await asyncio.sleep(0.03)
        return answer

    async def press(self, name: str) -> None:
        """Touch a target as a shopper does: again, as long as it leads nowhere.

        A button that sleeps for a second (no double taps) is drawn, and ignores touches.
        """
        async with asyncio.timeout(PATIENCE_S):
            before = (await self.ask(state=True))["screen"]
            while (await self.ask(state=True))["screen"] == before:
                await self.ask(tap=name)
                await asyncio.sleep(0.3)
