"""The sixteen reward pictures, each a simple object that sits in the middle of its picture."""

from collections.abc import Callable
from math import sin, tau

from central.demo_chain.sketch import Sketch, arc_points

WHITE, INK, BROWN, COFFEE = "#FFFFFF", "#3A3D36", "#7B4A2A", "#5B3620"
GOLD, AMBER, RED, ROSE = "#E9B44C", "#D98A2B", "#C8553D", "#E6A08E"
GREEN, LEAF, JADE, MINT = "#5C8F5A", "#3F7A55", "#0B5F4B", "#A9CDB0"
BLUE, GREY, SHADE, CREAM = "#6F7FC0", "#AEB8B4", "#E4E1D8", "#FBF3E2"
_FACE = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"


def _steam(s: Sketch, x: float, top: float) -> None:
    for side, drop in ((-30, 16), (30, 0)):
        wave = [(x + side + 13 * sin(i / 20 * tau), top + drop + i * 4.6) for i in range(21)]
        s.line(wave, WHITE, 15)


def latte() -> Sketch:
    s = Sketch("#D9B99B")
    s.shadow(320, 190)
    s.arc(120, 40, 66, -80, 80, WHITE, 34)
    cup = [(-140, -60), (140, -60), (140, 60), *arc_points(0, 60, 140, 130, 0, 180)]
    s.shape(cup, WHITE)
    s.shape([(84, -60), (140, -60), (140, 60), *arc_points(0, 60, 140, 130, 0, 58)], "#F3EFE8")
    s.oval(0, -60, 140, 36, SHADE)
    s.oval(0, -58, 124, 28, BROWN)
    s.oval(-4, -60, 56, 14, "#E8CDAE")
    s.oval(6, -57, 26, 7, BROWN)
    _steam(s, 0, -220)
    return s


def _ticket(ground: str, colour: str, pale: str, amount: str) -> Sketch:
    """Two notches above and below the tear line, cut out so that the shadow shows through."""
    s = Sketch(ground)
    s.shadow(430, 150)
    tear, notch, r = 92, 24, 26
    edge = [
        *arc_points(-230 + r, -110 + r, r, r, 180, 270),
        *reversed(arc_points(tear, -110, notch, notch, 0, 180)),
        *arc_points(230 - r, -110 + r, r, r, 270, 360),
        *arc_points(230 - r, 110 - r, r, r, 0, 90),
        *reversed(arc_points(tear, 110, notch, notch, 180, 360)),
        *arc_points(-230 + r, 110 - r, r, r, 90, 180),
    ]
    s.shape(edge, WHITE)
    s.box(-230, -78, -214, 78, pale, 6)
    s.box(-206, -78, -200, 78, pale, 3)
    for i in range(5):
        s.box(tear - 4, -66 + i * 29, tear + 4, -50 + i * 29, colour, 4)
    s.words(amount, -64, 2, 104, colour, _FACE)
    s.disc(162, 0, 34, colour)
    s.disc(162, 0, 17, WHITE)
    return s


def voucher_10() -> Sketch:
    return _ticket("#F3D9A4", BROWN, "#F7E7C4", "¥10")


def voucher_50() -> Sketch:
    return _ticket("#E9C9BD", "#A3412F", "#F1DAD1", "¥50")


def umbrella() -> Sketch:
    s = Sketch("#C9CDE9")
    s.line([(0, -200), (0, 150)], INK, 16)
    s.arc(-42, 150, 42, 0, 180, INK, 16)
    s.pie(0, 10, 210, 180, 360, WHITE)
    s.pie(0, 10, 210, 318, 360, "#F1F2FA")
    for x in (-140, 0, 140):
        s.pie(x, 16, 70, 180, 360, "#C9CDE9")
    s.shape([(-6, -200), *arc_points(0, 10, 76, 210, 270, 188), (-70, 10)], "#E9EBF7")
    s.pie(0, 16, 70, 180, 360, "#C9CDE9")
    s.line([(0, -40), (0, 150)], INK, 16)
    s.disc(0, -206, 12, INK)
    return s


