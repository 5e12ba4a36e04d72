"""Every kind of code that a scanner of ours has to read, each on one frame."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.devices.camera.frame import Frame
from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.decoder.symbology import OURS
from wire import provisioning, tokens, voucher_code

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
LAST_DAY = date(2027, 6, 30)
VOUCHER = "7K3M9QXD2HTP5W8" + voucher_code.check_symbol("7K3M9QXD2HTP5W8")
TEXTS = {
    "M2": tokens.sign_member_code(KEY, tokens.MemberCode(1, b"member", 470_000, 1280, 0)),
    "C1": tokens.sign_member_card(KEY, tokens.MemberCard(1, b"cardcard", 1)),
    "S1": tokens.sign_staff_badge(KEY, tokens.StaffBadge(1, b"staff1", 1, 2, LAST_DAY)),
    "V1": tokens.voucher_payload(VOUCHER),
    "V2": tokens.sign_offline_voucher(
        KEY, tokens.OfflineVoucher(VOUCHER, 1, 2, LAST_DAY, 2_000, 1)
    ),
    "P1": provisioning.text_of(
        provisioning.Provisioning("https://points.example.com", "K7-2291-XW", "Jing'an 7")
    ),
}
VERSIONS = {"M2": 5, "C1": 5, "S1": 5, "V1": 2, "V2": 6, "P1": None}
"""As the table of codes says; P1 may have up to version 8."""


@pytest.mark.parametrize("kind", TEXTS)
def test_each_kind_is_read_in_its_first_frame_and_at_its_size(drawing, kind):
    text = TEXTS[kind]
    picture = drawing.qr(text, 4, error="q" if kind == "V1" else "m", mode="alphanumeric")
    modules = picture.shape[0] // 4 - 8
    version = (modules - 17) // 4
    assert version == VERSIONS[kind] or (kind == "P1" and version <= 8)
    reader = LiveReader(OURS)
    (read,) = reader.read(Frame(drawing.scene(picture, 8, noise=4), 0.0, 1))
    assert (read.text, read.symbology, read.modules) == (text, "QRCode", modules)
