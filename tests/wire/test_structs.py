import importlib
import pkgutil

import msgspec
import pytest

import wire.api
from wire import ids
from wire.api.members import LookupRequest
from wire.api.text import Language, Text
from wire.errors import RETRYABLE, STATUS, ErrorCode, Problem, problem

STRUCTS = sorted(
    {
        struct
        for module in pkgutil.iter_modules(wire.api.__path__)
        for struct in vars(importlib.import_module(f"wire.api.{module.name}")).values()
        if isinstance(struct, type) and issubclass(struct, msgspec.Struct)
    }
    - {msgspec.Struct},
    key=lambda struct: struct.__name__,
)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_a_kiosk_ignores_fields_of_a_newer_service(struct) -> None:
    """msgspec drops fields it does not know, unless a struct forbids them."""
    assert not struct.__struct_config__.forbid_unknown_fields


def test_no_points_or_money_is_a_float() -> None:
    for struct in STRUCTS:
        for field in msgspec.structs.fields(struct):
            if "points" in field.name or field.name.endswith("_fen"):
                assert "float" not in str(field.type), f"{struct.__name__}.{field.name}"


def test_languages_use_their_tags_on_the_wire() -> None:
    text = Text("积分", "點數", "points")
    assert msgspec.json.encode(text) == '{"zh-Hans":"积分","zh-Hant":"點數","en":"points"}'.encode()
    assert [text.in_language(language) for language in Language] == ["积分", "點數", "points"]


def test_absent_optionals_are_not_sent() -> None:
    assert b"card" not in msgspec.json.encode(LookupRequest(token="x"))


def test_every_code_has_a_status() -> None:
    assert set(STATUS) == set(ErrorCode)
    assert set(ErrorCode) >= RETRYABLE


@pytest.mark.parametrize("code", ErrorCode)
def test_a_problem_reads_back(code) -> None:
    sent = problem(code, "title", "detail", need=5)
    received = msgspec.json.decode(msgspec.json.encode(sent), type=Problem)
    assert received == sent
    assert received.code == code
    assert received.retryable is (code in RETRYABLE)


def test_a_code_of_a_newer_service_is_data() -> None:
    received = msgspec.json.decode(b'{"title":"x","status":418,"code":"teapot"}', type=Problem)
    assert received.code == "teapot"


def test_ids_are_uuid7_and_ascend() -> None:
    made = [ids.new_id() for _ in range(200)]
    assert {i.version for i in made} == {7}
    assert len(set(made)) == 200
    milliseconds = [i.int >> 80 for i in made]
    assert milliseconds == sorted(milliseconds)
