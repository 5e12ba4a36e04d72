"""`kiosk decode` as a user runs it."""

import json
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest
import segno


@pytest.fixture
def decode():
    def run(*arguments, status=0):
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "decode", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            timeout=50,
        )
        assert done.returncode == status, done.stderr
        return done

    return run


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_line_for_each_picture_in_a_folder(decode, drawing, tmp_path, card_ean):
    text = drawing.member_code()
    (tmp_path / "below").mkdir()
    cv2.imwrite(str(tmp_path / "a.png"), drawing.scene(drawing.qr(text)))
    cv2.imwrite(str(tmp_path / "b.jpg"), drawing.scene(drawing.bars("ean13", card_ean[:12])))
    cv2.imwrite(str(tmp_path / "below" / "c.png"), drawing.shop())
    cv2.imwrite(str(tmp_path / "d.png"), drawing.scene(drawing.qr("https://example.com")))
    (tmp_path / "notes.txt").write_text("no picture")
    found = lines(decode(tmp_path, "--json"))
    assert [set(line) for line in found] == [{"path", "codes", "ms", "frames"}] * 4
    assert {line["path"].rpartition("/")[2]: line["codes"] for line in found} == {
        "a.png": [{"text": text, "format": "QRCode"}],
        "b.jpg": [{"text": card_ean, "format": "EAN13"}],
        "c.png": [],
        "d.png": [],
    }
    assert all(0 < line["ms"] < 10_000 for line in found)


def test_any_prints_foreign_texts_of_every_symbology(decode, drawing, tmp_path):
    pictures = {
        "qr.png": drawing.qr("积分 ≥ 1 €", 5, encoding="utf-8"),
        "sjis.png": drawing.qr("ポイント".encode("shift_jis"), 5, mode="byte"),
        "latin.png": drawing.qr(b"caf\xe9\xff", 5, mode="byte"),
        "bottle.png": drawing.bars("ean13", "690123456789"),
        "c39.png": drawing.bars("code39", "ABC123"),
    }
    for name, code in pictures.items():
        cv2.imwrite(str(tmp_path / name), drawing.scene(code))
    found = lines(decode(*[tmp_path / name for name in pictures], "--json", "--any"))
    assert [line["codes"] for line in found] == [
        [{"text": "积分 ≥ 1 €", "format": "QRCode"}],
        [{"text": "ポイント", "format": "QRCode"}],
        [{"text": "caf\u00e9\u00ff", "format": "QRCode"}],
        [{"text": "6901234567892", "format": "EAN13"}],
        [{"text": "ABC123$", "format": "Code39"}],
    ]


def test_a_large_photo_is_fitted(decode, drawing, tmp_path):
    text = drawing.member_code()
    photo = np.full((3000, 4000), 120, np.uint8)
    code = drawing.qr(text, 20)
    photo[900 : 900 + code.shape[0], 1200 : 1200 + code.shape[1]] = code
    cv2.imwrite(str(tmp_path / "photo.jpg"), photo)
    (line,) = lines(decode(tmp_path / "photo.jpg", "--json"))
    assert [code["text"] for code in line["codes"]] == [text]


def test_what_is_no_picture_is_told_and_has_a_line(decode, drawing, tmp_path):
    (tmp_path / "a.png").write_bytes(b"no picture")
    cv2.imwrite(str(tmp_path / "b.png"), drawing.shop())
    done = decode(tmp_path, "--json")
    assert [line["codes"] for line in lines(done)] == [[], []]
    assert "a.png: not a picture" in done.stderr
    decode(tmp_path / "a.png", "--json", status=1)
    decode(tmp_path / "missing.png", "--json", status=2)


def test_for_people_it_prints_a_line_too(decode, drawing, tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), drawing.shop())
    assert "a.png: no code (" in decode(tmp_path).stdout


