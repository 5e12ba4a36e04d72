"""`kiosk pins`: what is wired to the header, whether it can work, and how it behaves."""

import asyncio
import sys
from collections.abc import Iterable
from typing import NoReturn

import click

from kiosk.clock import AnchoredClock, boot_time_s, system_time
from kiosk.commands.configured import with_config
from kiosk.config import KioskConfig
from kiosk.devices.panel.choice import open_wires
from kiosk.devices.panel.faults import PanelError, PinFault, find_faults, free_pins
from kiosk.devices.panel.gpio_wires import GpioWires, pin_factory
from kiosk.devices.panel.header import place
from kiosk.devices.panel.layout import INPUTS, OUTPUTS, PanelLayout, Signal
from kiosk.devices.panel.machine import held_pins
from kiosk.devices.panel.panel import WiredPanel
from kiosk.devices.panel.picture import Use, picture
from kiosk.devices.ports import Fact, Melody, PanelState

TRY_S = 2.0
_PAINT = {
    Use.POWER: click.style("{}", fg="red"),
    Use.GROUND: click.style("{}", dim=True),
    Use.WIRED: click.style("{}", fg="green", bold=True),
    Use.CLASH: click.style("{}", fg="red", reverse=True),
    Use.HELD: click.style("{}", fg="yellow"),
}
_FACTS = {
    "roll door": ("roll_door_open", "closed", "open"),
    "paper near end": ("paper_near_end", "no", "near its end"),
    "paper end": ("paper_end", "paper", "no paper"),
    "slot": ("slot", "empty", "a voucher stands in it"),
}


@click.command("pins")
@click.option("--check", is_flag=True, help="Only say what is wrong; exit status 1 if anything is.")
@click.option("--watch", is_flag=True, help="Show the inputs as they change, until Ctrl-C.")
@click.option("--seconds", type=float, help="With --watch: end by itself after so long.")
@click.option(
    "--try",
    "tried",
    type=click.Choice([signal.value for signal in OUTPUTS]),
    help="Drive one output for a moment, to see that it is wired right. Asks first.",
)
@click.option("--yes", is_flag=True, help="With --try: do not ask.")
@click.option("--safe", is_flag=True, help="Switch every output off and let go of the pins.")
@with_config
def command(
    config: KioskConfig,
    *,
    check: bool,
    watch: bool,
    seconds: float | None,
    tried: str | None,
    yes: bool,
    safe: bool,
) -> None:
    r"""Print the 40-pin header, what is wired where by [panel], and what is free.

    The picture is the header seen from above: pin 1 (3V3) is at the top left, next to the
    corner of the board. Numbers in brackets are positions, GPIO numbers are BCM numbers.

    \b
    kiosk pins                      the picture
    kiosk pins --check              for a script: exit status 1 and what to mend
    kiosk pins --watch              turn the key, open the door, lift the paper: see it
    kiosk pins --try scan_light     is it this wire?
    kiosk pins --safe               everything off (the unit's ExecStopPost)

    With --watch, --try and --safe the kiosk must be stopped: it holds the pins.
    """
    layout = config.panel.layout_for(busy_high=config.printer.model.busy_high)
    port = config.printer.port if config.printer.backend == "uart" else ""
    held = held_pins()
    if not config.panel.enabled and (watch or tried or safe):
        if safe:
            return  # nothing of ours was ever driven
        _end("there is no panel: [panel] enabled = false")
    faults = find_faults(layout, port, held) if config.panel.enabled else []
    if check:
        _say_faults(faults)
        sys.exit(bool(faults))
    if safe:
        _make_safe(config, layout)
        return
    if watch or tried:
        try:
            _use(config, layout, port, seconds=seconds, tried=tried, yes=yes)
        except PanelError as error:
            _end(str(error))
        return
    click.echo(picture(layout if config.panel.enabled else None, port, held, _PAINT))
    _legend(config, layout, held)
    _say_faults(faults)
    sys.exit(bool(faults))


