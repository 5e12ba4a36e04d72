from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import voucher_code
from wire.voucher_code import ALPHABET, VoucherCodeError, check_symbol, display, generate, parse

codes = st.text(ALPHABET, min_size=15, max_size=15).map(lambda s: s + check_symbol(s))


def accepted(text: str) -> bool:
    try:
        parse(text)
    except VoucherCodeError:
        return False
    return True


def test_a_generated_code_reads_back() -> None:
    made = {generate() for _ in range(500)}
    assert len(made) == 500
    assert all(parse(display(code)) == code for code in made)


@given(codes)
def test_every_single_substitution_is_found(code: str) -> None:
    for i in range(16):
        for symbol in ALPHABET:
            if symbol != code[i]:
                assert not accepted(code[:i] + symbol + code[i + 1 :])


@given(codes)
def test_every_transposition_adjacent_or_jump_is_found(code: str) -> None:
    for i, j in combinations(range(16), 2):
        if code[i] != code[j]:
            swapped = list(code)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            assert not accepted("".join(swapped)), (i, j)


@given(codes)
def test_one_in_32_of_random_endings_passes(code: str) -> None:
    assert sum(accepted(code[:15] + symbol) for symbol in ALPHABET) == 1


@pytest.mark.parametrize(
    "wrap",
    [
        str.lower,
        display,
        lambda c: f"  {c[:8]}  {c[8:]} ",
        lambda c: "".join(chr(ord(s) + 0xFEE0) for s in c),
        lambda c: "-".join(c[i : i + 4] for i in range(0, 16, 4)),
        lambda c: "\u3000".join(c[i : i + 4] for i in range(0, 16, 4)),
    ],
)
def test_what_people_type_is_normalised(wrap) -> None:
    code = generate()
    assert parse(wrap(code)) == code


@pytest.mark.parametrize(("letter", "hint"), [("O", "0"), ("I", "1"), ("L", "1"), ("U", "V")])
def test_look_alikes_are_refused_with_a_hint_and_never_guessed(letter, hint) -> None:
    with pytest.raises(VoucherCodeError, match=f"no letter {letter}; is it {hint}"):
        parse(letter + generate()[1:])


@pytest.mark.parametrize("text", ["", "7", "0" * 15, "0" * 17, "é" * 16, "0" * 15 + "\n", "𝟎" * 16])
def test_other_texts_are_refused(text) -> None:
    assert not accepted(text)


@given(st.text(max_size=40))
def test_no_text_makes_it_fail_otherwise(text: str) -> None:
    accepted(text)


def test_the_refusal_never_repeats_the_code() -> None:
    code = generate()
    wrong = code[:15] + next(s for s in ALPHABET if s != code[15])
    with pytest.raises(VoucherCodeError) as caught:
        parse(wrong)
    assert wrong[:4] not in str(caught.value)


def test_tail_is_the_last_group() -> None:
    assert voucher_code.tail("7K3M9QXD2HTP5W8C") == "5W8C"
    assert display("7K3M9QXD2HTP5W8C") == "7K3M-9QXD-2HTP-5W8C"
