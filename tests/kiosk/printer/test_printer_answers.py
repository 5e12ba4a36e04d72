"""Status bytes: told apart by their fixed bits, turned into facts, UNKNOWN where silent."""

import pytest

from kiosk.devices.ports import Fact, PrinterStatus
from kiosk.devices.printer.answer import Kind, StatusBytes, kind_of

FINE = {1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12}
OK, FAULT, UNKNOWN = Fact.OK, Fact.FAULT, Fact.UNKNOWN


@pytest.mark.parametrize("byte", range(256))
def test_each_byte_is_one_kind_by_its_fixed_bits(byte: int) -> None:
    if byte & 0x93 == 0x12:
        expected = Kind.STATUS
    elif byte & 0x93 == 0x10:
        expected = Kind.ASB
    elif byte in {0x00, 0x03, 0x0C, 0x0F}:
        expected = Kind.FENCE
    else:
        expected = Kind.GARBAGE
    assert kind_of(byte) is expected


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (FINE, PrinterStatus(OK, OK, OK, OK, OK)),
        (
            FINE | {1: 0x16, 4: 0x1E},
            PrinterStatus(OK, OK, OK, OK, FAULT),
        ),  # drawer high, paper near end
        (FINE | {1: 0x1A, 4: 0x72}, PrinterStatus(FAULT, OK, OK, FAULT, OK)),
        (FINE | {1: 0x1A, 2: 0x32}, PrinterStatus(FAULT, OK, OK, FAULT, OK)),
        (FINE | {1: 0x1A, 2: 0x16}, PrinterStatus(OK, FAULT, OK, FAULT, OK)),
        (FINE | {1: 0x1A, 2: 0x52}, PrinterStatus(OK, OK, FAULT, FAULT, OK)),
        (FINE | {3: 0x1A}, PrinterStatus(OK, OK, FAULT, OK, OK)),  # cutter
        (FINE | {3: 0x32}, PrinterStatus(OK, OK, FAULT, OK, OK)),
        (FINE | {3: 0x52}, PrinterStatus(OK, OK, FAULT, OK, OK)),  # head too hot
        ({}, PrinterStatus(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN)),
        ({1: 0x12, 2: None}, PrinterStatus(UNKNOWN, UNKNOWN, UNKNOWN, OK)),
    ],
)
def test_facts(answers: dict[int, int | None], status: PrinterStatus) -> None:
    assert StatusBytes(answers).facts() == status


def test_only_a_printer_that_says_all_is_well_is_ready() -> None:
    assert StatusBytes(dict(FINE)).facts().ready
    for question in FINE:
        assert not StatusBytes(FINE | {question: None}).facts().ready
