"""How long a session holds, and that a page which asks by itself doesn't prolong it."""

from typing import Any

import pytest
from django.test import Client
from time_machine import TimeMachineFixture

from privacy.models import Session, User, Visit

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def desk(agent: User, client: Client, time_machine: TimeMachineFixture, settings: Any) -> Client:
    """Signed in at nine; an hour idle, four hours in all."""
    settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS = 60, 4
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    client.force_login(agent)
    return client


@pytest.mark.parametrize(
    ("minutes", "at_the_end"),
    [
        ([59], 200),
        ([60], 302),
        ([59, 59, 59], 200),
        ([59, 59, 59, 59], 200),
        ([59, 59, 59, 59, 4], 302),
        ([30, 61], 302),
    ],
)
def test_limits(desk: Client, time_machine: TimeMachineFixture, minutes: list[int], at_the_end: int) -> None:
    for each in minutes:
        time_machine.shift(each * 60)
        status = desk.get("/desk/").status_code
    assert status == at_the_end


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    desk: Client, time_machine: TimeMachineFixture
) -> None:
    for _ in range(3):
        time_machine.shift(20 * 60 - 1)
        assert desk.get("/desk/counts/").status_code == 200
    time_machine.shift(3)
    assert desk.get("/desk/counts/").status_code == 302


def test_every_door_is_shut_when_it_is_over(
    admin: User, client: Client, time_machine: TimeMachineFixture, settings: Any
) -> None:
    time_machine.move_to("2026-03-02 09:00Z", tick=False)
    client.force_login(admin)
    time_machine.shift(settings.SESSION_IDLE_MINUTES * 60)
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    assert client.get("/desk/", headers={"hx-request": "true"}).status_code in (302, 401)


def test_last_seen_is_noted_once_a_minute(
    desk: Client, time_machine: TimeMachineFixture, django_assert_num_queries: Any
) -> None:
    desk.get("/desk/counts/")
    began = Visit.objects.get().seen_at
    time_machine.shift(59)
    desk.get("/desk/")
    assert Visit.objects.get().seen_at == began
    time_machine.shift(1)
    desk.get("/desk/")
    assert (Visit.objects.get().seen_at - began).total_seconds() == 60


def test_a_visit_tells_device_and_network_coarsely_and_sealed(agent: User, client: Client) -> None:
    client.post(
        "/sign-in/",
        {"username": agent.email, "password": "correct horse battery staple"},
        headers={"user-agent": FIREFOX},
        REMOTE_ADDR="203.0.113.77",
    )
    visit = Visit.objects.get()
    assert (visit.device, visit.network, visit.way) == ("Firefox on Linux", "203.0.113.0/24", "password")
    (row,) = Visit.objects.values_list("device", "network")
    assert {str(value) for value in row} == {"<sealed>"}
    assert "203.0" not in str(Session.objects.get().get_decoded())


def test_a_new_browser_is_noticed_and_a_known_one_is_not(
    agent: User, colleague: User, client: Client
) -> None:
    def due(browser: Client, user: User = agent) -> bool:
        browser.post("/sign-in/", {"username": user.email, "password": "correct horse battery staple"})
        newest: Visit = Visit.objects.latest("id")
        browser.post("/sign-out/")
        return newest.notice_due

    elsewhere = Client()
    assert [due(client), due(client), due(elsewhere), due(elsewhere)] == [False, False, True, False]
    assert due(client, colleague) is False, "a colleague's first visit"
    assert client.cookies["browser"]["httponly"]