def test_a_hundred_hostile_pictures_do_not_end_it(decode, drawing, tmp_path):
    """Structured append, odd encodings, full codes, and codes with modules flipped."""
    count = 0
    canvas = np.full((540, 540), 255, np.uint8)

    def put(code):
        nonlocal count
        picture = canvas.copy()
        h, w = code.shape
        picture[:h, :w] = code
        cv2.imwrite(str(tmp_path / f"{count:04d}.png"), picture)
        count += 1

    for parts in range(2, 17, 4):
        sequence = segno.make_sequence("A" * 300 + "\u00e9", symbol_count=parts, error="m")
        for code in sequence:
            put(drawing.rendered(code, 3))
    for length in range(1, 1200, 97):
        put(drawing.qr(drawing.random.bytes(length), 3, error="l", mode="byte"))
        put(drawing.qr("M2" + "A" * length, 3, error="l", eci=True, encoding="utf-8"))
    clean = drawing.qr(drawing.member_code(), 1)
    for _ in range(40):
        flips = drawing.random.random(clean.shape) < drawing.random.uniform(0.01, 0.4)
        flips[:13, :13] = flips[:13, -13:] = flips[-13:, :13] = False
        code = np.where(flips, 255 - clean, clean)
        put(cv2.resize(code, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST))
    found = lines(decode(tmp_path, "--json", "--frames", "5"))
    assert len(found) == count >= 90
    ours = drawing.member_code()
    assert {code["text"] for line in found for code in line["codes"]} <= {ours}
    # The base steps and one burst of the others: every symbology takes its time on all of these.
    few = lines(decode(tmp_path, "--json", "--any", "--frames", "3", "--budget-ms", "10"))
    assert len(few) == count


def test_a_code_on_transparent_ground_is_read(decode, drawing, tmp_path):
    code = drawing.qr(drawing.member_code(), 4)
    picture = np.zeros((*code.shape, 4), np.uint8)
    picture[:, :, 3] = 255 - code  # black where it is black, nothing elsewhere
    cv2.imwrite(str(tmp_path / "clear.png"), picture)
    (line,) = lines(decode(tmp_path, "--json"))
    assert [code["text"] for code in line["codes"]] == [drawing.member_code()]


def test_symbologies_can_be_named(decode, drawing, tmp_path, card):
    cv2.imwrite(str(tmp_path / "a.png"), drawing.scene(drawing.qr(drawing.member_code())))
    cv2.imwrite(str(tmp_path / "b.png"), drawing.scene(drawing.bars("code128", card)))
    found = lines(decode(tmp_path, "--json", "--symbologies", "Code128"))
    assert [[code["text"] for code in line["codes"]] for line in found] == [[], [card]]


def test_an_unknown_symbology_is_told_with_the_known_ones(decode, tmp_path):
    (tmp_path / "a.png").write_bytes(b"")
    done = decode(tmp_path, "--symbologies", "QRCode,Barcode", status=2)
    assert "Barcode" in done.stderr
    assert "QRCode" in done.stderr


def test_explain_tells_every_step(decode, drawing, tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), drawing.scene(drawing.qr(drawing.member_code())))
    (line,) = lines(decode(tmp_path, "--json", "--explain"))
    assert [step["name"] for step in line["steps"]] == ["zxing fast"]
    assert "zxing fast" in decode(tmp_path, "--explain").stdout


def test_a_name_that_is_no_utf_8_is_read_like_any_other(decode, drawing, tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), drawing.scene(drawing.qr(drawing.member_code())))
    (tmp_path / "a.png").rename(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.png"))
    (tmp_path / "b.png").write_bytes(b"")
    first, second = sorted(lines(decode(tmp_path, "--json")), key=lambda line: line["ms"])
    assert first["codes"] == []
    assert [code["text"] for code in second["codes"]] == [drawing.member_code()]
    assert drawing.member_code() in decode(tmp_path).stdout


def test_an_empty_folder_is_told(decode, tmp_path):
    assert "no pictures" in decode(tmp_path, status=1).stderr


def test_a_near_miss_of_a_name_is_told(decode, tmp_path):
    assert "did you mean QRCode?" in decode(tmp_path, "--symbologies", "QRCod", status=2).stderr
