"""Bytes of a mail to text, whatever charset it claims: always an answer, never an exception."""

import codecs
import re

SURROGATE = re.compile("[\ud800-\udfff]")

# What is written is often not what is meant: the supersets that browsers use (WHATWG Encoding Standard).
SUPERSETS = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz-gb-2312": "hz",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "ks_c_5601": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "big5": "big5hkscs",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "unicode-1-1-utf-7": "utf-7",
    "cp-850": "cp850",
    "ibm850": "cp850",
    "utf8mb4": "utf-8",
    "x-unknown": "",
    "unknown": "",
    "unknown-8bit": "",
    "x-user-defined": "",
    "8bit": "",
    "default": "",
    "none": "",
    "binary": "",
}
NOT_TEXT = {
    "base64",
    "hex",
    "bz2",
    "zip",
    "zlib",
    "rot13",
    "uu",
    "quopri",
    "idna",
    "punycode",
    "unicode_escape",
}
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def codec_of(name: str) -> str:
    """The Python codec meant by a charset's name; empty if there is none."""
    bare = name.strip().strip("\"'").strip().lower().removeprefix("charset=").replace(" ", "-")
    wanted = SUPERSETS.get(bare, bare)
    try:
        found = codecs.lookup(wanted).name if wanted else ""
    except (LookupError, ValueError, UnicodeError):
        return ""
    return "" if found.replace("-", "_") in NOT_TEXT or found in NOT_TEXT else found


def decode(raw: bytes, charset: str = "") -> str:
    """Text of bytes said to be in ``charset``: a byte order mark wins, then the charset, UTF-8, Windows-1252."""
    for mark, codec in BOMS:
        if raw.startswith(mark):
            return clean(raw[len(mark) :].decode(codec, "replace"))
    for codec in dict.fromkeys([codec_of(charset), "utf-8"]):
        if codec:
            try:
                return clean(raw.decode(codec))
            except (UnicodeError, ValueError, LookupError):
                continue
    claimed = codec_of(charset)
    if claimed and claimed not in ("utf-8", "ascii"):
        return clean(raw.decode(claimed, "replace"))
    if claimed == "utf-8" and _mostly_utf8(raw):
        return clean(raw.decode("utf-8", "replace"))
    return clean(raw.decode("cp1252", "replace"))


def clean(text: str) -> str:
    """Without NULs and lone surrogates, which neither PostgreSQL nor JSON can hold; lines end in ``\\n``."""
    text = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return SURROGATE.sub("\ufffd", text)


def _mostly_utf8(raw: bytes) -> bool:
    """Whether only few of the non-ASCII characters are broken: then it is damaged UTF-8, not another charset."""
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    others = sum(1 for c in text if ord(c) > 127) - broken
    return others > 2 * broken
