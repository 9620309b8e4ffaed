"""Pictures that customers could have taken, drawn pixel by pixel and written as PNG (RFC 2083)."""

import struct
import zlib
from collections.abc import Callable

WIDTH, HEIGHT = 480, 360
Colour = tuple[int, int, int]
WOOD, WALL, STEEL, DARK = (176, 128, 84), (226, 221, 212), (150, 154, 158), (44, 44, 48)
WATER, CARDBOARD, RED, GLOW = (118, 160, 190), (190, 150, 102), (186, 52, 40), (250, 176, 60)
SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc",
    "7": "abc", "8": "abcdefg", "9": "abcdfg", "E": "afged",
}  # fmt: skip


class Canvas:
    """Rows of RGB."""

    def __init__(self, colour: Colour) -> None:
        self.rows = [bytearray(bytes(colour) * WIDTH) for _ in range(HEIGHT)]

    def box(self, left: int, top: int, width: int, height: int, colour: Colour) -> None:
        """A filled rectangle, a little lighter at the top."""
        for row in range(max(0, top), min(HEIGHT, top + height)):
            shade = 12 - 24 * (row - top) // max(1, height)
            self._span(row, left, left + width, tuple(min(255, max(0, part + shade)) for part in colour))  # type: ignore[arg-type]

    def oval(self, x: int, y: int, across: int, down: int, colour: Colour) -> None:
        """A filled ellipse around a point."""
        for row in range(max(0, y - down), min(HEIGHT, y + down)):
            half = int(across * (1 - ((row - y) / down) ** 2) ** 0.5)
            self._span(row, x - half, x + half, colour)

    def slant(self, left: int, top: int, length: int, drop: float, colour: Colour, *, thick: int = 3) -> None:
        """A line that falls (or rises) by ``drop`` pixels a pixel."""
        for step in range(length):
            self.box(left + step, int(top + step * drop), 1, thick, colour)

    def png(self) -> bytes:
        """The picture as a file."""
        head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        data = zlib.compress(b"".join(b"\x00" + row for row in self.rows), 6)
        chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )

    def _span(self, row: int, left: int, right: int, colour: Colour) -> None:
        left, right = max(0, left), min(WIDTH, right)
        if right > left:
            self.rows[row][left * 3 : right * 3] = bytes(colour) * (right - left)


def drawn(what: str, detail: str = "") -> bytes:
    """The picture of that name as PNG."""
    canvas = Canvas(WALL)
    SCENES[what](canvas, detail)
    return canvas.png()


def _leak(canvas: Canvas, _detail: str) -> None:
    canvas.box(0, 250, WIDTH, 110, WOOD)
    for row in range(262, 360, 18):
        canvas.slant(0, row, WIDTH, 0.01, (160, 112, 70), thick=2)
    _machine(canvas)
    canvas.oval(170, 292, 110, 18, WATER)
    canvas.oval(120, 302, 60, 14, WATER)
    canvas.oval(186, 287, 60, 6, (196, 218, 230))


def _machine(canvas: Canvas) -> None:
    canvas.box(150, 70, 190, 210, DARK)
    canvas.box(150, 60, 190, 26, STEEL)
    canvas.box(180, 110, 60, 22, (20, 30, 34))
    canvas.oval(290, 121, 13, 13, STEEL)
    canvas.box(215, 160, 60, 26, STEEL)
    canvas.box(226, 186, 8, 14, STEEL)
    canvas.box(256, 186, 8, 14, STEEL)
    canvas.oval(245, 248, 30, 20, (240, 240, 238))
    canvas.box(160, 266, 170, 14, STEEL)


def _display(canvas: Canvas, code: str) -> None:
    canvas.box(0, 0, WIDTH, HEIGHT, DARK)
    canvas.box(90, 90, 300, 150, (16, 20, 22))
    for place, sign in enumerate(code[:3]):
        _digit(canvas, 125 + place * 84, 112, sign)
    for place in range(4):
        canvas.oval(130 + place * 74, 300, 18, 18, RED if place == 3 else STEEL)


def _digit(canvas: Canvas, left: int, top: int, sign: str) -> None:
    bars = {
        "a": (8, 0, 44, 9), "g": (8, 48, 44, 9), "d": (8, 96, 44, 9), "f": (0, 8, 9, 42), "b": (51, 8, 9, 42),
        "e": (0, 56, 9, 42), "c": (51, 56, 9, 42),
    }  # fmt: skip
    for name, (x, y, width, height) in bars.items():
        canvas.box(left + x, top + y, width, height, GLOW if name in SEGMENTS.get(sign, "") else (34, 34, 34))


def _brewgroup(canvas: Canvas, _detail: str) -> None:
    canvas.box(0, 0, WIDTH, HEIGHT, (70, 70, 74))
    canvas.box(110, 40, 260, 290, (30, 30, 33))
    canvas.box(150, 90, 180, 180, (96, 98, 102))
    canvas.oval(240, 180, 70, 70, STEEL)
    canvas.oval(240, 180, 44, 44, (60, 48, 40))
    canvas.box(150, 280, 90, 18, RED)
    canvas.slant(200, 118, 40, -0.6, (240, 240, 240), thick=5)
    canvas.slant(240, 94, 40, 0.6, (240, 240, 240), thick=5)


def _parcel(canvas: Canvas, _detail: str) -> None:
    canvas.box(0, 230, WIDTH, 130, (120, 122, 126))
    canvas.box(90, 90, 300, 220, CARDBOARD)
    canvas.box(90, 184, 300, 26, (214, 190, 150))
    canvas.oval(338, 124, 46, 28, (158, 120, 78))
    canvas.slant(304, 96, 76, 0.7, (128, 96, 60), thick=5)
    canvas.slant(310, 150, 80, -0.4, (128, 96, 60), thick=4)
    canvas.box(130, 240, 90, 46, (244, 242, 236))
    for row in range(3):
        canvas.box(138, 248 + row * 12, 60 - row * 14, 4, (90, 90, 90))


def _portafilter(canvas: Canvas, _detail: str) -> None:
    canvas.box(0, 0, WIDTH, HEIGHT, (206, 208, 210))
    canvas.box(140, 20, 200, 110, STEEL)
    canvas.oval(240, 140, 96, 26, (100, 102, 106))
    canvas.oval(240, 160, 84, 24, (60, 60, 62))
    canvas.slant(268, 172, 130, 0.9, DARK, thick=26)
    canvas.box(228, 182, 24, 34, STEEL)


SCENES: dict[str, Callable[[Canvas, str], None]] = {
    "leak": _leak,
    "display": _display,
    "brewgroup": _brewgroup,
    "parcel": _parcel,
    "portafilter": _portafilter,
}
