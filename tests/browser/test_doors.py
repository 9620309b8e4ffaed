"""The doors of the three faces: they open, and nobody is kept out."""

import pytest

from tests.browser.conftest import PHONE, WIDE, Window, problems


@pytest.mark.parametrize("path", ["/portal/", "/sign-in/", "/admin/", "/password/forgotten/"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_door_has_no_barrier(window: Window, path: str, width: int, scheme: str) -> None:
    page = window(width, scheme=scheme)
    page.goto(path)
    assert problems(page) == []