def rice() -> Sketch:
    s = Sketch("#CFE0C3")
    s.shadow(330, 200)
    s.shape([(-130, -130), (130, -130), (160, 195), (-160, 195)], WHITE)
    s.shape([(60, -130), (130, -130), (160, 195), (100, 195)], "#F0EEE6")
    s.box(-140, -200, 140, -128, BROWN, 12)
    for x in range(-110, 120, 44):
        s.line([(x, -186), (x, -142)], "#93623D", 6)
    s.disc(0, 40, 84, GREEN)
    s.words("米", 0, 38, 96, WHITE, _FACE)
    return s


def tote() -> Sketch:
    s = Sketch("#ECCFC5")
    s.shadow(340, 210)
    s.arc(0, -60, 86, 180, 360, INK, 20)
    s.line([(-86, -60), (-86, -20)], INK, 20)
    s.line([(86, -60), (86, -20)], INK, 20)
    s.shape([(-150, -60), (150, -60), (175, 205), (-175, 205)], CREAM)
    s.shape([(70, -60), (150, -60), (175, 205), (110, 205)], "#F1E6CE")
    s.disc(0, 70, 58, AMBER)
    s.shape([(0, 20), *arc_points(0, 70, 40, 50, -90, 90)], GOLD)
    return s


def flask() -> Sketch:
    s = Sketch("#D5DEDC")
    s.shadow(200, 225)
    s.box(-66, -240, 66, -160, "#4E6B64", 18)
    s.box(-52, -166, 52, -130, "#3C554F", 4)
    s.box(-92, -140, 92, 225, WHITE, 46)
    s.box(40, -116, 70, 200, "#EDF1EF", 15)
    s.box(-92, 20, 92, 86, "#9DB5AE")
    s.disc(0, 53, 16, WHITE)
    return s


def beans() -> Sketch:
    s = Sketch("#D8C3AC")
    s.shadow(320, 215)
    s.shape([(-130, -190), (130, -190), (150, 210), (-150, 210)], "#4A3428")
    s.shape([(70, -190), (130, -190), (150, 210), (96, 210)], "#3B291F")
    s.box(-136, -220, 136, -170, "#6A4C39", 10)
    s.disc(0, 40, 96, CREAM)
    for x, y in ((-36, 16), (34, 62)):
        s.oval(x, y, 40, 30, BROWN)
        s.line([(x - 26, y + 6), (x, y - 4), (x + 26, y + 2)], CREAM, 7)
    return s


def toast() -> Sketch:
    s = Sketch("#F2DDBB")
    s.shadow(360, 175)
    s.disc(-100, -70, 92, "#C98A4B")
    s.disc(100, -70, 92, "#C98A4B")
    s.box(-100, -162, 100, -20, "#C98A4B")
    s.box(-160, -80, 160, 170, "#C98A4B", 36)
    s.disc(-96, -66, 66, "#F6E3C0")
    s.disc(96, -66, 66, "#F6E3C0")
    s.box(-96, -132, 96, 0, "#F6E3C0")
    s.box(-134, -70, 134, 144, "#F6E3C0", 26)
    s.box(-52, -40, 46, 44, GOLD, 14)
    s.box(-40, -30, 10, -14, "#F6D27F", 7)
    return s


def juice() -> Sketch:
    s = Sketch("#FBE0B5")
    s.shadow(240, 215)
    s.line([(54, -40), (118, -250)], RED, 18)
    s.shape([(-120, -130), (120, -130), (92, 210), (-92, 210)], WHITE)
    s.shape([(-104, -50), (104, -50), (84, 192), (-84, 192)], "#F19A2F")
    s.shape([(40, -50), (104, -50), (84, 192), (52, 192)], "#E58618")
    s.disc(-118, -128, 84, "#F19A2F")
    s.disc(-118, -128, 68, CREAM)
    for start in range(0, 360, 60):
        s.pie(-118, -128, 58, start + 6, start + 54, "#F5B04F")
    return s


def candle() -> Sketch:
    s = Sketch("#E5D6E0")
    s.shadow(300, 205)
    s.oval(0, -178, 26, 50, "#F6C453")
    s.oval(0, -162, 13, 28, WHITE)
    s.line([(0, -128), (0, -84)], INK, 9)
    s.box(-130, -84, 130, 200, WHITE, 30)
    s.box(64, -60, 100, 176, "#F1ECF0", 16)
    s.oval(0, -78, 130, 26, "#F3E9D2")
    s.box(-84, 10, 60, 116, "#B58BA5", 14)
    s.line([(-54, 48), (30, 48)], WHITE, 10)
    s.line([(-34, 80), (10, 80)], WHITE, 10)
    return s


