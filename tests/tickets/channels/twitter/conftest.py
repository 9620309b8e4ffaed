"""Twitter/X for tests: a server on loopback, and an account of the department there."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.tickets.channels.twitter.x_server import XServer
from tickets.models import Department, TwitterAccount


@pytest.fixture
def x(settings: Any) -> Iterator[XServer]:
    """The server; whoever asks Twitter/X asks it."""
    server = XServer()
    settings.TWITTER_API_URL = server.url
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def account(department: Department, x: XServer) -> TwitterAccount:
    """The department's account, not fetched yet."""
    made = TwitterAccount(
        department=department,
        name="Moorbach on X",
        api_key="key",
        api_secret="secret",
        access_token="token",
        access_token_secret="token secret",
    )
    made.save()
    return made