def _legend(config: KioskConfig, layout: PanelLayout, held: dict[int, str]) -> None:
    click.echo()
    if not config.panel.enabled:
        click.echo("No panel is wired here: [panel] enabled = false.")
        return
    click.echo(f"pin factory: {config.panel.pin_factory}")
    off = [signal.value for signal in Signal if layout.line(signal).bcm is None]
    if off:
        click.echo(f"not wired:   {', '.join(off)}")
    free = ", ".join(f"GPIO{bcm}" for bcm in free_pins(layout, held))
    click.echo(f"free:        {free or 'none'}")


def _say_faults(faults: Iterable[PinFault]) -> None:
    for fault in faults:
        click.secho(f"{fault.signal.value} {fault.says}", fg="red", err=True)
        click.echo(f"  -> {fault.do}", err=True)


def _make_safe(config: KioskConfig, layout: PanelLayout) -> None:
    """Each output by itself: one that cannot be had must not keep the others on."""
    wired = [signal for signal in OUTPUTS if layout.line(signal).bcm is not None]
    failed = []
    for signal in wired:
        try:
            GpioWires(layout, pin_factory(config.panel.pin_factory), (signal,)).close()
        except PanelError as error:
            failed.append(f"{signal.value}: {error}")
    if failed:
        _end("\n  ".join(failed))
    click.echo(f"off: {', '.join(signal.value for signal in wired) or 'nothing is wired'}")


def _use(
    config: KioskConfig,
    layout: PanelLayout,
    port: str,
    *,
    seconds: float | None,
    tried: str | None,
    yes: bool,
) -> None:
    """Raises PanelError. Whatever happens, everything is off at the end."""
    if tried is not None and not yes:
        _ask(Signal(tried), layout)
    signals = INPUTS if tried is None else (Signal(tried),)
    wires = open_wires(layout, config.panel.pin_factory, port, signals=signals)
    try:
        if tried is None:
            asyncio.run(_watch(wires, layout, seconds))
        else:
            asyncio.run(_try(wires, layout, Signal(tried)))
    finally:
        wires.close()


def _ask(signal: Signal, layout: PanelLayout) -> None:
    bcm = layout.line(signal).bcm
    if bcm is None:
        _end(f"{signal.value} is not wired")
    what = {
        Signal.GATE: "The solenoid moves once: keep fingers away.",
        Signal.PRINTER_POWER: "The printer gets power for a moment, and loses it again.",
    }.get(signal, "")
    click.confirm(f"Drive {signal.value} on {place(bcm)} now? {what}".rstrip(), abort=True)


async def _watch(wires: GpioWires, layout: PanelLayout, seconds: float | None) -> None:
    panel = WiredPanel(wires, layout, _clock())
    panel.watch(_show, lambda: click.echo("staff key: held"))
    try:
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().create_future()
    except (TimeoutError, asyncio.CancelledError):
        pass
    finally:
        panel.close()


def _show(state: PanelState) -> None:
    said = []
    for name, (field, fine, at_fault) in _FACTS.items():
        words = {Fact.OK: fine, Fact.FAULT: at_fault, Fact.UNKNOWN: "unknown"}
        said.append(f"{name}: {words[getattr(state, field)]}")
    click.echo("   ".join([*said, *state.faults]))


async def _try(wires: GpioWires, layout: PanelLayout, signal: Signal) -> None:
    panel = WiredPanel(wires, layout, _clock())
    try:
        match signal:
            case Signal.SCAN_LIGHT:
                panel.scan_light(True)
            case Signal.EXIT_LIGHT:
                panel.exit_light(True)
            case Signal.PRINTER_POWER:
                panel.printer_power(True)
            case Signal.BUZZER:
                panel.play(Melody.TAKE)
            case Signal.GATE:
                panel.open_gate()
        click.echo(f"{signal.value} is driven")
        await asyncio.sleep(TRY_S)
    finally:
        panel.close()
    click.echo("and off again")


def _clock() -> AnchoredClock:
    return AnchoredClock(boot_time_s, system_time)


def _end(says: str) -> NoReturn:
    click.echo(f"kiosk pins: {says}", err=True)
    sys.exit(1)
