"""Real vouchers to print, each drawn once in a run."""

import functools

from PIL import Image

from kiosk.devices.printer.profile import load_profile
from kiosk.voucher.voucher import render_voucher
from tests.kiosk.voucher.voucher_sample import CODES, device_config, redemption
from wire.api.text import Language

MODELS = {384: "58mm-cutter", 576: "80mm-cutter"}
PROFILE_58 = load_profile(MODELS[384])
PROFILE_80 = load_profile(MODELS[576])
PROFILES = {384: PROFILE_58, 576: PROFILE_80}


@functools.cache
def voucher_page(
    width: int, language: Language = Language.ZH_HANS, code: str = CODES[0]
) -> Image.Image:
    return render_voucher(
        redemption(code), device_config(), language, width_dots=width, device_seq=412
    )


def payload(code: str = CODES[0]) -> str:
    voucher = redemption(code).voucher
    assert voucher is not None
    return voucher.payload
