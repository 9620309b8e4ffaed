"""Going through a door as somebody, and leaving everything behind it as it was."""

from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from contacts.models import Contact
from privacy.models import User
from tests.examples import example
from tests.tickets.views.portal.conftest import sign_in


def browser_of(person: User | Contact | None) -> Client:
    """A browser in which this person is signed in (None: nobody)."""
    client = Client(raise_request_exception=False)
    if isinstance(person, User):
        client.force_login(person)
    elif person is not None:
        sign_in(client, person)
    return client


def visit(client: Client, method: str, address: str, data: Any = None) -> tuple[int, bytes]:
    """The status and the whole answer; what the visit wrote is rolled back, cookies included."""
    cookies = client.cookies.copy()
    with example():
        answer: HttpResponseBase = getattr(client, method.lower())(address, data or {})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    client.cookies = cookies
    return answer.status_code, body
