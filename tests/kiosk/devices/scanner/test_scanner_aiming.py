"""What is measured while the camera is aimed: on drawn frames, and through the real process."""

from dataclasses import replace

import cv2
import msgspec
import numpy as np
import pytest

from kiosk.aim import AIM_BOX, Advice, Light, judge
from kiosk.devices.camera.frame import Frame
from kiosk.devices.decoder.live import LiveReader
from kiosk.devices.decoder.reading import Reading
from kiosk.devices.ports import Preview
from kiosk.devices.scanner.aiming import AimMeter, modules_for
from kiosk.devices.scanner.client import ScannerProcess
from kiosk.devices.scanner.fake import FakeScanner
from kiosk.devices.scanner.messages import Aim, encode
from kiosk.devices.scanner.sharpness import sharpness
from tests.kiosk.devices.scanner.scanner_stage import running

FPS = 15.0


class Aimed:
    """A meter and a reader that see frame after frame; time runs as the frames say."""

    def __init__(self, preview=(640, 360)):
        self.told = []
        self.meter = AimMeter(preview, self.told.append)
        self.meter.switch(on=True)
        self.reader = LiveReader({"QRCode"})
        self.frames = 0

    def see(self, *lumas, found="read", times=1):
        for luma in lumas * times:
            frame = Frame(luma, 100 + self.frames / FPS, self.frames)
            self.frames += 1
            self.meter.look(frame, self._read(frame) if found == "read" else found)
        return self.told[-1] if self.told else None

    def _read(self, frame):
        """As `DecodeLoop` tells it: None while the idle gate is shut."""
        found = self.reader.read(frame)
        return found if self.reader.last.runs else None


@pytest.fixture
def aimed():
    return Aimed()


def trembling(drawing, code, count=12, frame=None, **options):
    """The same code in a hand: no two frames are equal, so the gate stays open."""
    shop = drawing.shop() if frame is None else frame
    return [drawing.scene(code, frame=shop, noise=2.0, **options) for _ in range(count)]


def soft(code, dark=30, bright=210):
    """As a camera sees paper: neither black nor white is at the end of the scale."""
    return (dark + code.astype(np.float32) * (bright - dark) / 255).astype(np.uint8)


class TestPxPerModule:
    @pytest.mark.parametrize("angle", [0, 17, 45])
    @pytest.mark.parametrize("px", [3, 4, 6, 9])
    def test_is_what_was_drawn(self, aimed, drawing, px, angle):
        code = soft(drawing.qr(drawing.member_code(), px))
        seen = aimed.see(*trembling(drawing, code, angle=angle))
        assert seen.code.px_per_module == pytest.approx(px, rel=0.05)

    @pytest.mark.parametrize("scale", [0.7, 0.83, 1.13])
    def test_also_between_whole_pixels(self, aimed, drawing, scale):
        code = soft(drawing.qr(drawing.member_code(), 6))
        seen = aimed.see(*trembling(drawing, code, angle=8, scale=scale))
        assert seen.code.px_per_module == pytest.approx(6 * scale, rel=0.05)

    def test_a_tilted_code_counts_by_its_narrow_side(self, aimed, drawing):
        code = soft(drawing.qr(drawing.member_code(), 8))
        narrow = cv2.resize(code, None, fx=0.7, fy=1.0, interpolation=cv2.INTER_AREA)
        seen = aimed.see(*trembling(drawing, narrow))
        assert seen.code.px_per_module == pytest.approx(5.6, rel=0.05)
        assert seen.code.squareness == pytest.approx(0.7, rel=0.05)

    def test_one_odd_reading_does_not_move_it(self, aimed, drawing):
        frames = trembling(drawing, soft(drawing.qr(drawing.member_code(), 5)))
        steady = aimed.see(*frames)
        odd = Reading(b"x", "QRCode", ((0, 0), (600, 0), (600, 600), (0, 600)), 21)
        assert aimed.see(frames[0], found=[odd], times=3).code.px_per_module == pytest.approx(
            steady.code.px_per_module, rel=0.02
        )

    def test_an_engine_that_does_not_tell_the_modules(self, aimed, drawing):
        """zbar tells none: then they are worked out from the text, as our tokens are drawn."""
        text = drawing.member_code()
        side = modules_for(text.encode()) * 4
        corners = ((500, 200), (500 + side, 200), (500 + side, 200 + side), (500, 200 + side))
        found = [Reading(text.encode(), "QRCode", corners)]
        seen = aimed.see(drawing.shop(), found=found, times=10)
        assert seen.code.px_per_module == pytest.approx(4.0, rel=0.01)

    def test_bars_have_none(self, aimed, drawing):
        corners = ((300, 300), (900, 300), (900, 400), (300, 400))
        found = [Reading(b"1", "Code128", corners)]
        seen = aimed.see(drawing.shop(), found=found, times=10)
        assert (seen.code.px_per_module, seen.code.squareness) == (None, 1.0)

    def test_a_code_that_no_token_could_be(self):
        assert modules_for("汉字".encode()) is None
        assert modules_for(b"A" * 5000) is None


