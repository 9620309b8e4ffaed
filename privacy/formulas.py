"""Text that a spreadsheet would take for a formula, made harmless (OWASP, CSV injection). Values in, values out."""

import re
from typing import Any

#: Where a cell begins, or would if the file were read with semicolons (as spreadsheets in German do).
BEGINNING = re.compile(r"(?:^|(?<=;)) *(?=[=+\-@\t\r\n＝＋－＠])")
SUSPECT = frozenset("=+-@\t\r\n＝＋－＠ ")


def harmless(value: Any) -> Any:
    """A text with an apostrophe before whatever would start a formula; anything else as it is."""
    if isinstance(value, str) and value and (value[0] in SUSPECT or ";" in value):
        return BEGINNING.sub(r"'\g<0>", value)
    return value
