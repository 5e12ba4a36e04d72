"""`kiosk run`: serve shoppers."""

import asyncio
import fcntl
import logging
import os
import sys
from pathlib import Path
from typing import IO, NoReturn

import click

from kiosk.commands.configured import with_config
from kiosk.config import KioskConfig
from kiosk.devices.panel.faults import Miswired, PanelError
from kiosk.journal.error import JournalBroken
from kiosk.log import log_to_stderr
from kiosk.supervise import dump_stacks_on_sigusr1
from kiosk.sync.identity import Identity, NotEnrolled, load_identity

log = logging.getLogger(__name__)


@click.command("run")
@click.option("--headless", is_flag=True, help="Without screens: for tests and the soak.")
@click.option(
    "--control",
    type=click.Path(path_type=Path),
    metavar="SOCKET",
    help="Listen here for touches by a script (JSON lines, mode 0600).",
)
@with_config
def command(config: KioskConfig, *, headless: bool, control: Path | None) -> None:
    """Serve shoppers: screens, camera, printer.

    Ends with status 0 on SIGTERM, after a voucher that is being printed. Other ends: 78 a
    mistake in the configuration or not enrolled, 73 the data folder cannot be used, 69 the
    panel's pins cannot be had, 70 a part failed (start it again: what was under way is recovered).
    """
    dump_stacks_on_sigusr1()
    identity = _identity(config)
    log_to_stderr(identity.device_id)
    held = _alone(config)
    try:
        asyncio.run(_serve(config, identity, headless=headless, control=control))
    except JournalBroken as broken:
        _end_now(os.EX_CANTCREAT, f"{broken}\n  `kiosk doctor` says more")
    except PanelError as error:
        mend = isinstance(error, Miswired)
        _end(os.EX_CONFIG if mend else os.EX_UNAVAILABLE, f"the panel: {error}")
    except BaseExceptionGroup as failures:
        leaves = _leaves(failures)
        for failure in leaves:
            _log_failure(failure)
        broken_disk = any(isinstance(failure, JournalBroken) for failure in leaves)
        end = _end_now if broken_disk else _end
        end(os.EX_SOFTWARE, "a part failed, see above; start it again")
    except Exception as failure:  # noqa: BLE001 - whatever it is: told, with a status of its own
        _log_failure(failure)
        _end(os.EX_SOFTWARE, "it could not start, see above")
    finally:
        held.close()


async def _serve(
    config: KioskConfig, identity: Identity, *, headless: bool, control: Path | None
) -> None:
    from kiosk.serve import serve  # after the cheap checks: it imports every part

    await serve(config, identity, headless=headless, control=control)


def _identity(config: KioskConfig) -> Identity:
    try:
        return load_identity(config.key_path, config.device_path)
    except NotEnrolled as missing:
        _end(
            os.EX_CONFIG,
            f"this kiosk is not enrolled: {missing}\n"
            "  run `central enrol-code STORE` at the service, then `kiosk enrol CODE` here",
        )


def _alone(config: KioskConfig) -> IO[str]:
    """The lock of the data folder: two kiosks on one journal would be two on one printer."""
    path = config.data_dir / "kiosk.lock"
    try:
        held = path.open("a")
    except OSError as error:
        _end(
            os.EX_CANTCREAT,
            f"{config.data_dir} cannot be written: {error.strerror}\n"
            "  give it to the user that runs the kiosk, or mount it read-write",
        )
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        _end(os.EX_TEMPFAIL, f"another kiosk runs with {config.data_dir}")
    return held


def _log_failure(failure: BaseException) -> None:
    log.critical("failed: %s: %s", type(failure).__name__, failure, exc_info=failure)


def _leaves(group: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    found: list[BaseException] = []
    for failure in group.exceptions:
        if isinstance(failure, BaseExceptionGroup):
            found.extend(_leaves(failure))
        else:
            found.append(failure)
    return found


def _end_now(status: int, says: str) -> NoReturn:
    """Without the interpreter's own end, which would have SQLite write to a disk that fails."""
    click.echo(f"kiosk: {says}", err=True)
    sys.stderr.flush()
    os._exit(status)


def _end(status: int, says: str) -> NoReturn:
    click.echo(f"kiosk: {says}", err=True)
    sys.exit(status)