class TestWhere:
    def test_the_outline_is_mirrored_as_the_preview_is(self, aimed, drawing):
        """A code at the frame's left is on the preview's right."""
        frame = drawing.shop()
        code = soft(drawing.qr(drawing.member_code(), 4))
        side = code.shape[0]
        frame[60 : 60 + side, 40 : 40 + side] = code
        seen = aimed.see(frame, found=LiveReader({"QRCode"}).read(Frame(frame, 0.0, 1)), times=10)
        xs = [x for x, _ in seen.code.outline]
        ys = [y for _, y in seen.code.outline]
        left, right = 1 - (40 + side - 16) / 1280, 1 - (40 + 16) / 1280
        assert (min(xs), max(xs)) == (pytest.approx(left, abs=0.01), pytest.approx(right, abs=0.01))
        assert min(ys) == pytest.approx((60 + 16) / 720, abs=0.01)
        assert seen.code.span == pytest.approx((side - 32) / 720, abs=0.02)

    def test_a_narrow_frame_stands_between_bars(self):
        """As `PreviewWriter` draws it: 640x720 in 640x360 leaves a quarter at each side."""
        aimed = Aimed()
        corners = ((0, 0), (640, 0), (640, 720), (0, 720))
        found = [Reading(b"x", "QRCode", corners, 21)]
        seen = aimed.see(np.full((720, 640), 90, np.uint8), found=found, times=10)
        assert seen.code.outline == ((0.75, 0.0), (0.25, 0.0), (0.25, 1.0), (0.75, 1.0))

    @pytest.mark.parametrize(
        "corners",
        [
            ((-50, -60), (90, -60), (90, 80), (-50, 80)),
            ((1270, 700), (1400, 700), (1400, 900), (1270, 900)),
            ((2000, 2000), (2000, 2000), (2000, 2000), (2000, 2000)),
            ((5, 5), (5, 5), (5, 5), (5, 5)),
        ],
    )
    def test_corners_outside_of_the_frame_do_no_harm(self, aimed, drawing, corners):
        found = [Reading(b"x", "QRCode", corners, 21)]
        assert aimed.see(drawing.shop(), found=found, times=10).code is not None

    def test_no_outline_is_no_code(self, aimed, drawing):
        seen = aimed.see(drawing.shop(), found=[Reading(b"x", "QRCode")], times=10)
        assert (seen.code, seen.rate) == (None, 1.0)


class TestSharpness:
    SIGMAS = (0.0, 0.6, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)

    def curve(self, drawing, px, angle, **levels):
        code = soft(drawing.qr(drawing.member_code(), px), **levels)
        frame = np.full((720, 1280), levels.get("bright", 210), np.uint8)
        values = []
        for sigma in self.SIGMAS:
            seen = drawing.scene(code, frame=frame, angle=angle, blur=sigma)
            values.append(sharpness(seen[160:560, 440:840]).value)
        return values

    @pytest.mark.parametrize("angle", [0, 20, 45])
    @pytest.mark.parametrize("px", [4, 6, 10])
    def test_falls_with_every_step_of_blur(self, drawing, px, angle):
        values = self.curve(drawing, px, angle)
        assert values == sorted(values, reverse=True)
        assert len(set(values)) == len(values)
        assert values[0] > 0.85
        assert values[-1] < 0.35

    @pytest.mark.parametrize(("dark", "bright"), [(5, 90), (100, 180), (30, 250)])
    def test_does_not_depend_on_exposure(self, drawing, dark, bright):
        usual = self.curve(drawing, 5, 12)
        other = self.curve(drawing, 5, 12, dark=dark, bright=bright)
        assert other[:5] == pytest.approx(usual[:5], abs=0.06)

    def test_hardly_depends_on_what_is_shown(self, drawing):
        curves = np.array([self.curve(drawing, px, 20)[:5] for px in (4, 6, 10)])
        assert (curves.max(axis=0) - curves.min(axis=0)).max() < 0.1

    def test_noise_is_not_sharpness(self, drawing):
        code = soft(drawing.qr(drawing.member_code(), 6))
        blurred = drawing.scene(code, frame=np.full((720, 1280), 210, np.uint8), blur=3.0)
        noisy = blurred + drawing.random.normal(0, 8, blurred.shape)
        noisy = noisy.clip(0, 255).astype(np.uint8)
        areas = [sharpness(np.ascontiguousarray(f[160:560, 440:840])) for f in (blurred, noisy)]
        assert areas[1].value == pytest.approx(areas[0].value, abs=0.1)

    def test_a_wall_has_none(self):
        flat = np.full((300, 300), 120, np.uint8)
        assert sharpness(flat).value is None
        assert sharpness(flat).busy == 0.0


