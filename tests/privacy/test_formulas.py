"""No cell of an export starts a formula, with whatever separator a spreadsheet reads it."""

import pytest

from privacy.formulas import harmless


@pytest.mark.parametrize("start", "=+-@\t\r\n＝＋－＠")
def test_what_would_start_a_formula_gets_an_apostrophe(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless(f"  {start}1+1") == f"'  {start}1+1"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("Anna", "Anna"),
        ("a = b", "a = b"),
        ("x;y", "x;y"),
        ("x;=1+1", "x;'=1+1"),  # read with semicolons, a cell begins here
        ("x; @SUM(A1);-2", "x;' @SUM(A1);'-2"),
        (-17, -17),
        (None, None),
        (True, True),
    ],
)
def test_the_rest_stays(value: object, expected: object) -> None:
    assert harmless(value) == expected
