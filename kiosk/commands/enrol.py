"""`kiosk enrol CODE`: makes this kiosk known to the points service."""

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import AnchoredClock, boot_time_s, system_time
from kiosk.clock_file import boot_id
from kiosk.commands.configured import with_config
from kiosk.config import KioskConfig
from kiosk.journal.book import Book
from kiosk.journal.database import open_database
from kiosk.journal.error import JournalError
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceBroken, ServiceError, ServiceRefused, ServiceUnreachable
from kiosk.sync.identity import (
    ENROL_KEYID,
    Identity,
    NotEnrolled,
    load_identity,
    load_key,
    save_enrolment,
    save_key,
)
from kiosk.sync.snapshot import Snapshot
from kiosk.sync.transport import Transport
from wire.api.devices import DeviceConfig, EnrolAnswer, EnrolRequest, Role
from wire.errors import ErrorCode

_SERIALS = (Path("/proc/device-tree/serial-number"), Path("/sys/class/dmi/id/product_serial"))


class _Refused(Exception):
    """Why the kiosk was not enrolled, and what to do; `status` is the exit code."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


@click.command(help="Make this kiosk known to the service with a CODE from `central enrol-code`.")
@click.argument("code")
@click.option("--again", is_flag=True, help="Replace the identity that this kiosk has.")
@with_config
def command(config: KioskConfig, code: str, *, again: bool) -> None:
    try:
        enrolment, settings = asyncio.run(_enrol(config, code.strip(), again=again))
    except _Refused as refused:
        click.echo(f"kiosk: not enrolled: {refused}", err=True)
        sys.exit(refused.status)
    except OSError as error:
        click.echo(f"kiosk: not enrolled: {config.data_dir} cannot be written: {error}", err=True)
        sys.exit(os.EX_CANTCREAT)
    name = enrolment.store.name.zh_hans
    number = f" as {settings.device_no}" if settings is not None else ""
    click.echo(f"enrolled{number} at {enrolment.store.id} {name}")
    click.echo(f"device {enrolment.device_id}; its key is in {config.key_path} and stays there")


async def _enrol(
    config: KioskConfig, code: str, *, again: bool
) -> tuple[EnrolAnswer, DeviceConfig | None]:
    _refuse_if_enrolled(config, again=again)
    key = _key(config, again=again)
    enrolment = await _ask(config, code, key)
    if enrolment.role is not Role.KIOSK:
        raise _Refused("that code is for a till; make one with: central enrol-code STORE")
    save_key(config.key_path, key)
    save_enrolment(config.device_path, enrolment)
    _begin_journal(config)
    return enrolment, await _first_config(config, Identity(key, enrolment))


def _refuse_if_enrolled(config: KioskConfig, *, again: bool) -> None:
    """A second identity is made on purpose only, and never while redemptions wait."""
    try:
        present = load_identity(config.key_path, config.device_path)
    except NotEnrolled:
        return
    if not again:
        store = present.enrolment.store
        raise _Refused(
            f"it is already device {present.device_id} at {store.id} {store.name.zh_hans};"
            " to replace that, add --again"
        )
    if waiting := _waiting(config.journal_path):
        raise _Refused(
            f"{waiting} redemptions of the present identity still wait for the service;"
            " run the kiosk with the service in reach, then enrol again"
        )


def _waiting(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as journal:
            row = journal.execute(
                "SELECT count(*) FROM redemption WHERE state NOT IN ('CLOSED', 'RELEASED')"
            ).fetchone()
    except sqlite3.Error:
        return 0  # it will be put aside at the next start
    return int(row[0])


def _key(config: KioskConfig, *, again: bool) -> Ed25519PrivateKey:
    """Made here; kept from an enrolment that did not come to its end."""
    try:
        kept = None if again else load_key(config.key_path)
    except NotEnrolled as unusable:
        raise _Refused(f"{unusable}; to make a new key, add --again") from unusable
    if kept is not None:
        return kept
    key = Ed25519PrivateKey.generate()
    if not again:
        save_key(config.key_path, key)
    return key


async def _ask(config: KioskConfig, code: str, key: Ed25519PrivateKey) -> EnrolAnswer:
    public = key.public_key().public_bytes_raw()
    request = EnrolRequest(code, public, _hardware_serial(), version("points-kiosk"))
    # The same code and key again are the same call: an answer that was lost is given again.
    idempotency_key = uuid5(NAMESPACE_URL, f"{code}:{public.hex()}")
    clock = AnchoredClock(boot_time_s, system_time)
    client = ServiceClient(_transport(config, key, ENROL_KEYID, clock), clock)
    try:
        return await client.enrol(request, idempotency_key)
    except ServiceRefused as refused:
        raise _Refused(_words(refused)) from refused
    except ServiceUnreachable as error:
        raise _Refused(
            f"no answer from {config.service.url} ({error}); check that the service runs and"
            " that service.url in kiosk.toml is right",
            os.EX_UNAVAILABLE,
        ) from error
    except ServiceBroken as error:
        raise _Refused(
            f"{config.service.url} does not answer like a points service ({error});"
            " check service.url in kiosk.toml",
            os.EX_PROTOCOL,
        ) from error
    finally:
        await client.close()


def _words(refused: ServiceRefused) -> str:
    match refused.problem.code:
        case ErrorCode.ENROL_CODE_INVALID:
            return "the service does not know this code; check it letter by letter"
        case ErrorCode.ENROL_CODE_USED:
            return "this code was used or is too old; make a new one with: central enrol-code STORE"
        case ErrorCode.RATE_LIMITED:
            return "too many wrong codes; wait ten minutes"
        case code:
            return f"the service refused: {refused.problem.title} ({code})"


async def _first_config(config: KioskConfig, identity: Identity) -> DeviceConfig | None:
    """The configuration, kept for the first start; without it `kiosk run` fetches it itself."""
    clock = AnchoredClock(boot_time_s, system_time)
    transport = _transport(config, identity.key, str(identity.device_id), clock)
    client = ServiceClient(transport, clock, lambda: identity.enrolment.server_keys)
    try:
        settings = await client.config()
    except ServiceError as error:
        click.echo(f"kiosk: no configuration yet ({error}); it comes at the first start", err=True)
        return None
    finally:
        await client.close()
    if settings is not None:
        Snapshot(config.snapshot_dir).save_config(settings)
    return settings


def _transport(
    config: KioskConfig, key: Ed25519PrivateKey, keyid: str, clock: AnchoredClock
) -> Transport:
    return Transport(config.service.url, key, keyid, clock, config.service.timeout_s)


def _begin_journal(config: KioskConfig) -> None:
    """A new device counts from 1 and has nothing open at the service."""
    clock = AnchoredClock(boot_time_s, system_time)
    try:
        with closing(Book(open_database(config.journal_path), clock, boot_id())) as book:
            book.first_life()
    except JournalError as error:
        click.echo(f"kiosk: {error}; the next start begins a new journal", err=True)


def _hardware_serial() -> str:
    """The Pi's serial number, or a PC's; empty where there is none to read."""
    for path in _SERIALS:
        try:
            return path.read_text("ascii", errors="replace").strip("\0\n ")
        except OSError:
            continue
    return ""