class TestExposure:
    @pytest.mark.parametrize(
        ("dark", "bright", "advice"),
        [
            (30, 210, Advice.DONE),
            (5, 80, Advice.TOO_DARK),
            (2, 45, Advice.TOO_DARK),
            (190, 248, Advice.TOO_BRIGHT),
        ],
    )
    def test_is_of_the_code(self, aimed, drawing, dark, bright, advice):
        """The shop around it is as bright as ever."""
        code = soft(drawing.qr(drawing.member_code(), 5), dark, bright)
        frames = trembling(drawing, code, count=10)
        half = (code.shape[0] - 40) // 2
        left, right, top, bottom = 640 - half, 640 + half, 360 - half, 360 + half
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        # Told, not read, so that what cannot be read is measured too.
        found = [Reading(b"x", "QRCode", corners, round(2 * half / 5))]
        seen = aimed.see(*frames, found=found)
        assert seen.mean == pytest.approx((dark + bright) / 2, rel=0.15)
        assert judge(seen).advice is advice

    def test_without_a_code_of_the_box(self, aimed):
        frame = np.full((720, 1280), 250, np.uint8)
        left, top, right, bottom = AIM_BOX
        box = np.s_[int(top * 720) : int(bottom * 720), int(left * 1280) : int(right * 1280)]
        frame[box] = 70
        seen = aimed.see(frame, found=[], times=10)
        assert (seen.mean, seen.bright, seen.glare) == (70.0, 0.0, 0.0)

    def test_black_and_white_at_the_end_of_the_scale(self, aimed):
        frame = np.full((720, 1280), 120, np.uint8)
        frame[:, 520:640] = 0
        frame[:, 640:680] = 255
        seen = aimed.see(frame, found=[], times=10)
        box_px = int(0.72 * 1280) - int(0.28 * 1280)
        assert seen.dark == pytest.approx(120 / box_px, abs=0.01)
        assert seen.bright == pytest.approx(40 / box_px, abs=0.01)

    def test_glare_is_told_from_white_modules(self, aimed, drawing):
        code = drawing.qr(drawing.member_code(), 6)  # its white is 255
        clean = aimed.see(*trembling(drawing, code))
        assert clean.bright > 0.2
        assert clean.glare < 0.02
        lamp = code.copy()
        middle = code.shape[0] // 2
        cv2.circle(lamp, (middle, middle), 45, 255, -1)
        aimed = Aimed()
        corners = clean.code.outline
        in_frame = tuple((round((1 - x) * 1280), round(y * 720)) for x, y in corners)
        found = [Reading(b"x", "QRCode", in_frame, 49)]
        spoilt = aimed.see(*trembling(drawing, lamp), found=found)
        assert spoilt.glare > 0.05
        assert judge(spoilt).advice is Advice.GLARE


class TestRate:
    def test_of_the_frames_that_were_looked_at_in_two_seconds(self, aimed, drawing):
        frame = drawing.shop()
        code = [Reading(b"x", "QRCode", ((10, 10), (200, 10), (200, 200), (10, 200)), 21)]
        for n in range(60):
            aimed.see(frame, found=code if n % 4 == 0 else [])
        assert aimed.told[-1].rate == pytest.approx(0.25, abs=0.03)
        assert aimed.see(frame, found=[], times=40).rate == 0.0
        assert aimed.told[-1].code is None

    def test_a_frame_that_was_not_looked_at_is_no_failure(self, aimed, drawing):
        """A still card: the idle gate lets two frames a second through."""
        frame = drawing.shop()
        code = [Reading(b"x", "QRCode", ((10, 10), (200, 10), (200, 200), (10, 200)), 21)]
        for n in range(60):
            aimed.see(frame, found=code if n % 7 == 0 else None)
        assert aimed.told[-1].rate == 1.0
        assert all(m.code is not None for m in aimed.told), "a still card flickers"

    def test_a_still_card_is_green_by_the_real_reader(self, aimed, drawing):
        still = drawing.scene(soft(drawing.qr(drawing.member_code(), 5)))
        verdict = judge(aimed.see(still, times=90))
        assert (verdict.advice, verdict.overall) == (Advice.DONE, Light.GREEN)

    def test_frames_per_second(self, aimed, drawing):
        assert aimed.see(drawing.shop(), found=[], times=60).fps == pytest.approx(15, abs=0.2)


