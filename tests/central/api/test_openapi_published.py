"""docs/openapi.json is what the code says, and the allow-list knows every endpoint."""

import subprocess
import sys
from pathlib import Path

import httpx
import msgspec

from central.api import allow_list
from tests.service import ServiceProcess
from wire.errors import MEDIA_TYPE

PUBLISHED = Path(__file__).parents[3] / "docs" / "openapi.json"
METHODS = ("get", "post", "put", "patch", "delete")


def described() -> dict[str, dict[str, dict[str, object]]]:
    decoded: dict[str, dict[str, dict[str, object]]] = msgspec.json.decode(PUBLISHED.read_bytes())
    return decoded


def test_the_published_file_is_what_the_command_prints() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "central", "openapi"], check=True, capture_output=True
    ).stdout
    assert printed == PUBLISHED.read_bytes(), "run: central openapi > docs/openapi.json"


def test_the_allow_list_and_the_endpoints_are_the_same() -> None:
    endpoints = {
        f"{method.upper()} {path}"
        for path, item in described()["paths"].items()
        for method in item
        if method in METHODS
    }
    listed = allow_list.KIOSK | allow_list.TILL
    listed |= {f"GET {path}" for path in allow_list.OPEN} | {f"POST {allow_list.ENROL}"}
    assert listed - {"GET /v1/openapi.json"} == endpoints


def test_every_refusal_is_described_as_a_problem() -> None:
    for path, item in described()["paths"].items():
        for method, operation in item.items():
            responses = operation["responses"]
            for status in ("400", "401", "403", "404", "409", "413", "429", "500", "503"):
                content = responses[status]["content"]
                assert list(content) == [MEDIA_TYPE], f"{method} {path} {status}"


def test_what_needs_no_signature_says_so() -> None:
    document = described()
    assert document["security"] == [{"signature": []}]
    for path, item in document["paths"].items():
        for operation in item.values():
            expected = [{}] if path in allow_list.OPEN else None
            assert operation.get("security") == expected, path


def test_it_is_served_as_published(service: ServiceProcess) -> None:
    served = httpx.get(f"{service.url}/v1/openapi.json")
    assert msgspec.json.decode(served.content) == described()
    assert described()["openapi"] == "3.1.0"
