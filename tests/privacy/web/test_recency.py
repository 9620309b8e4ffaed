"""Critical acts ask who is there, and lose nothing that was typed."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from time_machine import TimeMachineFixture

from privacy.models import User
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.privacy.web.guarded_urls")]

ACT = "/desk/act/"
TYPED = {"reason": "Ä <b>", "ids": ["1", "2"]}


@pytest.fixture
def later(agent: User, client: Client, time_machine: TimeMachineFixture) -> Client:
    """An agent who signed in sixteen minutes ago."""
    time_machine.move_to("2026-03-02 09:00Z")
    client.force_login(agent)
    time_machine.shift(16 * 60)
    return client


def hidden(answer: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in answer.context["kept"]:
        found.setdefault(name, []).append(value)
    return found


def test_right_after_signing_in_nothing_is_asked(agent: User, client: Client) -> None:
    client.force_login(agent)
    assert client.post(ACT, TYPED).json() == {"post": {"reason": ["Ä <b>"], "ids": ["1", "2"]}}


def test_nobody_is_asked_for_a_password_who_is_not_signed_in(client: Client, db: None) -> None:
    assert client.post(ACT, TYPED)["Location"].startswith("/sign-in/")


def test_a_post_goes_on_with_all_that_was_typed(later: Client) -> None:
    asked = later.post(ACT, TYPED)
    assert asked.status_code == 401
    assert hidden(asked) == {"reason": ["Ä <b>"], "ids": ["1", "2"]}
    wrong = later.post(ACT, {**hidden(asked), "proof-password": "wrong"})
    assert (wrong.status_code, hidden(wrong)) == (200, hidden(asked))
    assert "wrong" not in wrong.content.decode().replace("isn't right", "")
    done = later.post(ACT, {**hidden(wrong), "proof-password": PASSWORD})
    assert done.json() == {"post": {"reason": ["Ä <b>"], "ids": ["1", "2"]}}
    assert later.post(ACT).json() == {"post": {}}, "and isn't asked again at once"


def test_a_page_comes_back_to_its_address(later: Client) -> None:
    asked = later.get(f"{ACT}?page=2")
    assert asked["Location"] == "/desk/confirmation/?next=%2Fdesk%2Fact%2F%3Fpage%3D2"
    page = later.get(asked["Location"])
    done = later.post("/desk/confirmation/", {"next": page.context["next"], "proof-password": PASSWORD})
    assert done["Location"] == f"{ACT}?page=2"
    assert later.get(ACT).status_code == 200


def test_it_leads_to_no_other_site(later: Client) -> None:
    done = later.post("/desk/confirmation/", {"next": "https://evil.example/", "proof-password": PASSWORD})
    assert done["Location"] == "/desk/"


def test_files_cannot_come_along(later: Client) -> None:
    posted = {"file": SimpleUploadedFile("a.txt", b"x"), "reason": "x"}
    asked = later.post(ACT, posted, headers={"referer": "http://testserver/desk/search/"})
    assert asked["Location"] == "/desk/confirmation/?next=%2Fdesk%2Fsearch%2F"
    posted["file"] = SimpleUploadedFile("a.txt", b"x")
    elsewhere = later.post(ACT, posted, headers={"referer": "https://evil.example/x"})
    assert elsewhere["Location"] == "/desk/confirmation/?next=%2Fdesk%2F"


def test_htmx_gets_a_dialog(later: Client) -> None:
    answer = later.post(ACT, TYPED, headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (401, "#dialogs")
    assert "/desk/confirmation/?framed" in answer.content.decode()


def test_tries_are_few(later: Client) -> None:
    for _ in range(10):
        assert later.post("/desk/confirmation/", {"proof-password": "wrong"}).status_code == 200
    late = later.post("/desk/confirmation/", {"proof-password": PASSWORD})
    assert late.status_code == 429
    assert later.get(ACT).status_code == 302


@pytest.mark.parametrize(("minutes", "asked"), [(0, False), (14, False), (15, True), (600, True), (-5, True)])
def test_how_long_a_proof_is_good(
    agent: User, client: Client, time_machine: TimeMachineFixture, minutes: int, asked: bool
) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    client.force_login(agent)
    time_machine.shift(minutes * 60)
    assert (client.get(ACT).status_code == 302) == asked