class TestMeter:
    def test_five_times_a_second(self, aimed, drawing):
        aimed.see(drawing.shop(), found=[], times=int(10 * FPS))
        assert 45 <= len(aimed.told) <= 50

    def test_silent_and_forgetful_while_nobody_asks(self, aimed, drawing):
        frame = drawing.shop()
        code = [Reading(b"x", "QRCode", ((10, 10), (200, 10), (200, 200), (10, 200)), 21)]
        aimed.see(frame, found=code, times=30)
        count = len(aimed.told)
        aimed.meter.switch(on=False)
        aimed.see(frame, found=code, times=30)
        assert len(aimed.told) == count
        aimed.meter.switch(on=True)
        assert aimed.see(frame, found=[], times=15).rate == 0.0

    def test_nothing_of_a_text_is_told(self, aimed, drawing):
        text = drawing.member_code()
        aimed.see(*trembling(drawing, soft(drawing.qr(text, 5))))
        packet = encode(Aim(aimed.told[-1]))
        assert aimed.told[-1].code is not None
        assert len(packet) < 600
        assert not any(text[i : i + 6].encode() in packet for i in range(len(text) - 6))

    def test_a_message_of_another_form_is_refused(self):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(b'{"type":"aim","measured":{"width":"wide"}}', type=Aim)


class Listening:
    def __init__(self):
        self.told = []

    def __call__(self, measured):
        self.told.append(measured)

    @property
    def advice(self):
        """On a machine that is busy with something else frames come slowly: not judged here."""
        return judge(replace(self.told[-1], fps=15.0)).advice


@pytest.fixture(params=["fake", "process"])
def scanner(request, window, hold):
    heard = Listening()
    if request.param == "process":
        hold(None)
        scanner = ScannerProcess(f"follow:{window}", preview=(640, 360), on_aim=heard)
        return scanner, heard, lambda: None
    fake = FakeScanner(on_aim=heard)
    fake.show_picture(Preview(640, 360, bytes(640 * 360), 1))
    seen = Aimed().see(np.full((720, 1280), 90, np.uint8), found=[], times=10)
    return fake, heard, lambda: fake.show_aim(seen)


class TestThroughTheScanner:
    async def test_measures_only_while_asked_and_only_while_it_reads(self, scanner):
        scanner, told, measure = scanner
        async with running(scanner) as heard:
            await heard.until(lambda: heard.well)
            measure()
            assert told.told == []
            scanner.aim(True)
            await heard.until(lambda: [measure(), told.told][1])
            assert told.told[-1].width == 1280
            assert scanner.preview().width == 640
            scanner.aim(False)
            # What was on its way may still come; then it is silent.
            frame = scanner.preview().frame
            await heard.until(lambda: scanner.preview().frame > frame + 10 or frame == 1)
            count = len(told.told)
            measure()
            await heard.until(lambda: scanner.preview().frame > frame + 20 or frame == 1)
            assert len(told.told) == count

    async def test_a_held_code_through_the_process(self, window, drawing, put_picture):
        told = Listening()
        code = soft(drawing.qr(drawing.member_code(), 5))
        put_picture(window / "now.png", drawing.scene(code, angle=10))
        scanner = ScannerProcess(f"follow:{window}", preview=(640, 360), on_aim=told)
        scanner.aim(True)
        async with running(scanner) as heard:
            await heard.until(lambda: told.told and told.told[-1].code is not None)
            seen = told.told[-1]
            assert seen.code.px_per_module == pytest.approx(5, rel=0.05)
            await heard.until(lambda: told.advice is Advice.DONE)
            put_picture(window / "now.png", drawing.scene(code, angle=10, blur=2.6))
            await heard.until(lambda: told.advice is Advice.OUT_OF_FOCUS)
            put_picture(window / "now.png", np.zeros((720, 1280), np.uint8))
            await heard.until(lambda: told.advice is Advice.BLACK)
            put_picture(window / "now.png", drawing.shop())
            await heard.until(lambda: told.advice is Advice.HOLD_CARD)
