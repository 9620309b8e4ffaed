"""What isn't there says so on a page of our own, also in development, and keeps the addresses to itself."""

from typing import Any

import pytest
from django.test import Client

from privacy.models import User

PLACES = [
    "/nothing/",
    "/portal/nothing/",
    "/desk/nothing/",
    "/desk/tickets/999999/",
    "/admin/nothing/",
    "/admin/tickets/nothing/",
]


@pytest.mark.parametrize("debug", [True, False])
def test_it_is_told_in_our_words(client: Client, admin: User, settings: Any, debug: bool) -> None:
    settings.DEBUG = debug
    client.force_login(admin)
    for place in PLACES:
        answer = client.get(place, headers={"Accept-Language": "de"})
        page = answer.content.decode()
        assert (place, answer.status_code) == (place, 404)
        assert "Hier ist nichts" in page
        assert "URLconf" not in page


def test_a_forgotten_slash_is_still_added(client: Client, settings: Any) -> None:
    settings.DEBUG = True
    assert client.get("/portal")["Location"] == "/portal/"
