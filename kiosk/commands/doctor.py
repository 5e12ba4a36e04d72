"""`kiosk doctor`: what works, what does not, and what to do about it."""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click

from kiosk.clock import AnchoredClock, boot_time_s, ntp_disciplined, system_time
from kiosk.commands.configured import with_config
from kiosk.config import KioskConfig
from kiosk.devices.panel.choice import panel_from
from kiosk.devices.panel.faults import PanelError
from kiosk.devices.panel.nobody import NoPanel
from kiosk.devices.ports import Panel
from kiosk.devices.printer.choice import printer_from
from kiosk.doctor import camera, machine, pins, printer, scanner, service
from kiosk.doctor.finding import Finding, Level, warn
from kiosk.sync.identity import Identity
from kiosk.sync.transport import Transport

_COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON line per check.")
@with_config
def command(config: KioskConfig, *, as_json: bool) -> None:
    """Check camera, scanner, pins, printer, clock, network, key, journal, disk and fonts.

    Each line is ok, warn or fail, and says what to do. Exit status 1 if anything failed.
    The kiosk should be stopped meanwhile, because it holds the camera and the printer.
    """
    found: list[Finding] = []
    for finding in _examine(config):
        found.append(finding)
        click.echo(json.dumps(asdict(finding), ensure_ascii=False) if as_json else _line(finding))
    sys.exit(any(finding.level is Level.FAIL for finding in found))


def _examine(config: KioskConfig) -> Iterator[Finding]:
    """Each finding as soon as it is known."""
    clock = AnchoredClock(boot_time_s, system_time, ntp_disciplined)
    key, identity = service.key(config)
    yield machine.disk(config)
    yield key
    yield _network(config, identity, clock)
    yield machine.clock(clock, ntp_disciplined)
    yield camera.camera(config)
    yield scanner.scanner(config)
    yield pins.pins(config)
    with _powered(config) as panel:
        yield printer.printer(
            config,
            lambda: printer_from(
                config.printer,
                busy=panel.busy,
                power=panel.printer_power if config.panel.powers_printer else None,
            ),
            panel.busy,
        )
    yield machine.journal(config)
    yield machine.fonts()


@contextmanager
def _powered(config: KioskConfig) -> Iterator[Panel]:
    """The panel that switches the printer's power; none if it cannot be had, which `pins` told."""
    clock = AnchoredClock(boot_time_s, system_time)
    try:
        panel = panel_from(config.panel, config.printer, clock, lambda: None)
    except PanelError:
        panel = NoPanel()
    try:
        yield panel
    finally:
        panel.close()


def _network(config: KioskConfig, identity: Identity | None, clock: AnchoredClock) -> Finding:
    if identity is None:
        return warn("network", "not tried: nothing to sign a call with", "see key")
    return asyncio.run(_ask(config, identity, clock))


async def _ask(config: KioskConfig, identity: Identity, clock: AnchoredClock) -> Finding:
    transport = Transport(
        config.service.url,
        identity.key,
        str(identity.device_id),
        clock,
        config.service.timeout_s,
    )
    return await service.network(config, identity, clock, transport)


def _line(finding: Finding) -> str:
    level = click.style(f"{finding.level.value:4}", fg=_COLOURS[finding.level])
    text = f"{level}  {finding.check:8}  {finding.says}"
    return text if not finding.do else f"{text}\n                -> {finding.do}"
