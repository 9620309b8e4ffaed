"""The doors of the three faces: they open, and nobody is kept out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page


@pytest.mark.parametrize("path", ["/portal/", "/sign-in/", "/admin/"])
@pytest.mark.parametrize("width", [1440, 390])
def test_a_door_has_no_barrier(
    visit: Callable[..., Page], axe: Callable[[Page], None], path: str, width: int
) -> None:
    page = visit(width=width)
    page.goto(path)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
