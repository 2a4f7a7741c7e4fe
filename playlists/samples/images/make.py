"""Draws the samples' pictures: `python3 make.py`, with Pillow.

Each picture is drawn four times as large and made smaller, in few and strong colours on black: that is what an
LED wall shows well. No flags, emblems, maps or letters.
"""

import math
import pathlib

from PIL import Image, ImageDraw

SCALE = 4
COLOURS = 32
BLACK, WHITE, CREAM = "#000000", "#ffffff", "#fff2cc"
GOLD, AMBER, ORANGE = "#ffc72c", "#f39a1e", "#e2711d"
RED, DEEP_RED = "#e5383b", "#9d1b25"
GREEN, DEEP_GREEN, LEAF = "#2fae60", "#146b3a", "#7ccf5a"
BLUE, DEEP_BLUE, SKY = "#2f9fe0", "#114b7a", "#8fd3ff"
BROWN, DEEP_BROWN = "#8a5a2b", "#5a3717"
GREY = "#59636b"


class Canvas:
    """A picture in its final coordinates, drawn large."""

    def __init__(self, width, height):
        self.size = (width, height)
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), BLACK)
        self.pen = ImageDraw.Draw(self.image)

    def circle(self, x, y, radius, colour):
        self.ellipse(x, y, radius, radius, colour)

    def ellipse(self, x, y, across, up, colour, turn=0.0):
        outline = []
        for step in range(120):
            angle = step * math.tau / 120
            a, b = across * math.cos(angle), up * math.sin(angle)
            outline.append(
                (x + a * math.cos(turn) - b * math.sin(turn), y + a * math.sin(turn) + b * math.cos(turn))
            )
        self.polygon(outline, colour)

    def box(self, left, top, right, bottom, colour, radius=0):
        corners = [left * SCALE, top * SCALE, right * SCALE, bottom * SCALE]
        self.pen.rounded_rectangle(corners, radius * SCALE, fill=colour)

    def polygon(self, points, colour):
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def line(self, points, width, colour):
        self.pen.line([(x * SCALE, y * SCALE) for x, y in points], fill=colour, width=round(width * SCALE))
        # Round ends, and no gaps where a thick line bends.
        for x, y in points:
            self.circle(x, y, width / 2, colour)

    def save(self, name):
        small = self.image.resize(self.size, Image.Resampling.BOX)
        few = small.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(pathlib.Path(__file__).parent / name, optimize=True)


