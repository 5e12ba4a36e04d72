"""The kiosk's identity and its way to the service, by the calls that it makes every day."""

import stat

from kiosk.clock import AnchoredClock
from kiosk.config import KioskConfig
from kiosk.doctor.finding import Finding, fail, ok, warn
from kiosk.sync.client import ServiceClient
from kiosk.sync.errors import ServiceBroken, ServiceRefused, ServiceUnreachable
from kiosk.sync.identity import Identity, NotEnrolled, load_identity
from kiosk.sync.transport import Transport
from wire.errors import ErrorCode

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def key(config: KioskConfig) -> tuple[Finding, Identity | None]:
    """Whether this kiosk has a key and was enrolled with it."""
    enrol = "run `central enrol-code STORE` at the service, then `kiosk enrol CODE` here"
    try:
        identity = load_identity(config.key_path, config.device_path)
    except NotEnrolled as missing:
        return fail("key", f"not enrolled: {missing}", enrol), None
    if config.key_path.stat().st_mode & _OTHERS:
        finding = warn(
            "key", f"{config.key_path} can be read by others", f"chmod 600 {config.key_path}"
        )
        return finding, identity
    store = identity.enrolment.store
    return ok("key", f"enrolled for store {store.id} as {identity.device_id}"), identity


async def network(
    config: KioskConfig, identity: Identity, clock: AnchoredClock, transport: Transport
) -> Finding:
    """A signed call there and back; it also gives `clock` the service's time."""
    url = config.service.url
    client = ServiceClient(transport, clock, lambda: identity.enrolment.server_keys)
    try:
        await client.time()
        device = await client.config()
    except ServiceRefused as refused:
        return fail("network", f"{url} refuses: {refused.problem.title}", _refused_fix(refused))
    except ServiceUnreachable as unreachable:
        return fail(
            "network",
            f"{url} is not reached: {unreachable}",
            "check cable and address (service.url); does the service run?",
        )
    except ServiceBroken as broken:
        return fail(
            "network",
            f"{url} answers, but not as the points service: {broken}",
            "is something else at this address, a login page of the network for instance?",
        )
    finally:
        await client.close()
    name = "?" if device is None else device.device_no
    return ok("network", f"{url} knows this kiosk as {name}")


def _refused_fix(refused: ServiceRefused) -> str:
    match refused.problem.code:
        case ErrorCode.DEVICE_REVOKED | ErrorCode.DEVICE_UNKNOWN:
            return "the service has withdrawn this key: enrol again with `kiosk enrol --again CODE`"
        case ErrorCode.CLOCK_SKEW:
            return "the clock is too far off even after asking for the time: see clock"
        case ErrorCode.FORBIDDEN:
            return "it is enrolled as something else than a kiosk: enrol with a kiosk's code"
        case _:
            return "show this to whoever runs the service"
