"""Which formatting of a mail is shown: harmless properties and values, nothing that loads or covers."""

import re
from functools import lru_cache

LONGEST = 4_000
MOST = 60
SIDES = ("", "-top", "-right", "-bottom", "-left")
PROPERTIES = frozenset(
    [
        *(
            "color",
            "background-color",
            "direction",
            "float",
            "clear",
            "display",
            "height",
            "width",
            "max-width",
        ),
        *("font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "letter-spacing"),
        *(
            "line-height",
            "text-align",
            "text-decoration",
            "text-decoration-line",
            "text-indent",
            "text-transform",
        ),
        *("vertical-align", "white-space", "word-break", "word-wrap", "overflow-wrap", "list-style-type"),
        *(
            "border-collapse",
            "border-spacing",
            "border-radius",
            "border-color",
            "border-style",
            "border-width",
        ),
        *(f"{name}{side}" for name in ("margin", "padding", "border") for side in SIDES),
        *(f"border{side}-{what}" for side in SIDES[1:] for what in ("color", "style", "width")),
    ]
)
KEYWORDS = {
    "display": frozenset(
        {"none", "block", "inline", "inline-block", "list-item", "table", "table-row", "table-cell"}
    ),
    "float": frozenset({"left", "right", "none"}),
    "white-space": frozenset({"normal", "nowrap", "pre", "pre-wrap", "pre-line", "break-spaces"}),
    "direction": frozenset({"ltr", "rtl"}),
}
COLOUR = r"(?:rgb|hsl)a?\([\d\s.,%/]{1,60}\)"
VALUE = re.compile(rf"(?:[\w\s.,%#'\"+-]|{COLOUR}){{1,300}}", re.IGNORECASE | re.ASCII)
FONTS = re.compile(r"[\w\s.,'\"-]{1,300}")
ONE_COLOUR = re.compile(rf"(?<![\w.-])(#[0-9a-f]{{3,8}}|{COLOUR}|[a-z]{{3,20}})(?![\w.(/-])", re.IGNORECASE)
LOADED = re.compile(r"[\w-]+\((?<!rgb\()(?<!rgba\()(?<!hsl\()(?<!hsla\()[^)]*\)", re.IGNORECASE)
NEGATIVE = re.compile(r"(?<![\w.])-\s*\.?\d")
HUGE = re.compile(r"\d{5,}|\d[eE][+-]?\d")
TINY = re.compile(r"^0*[0-5]?(?:\.\d+)?(?:px|pt)?$|^0?\.[0-3]\d*r?em$|^[0-3]?\d%$")
CLEAR = re.compile(r"transparent|,\s*0?(?:\.0*)?\s*\)$|/\s*0?%?\s*\)$")
IMPORTANT = re.compile(r"\s*+!\s*+important$", re.IGNORECASE)
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*\.?0*\s*(?:;|!|$)",
    re.IGNORECASE,
)
PIXELS = re.compile(
    r"(?:^|[;\s])(?:max-)?(width|height)\s*:\s*(\d{1,6})(?:\.\d+)?(?:px|pt)?\s*(?:;|!|$)", re.IGNORECASE
)


@lru_cache(maxsize=1_000)
def safe(style: str) -> str:
    """The declarations that are let through, written in one way."""
    if len(style) > LONGEST:
        return ""
    shown = []
    for declaration in style.split(";")[:MOST]:
        name, colon, value = declaration.partition(":")
        kept = _declaration(name.strip().lower(), value.strip()) if colon else ""
        if kept:
            shown.append(kept)
    return ";".join(dict.fromkeys(shown))


@lru_cache(maxsize=1_000)
def is_hidden(style: str) -> bool:
    """Whether an element with this style isn't seen."""
    return HIDDEN.search(style[:LONGEST]) is not None


def sizes(style: str) -> dict[str, int]:
    """Width and height in pixels, as far as the style names them."""
    return {name.lower(): int(number) for name, number in PIXELS.findall(style[:LONGEST])}


def _declaration(name: str, value: str) -> str:
    value = IMPORTANT.sub("", value)
    if name == "background":
        found = ONE_COLOUR.search(LOADED.sub(" ", value))
        name, value = "background-color", found[1] if found else ""
    if name not in PROPERTIES or not _is_harmless(name, value):
        return ""
    return f"{name}:{value}"


def _is_harmless(name: str, value: str) -> bool:
    pattern = FONTS if name == "font-family" else VALUE
    if not pattern.fullmatch(value) or value.count('"') % 2 or value.count("'") % 2:
        return False
    if name in KEYWORDS:
        return value.lower() in KEYWORDS[name]
    if name == "font-size" and TINY.match(value.lower()):
        return False
    if name == "color" and CLEAR.search(value.lower()):
        return False
    return not (NEGATIVE.search(value) or HUGE.search(value))