def curve(start, middle, end, steps=40):
    """Points from start to end, drawn towards middle."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        weights = ((1 - t) ** 2, 2 * t * (1 - t), t**2)
        points.append(
            tuple(sum(w * p[axis] for w, p in zip(weights, (start, middle, end))) for axis in (0, 1))
        )
    return points


def welcome():
    """A gate on a road between green hills, the sun rising behind it."""
    c = Canvas(480, 320)
    for ray in range(-6, 7):
        angle = math.radians(ray * 13)
        far = [(240 + 330 * math.sin(angle + s), 205 - 330 * math.cos(angle + s)) for s in (-0.055, 0.055)]
        c.polygon([(240, 205), *far], "#5b3606")
    c.circle(240, 205, 92, AMBER)
    c.circle(240, 205, 78, GOLD)
    c.polygon([(0, 320), *curve((0, 215), (120, 150), (250, 235)), (250, 320)], DEEP_GREEN)
    c.polygon([(480, 320), *curve((480, 215), (360, 150), (230, 235)), (230, 320)], DEEP_GREEN)
    c.polygon([(0, 320), *curve((0, 262), (110, 215), (300, 262)), (300, 320)], GREEN)
    c.polygon([(480, 320), *curve((480, 262), (370, 215), (180, 262)), (180, 320)], GREEN)
    c.polygon([(222, 232), (258, 232), (345, 320), (135, 320)], GREY)
    for top, bottom in ((238, 247), (255, 269), (280, 300)):
        near, far = (1 + (y - 232) * 0.045 for y in (bottom, top))
        c.polygon([(240 - far, top), (240 + far, top), (240 + near, bottom), (240 - near, bottom)], WHITE)
    for side in (-1, 1):
        x = 240 + side * 112
        c.box(x - 15, 118, x + 15, 284, CREAM, 2)
        c.box(x - 5, 134, x + 5, 270, AMBER, 2)
        c.box(x - 22, 276, x + 22, 290, AMBER, 2)
        c.box(x - 21, 112, x + 21, 124, AMBER, 2)
    c.box(108, 92, 372, 116, CREAM, 2)
    c.box(120, 99, 360, 109, RED, 3)
    roof = [
        *curve((84, 86), (150, 74), (178, 44)),
        (302, 44),
        *curve((302, 44), (330, 74), (396, 86)),
        (392, 96),
        (88, 96),
    ]
    c.polygon(roof, RED)
    top = [
        *curve((158, 44), (196, 36), (212, 16)),
        (268, 16),
        *curve((268, 16), (284, 36), (322, 44)),
        (318, 52),
        (162, 52),
    ]
    c.polygon(top, DEEP_RED)
    c.box(84, 88, 396, 96, GOLD, 3)
    c.box(158, 45, 322, 52, GOLD, 3)
    c.box(206, 11, 274, 18, GOLD, 3)
    c.save("cong-chao.png")


def slow_down():
    """A warning triangle with a motorcyclist wearing a helmet."""
    c = Canvas(320, 320)

    def triangle(inset, colour):
        corners = [(160, 22 + inset * 2), (306 - inset * 1.73, 278 - inset), (14 + inset * 1.73, 278 - inset)]
        c.polygon(corners, colour)
        c.line([*corners, corners[0]], 26, colour)

    triangle(0, RED)
    triangle(22, GOLD)
    for x in (112, 212):
        for radius, colour in ((27, BLACK), (15, GOLD), (5, BLACK)):
            c.circle(x, 236, radius, colour)
    c.polygon([(106, 198), (170, 202), (186, 222), (176, 238), (132, 238)], BLACK)
    c.line([(112, 234), (128, 208)], 10, BLACK)
    c.line([(212, 236), (192, 182), (182, 178)], 9, BLACK)
    c.line([(100, 194), (150, 196)], 12, BLACK)
    c.polygon([(128, 196), (140, 142), (162, 138), (172, 152), (158, 198)], BLACK)
    c.line([(158, 152), (170, 176), (188, 178)], 11, BLACK)
    c.line([(148, 194), (176, 202), (168, 230), (180, 232)], 14, BLACK)
    c.circle(162, 116, 22, BLACK)
    c.polygon([(164, 110), (187, 110), (186, 120), (168, 122)], SKY)
    c.save("giam-toc.png")


def wash_hands():
    """Two hands under a tap, with soap bubbles."""
    c = Canvas(320, 320)
    c.line([(84, 22), (84, 60), (160, 60), *curve((160, 60), (188, 62), (188, 96))], 30, "#c8d2da")
    c.line([(76, 22), (116, 22)], 14, WHITE)
    c.line([(86, 53), (158, 53)], 6, WHITE)
    c.box(170, 92, 206, 104, "#98a6b0", 4)
    c.box(177, 104, 199, 176, BLUE)
    c.box(182, 104, 188, 176, SKY)
    lower = [
        (18, 268),
        (18, 214),
        *curve((18, 214), (60, 204), (104, 190)),
        *curve((112, 188), (190, 168), (262, 188)),
    ]
    lower += [
        *curve((286, 196), (300, 214), (272, 222)),
        *curve((240, 226), (200, 240), (170, 256)),
        *curve((120, 282), (60, 280), (18, 268)),
    ]
    c.polygon(lower, "#d99a6c")
    c.line([(196, 224), (266, 216)], 22, "#d99a6c")
    c.line([(190, 238), (248, 236)], 20, "#d99a6c")
    upper = [
        (302, 216),
        (302, 164),
        *curve((302, 164), (262, 158), (226, 160)),
        *curve((200, 160), (150, 160), (104, 184)),
    ]
    upper += [
        *curve((84, 196), (88, 212), (112, 208)),
        *curve((150, 200), (190, 202), (214, 214)),
        *curve((250, 232), (280, 226), (302, 216)),
    ]
    c.polygon(upper, "#f0b98d")
    for y, far in ((190, 92), (203, 104)):
        c.line([(170, y - 4), (far + 8, y + 4)], 4, "#c98c5e")
    c.box(10, 208, 30, 274, BLUE, 4)
    c.box(292, 160, 312, 220, BLUE, 4)
    for x, y, r in (
        (150, 226, 19),
        (120, 214, 12),
        (178, 238, 13),
        (134, 246, 10),
        (206, 226, 9),
        (240, 128, 13),
        (264, 96, 9),
        (128, 126, 11),
        (98, 148, 7),
    ):
        c.circle(x, y, r, WHITE)
        c.circle(x + r * 0.08, y + r * 0.08, r * 0.78, SKY)
        c.circle(x - r * 0.3, y - r * 0.3, r * 0.24, WHITE)
    for x, y in ((176, 286), (206, 298), (148, 300), (228, 278)):
        c.polygon(
            [
                (x, y - 14),
                *curve((x + 7, y), (x + 6, y + 9), (x, y + 9)),
                *curve((x, y + 9), (x - 6, y + 9), (x - 7, y)),
            ],
            BLUE,
        )
    c.save("rua-tay.png")


def leaf(c, x, y, length, turn, colour, vein):
    """A leaf that grows from (x, y) in the direction of turn."""

    def along(far, aside):
        across, down = math.cos(turn), math.sin(turn)
        return x + far * across - aside * down, y + far * down + aside * across

    tip, start = along(length, 0), (x, y)
    c.polygon(
        [
            *curve(start, along(length * 0.5, length * 0.5), tip),
            *curve(tip, along(length * 0.5, -length * 0.5), start),
        ],
        colour,
    )
    c.line([start, along(length * 0.88, 0)], max(2, length * 0.035), vein)


def goods():
    """Cashew apple with its nut, a pepper spike, and latex running into a bowl."""
    c = Canvas(480, 320)
    # Cashew: the apple hangs, the nut grows below it.
    leaf(c, 84, 62, 92, math.radians(200), GREEN, LEAF)
    leaf(c, 84, 62, 92, math.radians(-24), DEEP_GREEN, GREEN)
    c.line([(84, 22), (84, 70)], 9, BROWN)
    c.polygon(
        [
            *curve((52, 84), (84, 54), (116, 84)),
            *curve((116, 84), (140, 190), (106, 206)),
            *curve((106, 206), (84, 216), (62, 206)),
            *curve((62, 206), (28, 190), (52, 84)),
        ],
        RED,
    )
    c.polygon(
        [
            *curve((62, 92), (70, 74), (80, 80)),
            *curve((80, 80), (58, 120), (62, 176)),
            *curve((62, 176), (46, 140), (62, 92)),
        ],
        "#ff7a5c",
    )
    nut = [
        *curve((66, 214), (84, 204), (106, 216)),
        *curve((106, 216), (136, 232), (128, 264)),
        *curve((128, 264), (118, 296), (88, 284)),
    ]
    nut += [
        *curve((88, 284), (78, 276), (92, 268)),
        *curve((92, 268), (104, 256), (88, 246)),
        *curve((88, 246), (56, 238), (66, 214)),
    ]
    c.polygon(nut, "#b98a4f")
    c.line(curve((84, 222), (122, 226), (116, 262)), 6, "#dcb67c")
    # Pepper: one spike of berries, ripe ones red.
    c.line(curve((238, 16), (232, 150), (244, 290)), 7, DEEP_GREEN)
    leaf(c, 236, 60, 96, math.radians(-152), GREEN, LEAF)
    leaf(c, 238, 44, 92, math.radians(18), DEEP_GREEN, GREEN)
    ripe = {3, 8, 12, 17, 20}
    for n in range(24):
        row, side = divmod(n, 3)
        x, y = 239 + (side - 1) * 19 + (row % 2) * 5 - 3, 96 + row * 24 + (side == 1) * 9
        if row == 7 and side != 1:
            continue
        base, light = (RED, "#ff8b7a") if n in ripe else (GREEN, LEAF)
        c.circle(x, y, 13.5, DEEP_GREEN if base == GREEN else DEEP_RED)
        c.circle(x, y, 12, base)
        c.circle(x - 4, y - 4, 3.4, light)
    # Rubber: a trunk with its tapping cut, and the bowl.
    c.polygon([(352, 0), (444, 0), (452, 320), (344, 320)], BROWN)
    c.polygon([(424, 0), (444, 0), (452, 320), (428, 320)], DEEP_BROWN)
    for y in (28, 62, 270, 300):
        c.line([(366, y), (392, y + 5)], 4, DEEP_BROWN)
        c.line([(400, y - 10), (416, y - 7)], 4, DEEP_BROWN)
    c.polygon([(350, 92), (446, 132), (446, 150), (350, 110)], "#e9c79a")
    c.line([(352, 108), (398, 128)], 6, WHITE)
    c.line([(398, 128), (446, 148)], 6, WHITE)
    c.line([(398, 128), (398, 214)], 6, WHITE)
    c.polygon(
        [*curve((356, 210), (360, 262), (398, 262)), *curve((398, 262), (436, 262), (440, 210))], "#3d4852"
    )
    c.ellipse(398, 210, 42, 13, "#6b7885")
    c.ellipse(398, 211, 35, 9, WHITE)
    c.circle(398, 186, 5, WHITE)
    c.save("dac-san.png")


def blossom(c, x, y, radius, turn=0.0):
    """An apricot blossom of five petals."""
    for ring, colour in ((1.0, AMBER), (0.9, GOLD)):
        for petal in range(5):
            angle = turn + petal * math.tau / 5
            cx, cy = x + radius * 0.56 * math.cos(angle), y + radius * 0.56 * math.sin(angle)
            c.ellipse(cx, cy, radius * 0.47 * ring, radius * 0.4 * ring, colour, angle)
    for stamen in range(10):
        angle = turn + stamen * math.tau / 10
        tip = (x + radius * 0.41 * math.cos(angle), y + radius * 0.41 * math.sin(angle))
        c.line([(x, y), tip], radius * 0.035, ORANGE)
        c.circle(*tip, radius * 0.055, RED)
    c.circle(x, y, radius * 0.15, ORANGE)


def bud(c, x, y, radius, turn):
    c.ellipse(x, y, radius, radius * 0.72, GOLD, turn)
    c.ellipse(
        x - radius * 0.5 * math.cos(turn),
        y - radius * 0.5 * math.sin(turn),
        radius * 0.5,
        radius * 0.5,
        GREEN,
        turn,
    )


def apricot():
    """A branch of hoa mai, the blossom of Tet in the south."""
    c = Canvas(480, 320)
    c.line(curve((-10, 300), (150, 270), (236, 176)), 16, DEEP_BROWN)
    c.line(curve((236, 176), (310, 96), (470, 70)), 11, DEEP_BROWN)
    c.line(curve((150, 246), (250, 262), (390, 236)), 9, DEEP_BROWN)
    c.line(curve((236, 176), (222, 110), (160, 52)), 8, DEEP_BROWN)
    c.line(curve((-6, 297), (150, 266), (233, 174)), 5, BROWN)
    c.line(curve((238, 172), (310, 93), (460, 69)), 4, BROWN)
    for x, y, length, turn in (
        (404, 76, 60, -75),
        (330, 100, 62, 75),
        (290, 252, 66, 70),
        (200, 84, 74, 150),
        (92, 280, 66, -130),
        (380, 238, 62, -40),
        (436, 74, 48, 40),
        (60, 290, 50, -60),
    ):
        leaf(c, x, y, length, math.radians(turn), LEAF, GREEN)
    for x, y, radius, turn in (
        (246, 166, 66, 0.3),
        (356, 92, 50, 0.9),
        (166, 66, 48, 0.1),
        (340, 232, 54, 0.55),
        (112, 232, 44, 0.8),
    ):
        blossom(c, x, y, radius, turn)
    for x, y, radius, turn in (
        (448, 58, 15, -0.6),
        (428, 92, 12, 0.7),
        (410, 226, 14, 0.1),
        (128, 26, 13, -2.2),
        (40, 268, 13, -1.2),
        (300, 104, 12, -1.8),
    ):
        bud(c, x, y, radius, turn)
    c.save("hoa-mai.png")


def dusk():
    """A road between rubber trees at dusk: a background for texts."""
    c = Canvas(480, 240)
    for step in range(48):
        share = step / 47
        red, green, blue = 40 + 190 * share, 30 + 100 * share, 90 - 40 * share
        c.box(0, step * 3.2, 480, step * 3.2 + 4, f"#{int(red):02x}{int(green):02x}{int(blue):02x}")
    c.circle(240, 148, 26, GOLD)
    c.polygon([(0, 240), (0, 168), *curve((0, 150), (240, 178), (480, 150)), (480, 240)], "#1c2a1a")
    c.polygon([(226, 160), (254, 160), (360, 240), (120, 240)], "#4a4440")
    for row in range(7):
        far = 1 - row / 7
        for side in (-1, 1):
            x = 240 + side * (30 + 230 * (1 - far) ** 1.4)
            foot, height = 162 + 70 * (1 - far), 60 + 130 * (1 - far)
            c.line([(x, foot), (x + side * 4, foot - height)], 3 + 9 * (1 - far), "#2a1d14")
            c.ellipse(x + side * 8, foot - height, 24 + 46 * (1 - far), 16 + 26 * (1 - far), "#16241a")
    c.save("rung-cao-su.png")


def this_way():
    """An arrow that moves to the right, calmly: eight frames a second, none brighter than the others."""
    frames = []
    for step in range(8):
        c = Canvas(160, 160)
        for n in range(-1, 3):
            x = 10 + n * 60 + step * 7.5
            c.line([(x, 36), (x + 44, 80), (x, 124)], 18, GOLD)
        frames.append(c.image.resize(c.size, Image.Resampling.BOX).quantize(16, dither=Image.Dither.NONE))
    where = pathlib.Path(__file__).parent / "loi-nay.gif"
    frames[0].save(where, save_all=True, append_images=frames[1:], duration=120, loop=0)


if __name__ == "__main__":
    for draw in (welcome, slow_down, wash_hands, goods, apricot, dusk, this_way):
        draw()
