"""Rich text as Outlook packs it (MS-OXRTFCP, MS-OXRTFEX), as far as its words go."""

import re
from collections.abc import Iterator

from tickets.channels.email.charsets import decode

PREFIX = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
COMPRESSED, UNCOMPRESSED = b"LZFu", b"MELA"
WINDOW = 4096
LONGEST = 2_000_000
TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)",
    re.IGNORECASE,
)
SKIPPED = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"htmltag", b"mhtmltag"}
)
BREAKS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"row": "\n", b"cell": " "}
SIGNS = {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}
SIGNS |= {b"endash": "–", b"emdash": "—"}


def unpacked(data: bytes) -> bytes:
    """The rich text itself; as far as it can be read."""
    kind, wanted = data[8:12], min(int.from_bytes(data[4:8], "little"), LONGEST)
    if kind == UNCOMPRESSED:
        return data[16 : 16 + wanted]
    return _decompressed(data[16:], wanted) if kind == COMPRESSED else b""


def to_text(data: bytes) -> str:
    """The words, without fonts, colours and pictures."""
    reader = _Reader()
    for found in TOKEN.finditer(data[:LONGEST]):
        word, number, code, sign, brace, text = found.groups()
        if brace:
            reader.brace(brace)
        elif word:
            reader.word(word.lower(), int(number) if number else None)
        elif code:
            reader.write(bytes.fromhex(code.decode()))
        elif sign:
            reader.sign(sign)
        elif text:
            reader.write(text)
    return "".join(reader.out).strip()


def _decompressed(data: bytes, wanted: int) -> bytes:
    """LZ77 over a window that begins with the words every such text begins with."""
    window = bytearray(PREFIX.ljust(WINDOW, b"\0"))
    out, put, at = bytearray(), len(PREFIX), 0
    copied: Iterator[int]
    while at < len(data) and len(out) < wanted:
        flags, at = data[at], at + 1
        for bit in range(8):
            if flags >> bit & 1:
                reference, at = int.from_bytes(data[at : at + 2], "big"), at + 2
                start, size = reference >> 4, (reference & 15) + 2
                if start == put or at > len(data):
                    return bytes(out)
                copied = (window[(start + step) % WINDOW] for step in range(size))  # reads what it wrote
            else:
                copied, at = iter(data[at : at + 1]), at + 1
            for byte in copied:
                out.append(byte)
                window[put] = byte
                put = (put + 1) % WINDOW
    return bytes(out[:wanted])


class _Reader:
    """Where we are in the text: which groups are open, and which of them aren't shown."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.hidden = [False]
        self.charset = "cp1252"
        self.left_out = 0

    def brace(self, brace: bytes) -> None:
        if brace == b"{":
            self.hidden.append(self.hidden[-1])
        elif len(self.hidden) > 1:
            self.hidden.pop()

    def word(self, word: bytes, number: int | None) -> None:
        if word in SKIPPED:
            self.hidden[-1] = True
        elif word == b"ansicpg" and number:
            self.charset = f"cp{number}"
        elif word == b"htmlrtf":
            self.hidden[-1] = number != 0
        elif word == b"u" and number is not None:
            self._say(chr(number % 65536) if not 0xD800 <= number % 65536 < 0xE000 else "")
            self.left_out = 1  # what stands next is for programs that know no Unicode
        elif word in BREAKS or word in SIGNS:
            self._say(BREAKS.get(word) or SIGNS[word])

    def sign(self, sign: bytes) -> None:
        if sign == b"*":
            self.hidden[-1] = True
        elif sign in (b"\\", b"{", b"}"):
            self._say(sign.decode())
        elif sign == b"~":
            self._say(" ")

    def write(self, text: bytes) -> None:
        if self.left_out:
            text, self.left_out = text[1:], 0
        self._say(decode(text, self.charset))

    def _say(self, text: str) -> None:
        if not self.hidden[-1]:
            self.out.append(text)