def plant() -> Sketch:
    s = Sketch("#D3E3D0")
    s.shadow(270, 210)
    for angle, colour in ((-150, LEAF), (-30, LEAF), (-125, GREEN), (-55, GREEN), (-90, "#79AE74")):
        tip = arc_points(0, 40, 190, 190, angle, angle)[0]
        side = arc_points(0, 40, 96, 96, angle - 24, angle - 24)[0]
        other = arc_points(0, 40, 96, 96, angle + 24, angle + 24)[0]
        s.shape([(0, 46), side, tip, other], colour)
        s.disc(*side, 4, colour)
        s.disc(*other, 4, colour)
    s.shape([(-120, 70), (120, 70), (92, 210), (-92, 210)], "#C4694A")
    s.shape([(60, 70), (120, 70), (92, 210), (50, 210)], "#B05A3D")
    s.box(-136, 34, 136, 86, "#D27C5C", 12)
    return s


def gift() -> Sketch:
    s = Sketch("#F0C9C1")
    s.shadow(380, 205)
    s.box(-165, -30, 165, 200, RED, 14)
    s.box(-190, -90, 190, -16, "#D86A52", 14)
    s.box(-30, -90, 30, 200, GOLD)
    for side in (-1, 1):
        for along in range(2):  # the ribbon's loop, then its shaded inside
            loop = [
                (side * x, y)
                for x, y in arc_points(74, -140, 70 - along * 30, 46 - along * 26, 0, 360)
            ]
            s.shape(loop, (GOLD, "#D79A33")[along])
    s.disc(0, -94, 26, "#F3CB72")
    return s


def baking() -> Sketch:
    s = Sketch("#E3DCCB")
    s.shadow(380, 185)
    s.shape([(-190, -20), (190, -20), *arc_points(0, -20, 190, 200, 0, 180)], WHITE)
    s.shape([(90, -20), (190, -20), *arc_points(0, -20, 190, 200, 0, 62)], "#EFEBE0")
    s.oval(0, -20, 190, 40, "#F3E6C4")
    s.oval(0, -16, 160, 28, "#F8D98C")
    s.line([(60, -30), (150, -236)], BROWN, 24)
    for bend in (-46, -16, 16, 46):
        s.line([(62, -34), (20 + bend, -6), (6 + bend * 0.6, 30)], GREY, 7)
    s.line([(96, -112), (60, -30)], GREY, 14)
    return s


def icecream() -> Sketch:
    s = Sketch("#CFE3EA")
    s.shadow(110, 250)
    s.shape([(-96, 0), (96, 0), (0, 240)], "#D9A15B")
    for offset in (-64, 0, 64):
        s.line([(offset - 26, 8), (offset * 0.2 + 26, 150)], "#C48945", 6)
        s.line([(offset + 26, 8), (offset * 0.2 - 26, 150)], "#C48945", 6)
    s.disc(0, -80, 126, "#F7E8EC")
    for x in (-84, -28, 28, 84):
        s.disc(x, 8, 34, "#F7E8EC")
    s.disc(44, -110, 46, WHITE)
    s.disc(0, -214, 28, RED)
    s.arc(26, -238, 26, 180, 270, LEAF, 8)
    for x, y, colour in ((-60, -110, GOLD), (-20, -60, BLUE), (60, -40, RED), (-70, -40, GREEN)):
        s.line([(x, y), (x + 16, y + 10)], colour, 11)
    return s


def blanket() -> Sketch:
    s = Sketch("#D9D2E6")
    s.shadow(420, 185)
    for i, colour in enumerate(("#7D6FA8", "#9385BB", "#A99CCB")):
        top = 90 - i * 92
        s.box(-200, top, 200, top + 92, colour, 44)
        s.box(-200, top, -60, top + 92, colour, 20)
        s.line([(-150, top + 46), (150, top + 46)], WHITE, 8)
    for x in range(-178, 190, 28):
        s.line([(x, 182), (x, 206)], "#7D6FA8", 9)
    return s


PICTURES: dict[str, Callable[[], Sketch]] = {
    drawing.__name__: drawing
    for drawing in (
        latte,
        voucher_10,
        umbrella,
        rice,
        tote,
        flask,
        beans,
        toast,
        juice,
        voucher_50,
        candle,
        plant,
        gift,
        baking,
        icecream,
        blanket,
    )
}
