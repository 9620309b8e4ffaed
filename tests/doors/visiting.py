"""Going through a door as somebody, and leaving everything behind it as it was."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponseBase
from django.test import Client

from contacts.models import Contact
from privacy import registry
from privacy.models import User
from tests.doors.walking import doors
from tests.doors.world import World, canary
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


SEARCH = "/desk/search/"


@dataclass
class Walk:
    """What somebody met: the status by door and method, and every answer."""

    statuses: dict[tuple[str, str], int] = field(default_factory=dict)
    answers: list[bytes] = field(default_factory=list)

    @property
    def shown(self) -> set[str]:
        """The declared fields whose canary is in an answer."""
        text = b"\n".join(self.answers).decode(errors="replace")
        return {name for name, word in _canaries() if word in text}


def walk(house: World, person: User | Contact | None, methods: Iterable[str]) -> Walk:
    """Through every door, and a search for each canary."""
    client, met = browser_of(person), Walk()
    for door in doors(house):
        for method in methods:
            met.statuses[door.name, method], body = visit(client, method, door.address)
            met.answers.append(body)
    for _name, word in _canaries():
        _status, body = visit(client, "POST", SEARCH, {"words": word})
        met.answers.append(body.replace(word.encode(), b""))
    return met


def _canaries() -> list[tuple[str, str]]:
    fields = [(model, entry.field) for model, entry in registry.personal_fields()]
    return [(f"{model.__name__}.{name}", canary(model, name)) for model, name in fields]
