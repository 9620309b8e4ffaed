"""Health: one word to strangers, every part to the monitoring; each part that fails is seen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from helpdesk import health
from helpdesk.celery import app
from helpdesk.tasks import heartbeat
from tests import factories
from tickets.models import MailboxState

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

PARTS = {
    *("database", "vault", "cache", "broker", "worker"),
    *("timetable", "storage", "mail", "migrations"),
}
HEARD = (health.WORKER, health.TIMETABLE)


@pytest.fixture(autouse=True)
def _alive() -> Any:
    """Worker and timetable have just been heard of."""
    for who in HEARD:
        health.beat(who)
    yield
    cache.delete_many(HEARD)


def asked(client: Client, address: str = "/health/") -> tuple[int, dict[str, Any]]:
    answer = client.get(address)
    return answer.status_code, answer.json()


def failing(client: Client) -> set[str]:
    status, told = asked(client)
    found = {name for name, part in told["parts"].items() if not part["ok"]}
    assert (status, told["status"]) == ((503, "failing") if found else (200, "ok"))
    return found


def test_all_is_well(client: Client) -> None:
    assert failing(client) == set()
    assert asked(client)[1]["parts"].keys() == PARTS
    assert asked(client, "/health/web/")[1]["parts"].keys() == {"database", "vault", "cache"}
    assert client.post("/health/").status_code == 405


def test_strangers_get_one_word(client: Client) -> None:
    for address in ("/health/", "/health/web/"):
        told = client.get(address, headers={"X-Forwarded-For": "203.0.113.5"}).json()
        assert told == {"status": "ok", "region": "EU"}


def test_with_a_token_only_the_token_counts(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "t0ken"
    assert "parts" not in client.get("/health/").json()
    assert "parts" in client.get("/health/", headers={"Authorization": "Bearer t0ken"}).json()


@pytest.mark.parametrize(("who", "part"), [(health.WORKER, "worker"), (health.TIMETABLE, "timetable")])
def test_who_falls_silent_is_missed(client: Client, who: str, part: str) -> None:
    with time_machine.travel(timezone.now() - timedelta(minutes=4)):
        health.beat(who)
    assert failing(client) == {part}
    cache.delete(who)
    assert failing(client) == {part}
    assert asked(client, "/health/web/")[0] == 200


def test_a_heartbeat_is_noted_on_both_sides(client: Client) -> None:
    cache.delete_many(HEARD)
    heartbeat.delay()
    assert failing(client) == {"worker"}
    heartbeat.run()
    assert failing(client) == set()
    assert app.conf.beat_schedule["beat"]["task"] == heartbeat.name


@pytest.mark.parametrize(
    ("fetched", "missed"),
    [(timedelta(minutes=1), set()), (timedelta(minutes=16), {"mail"}), (None, {"mail"})],
)
def test_a_mailbox_that_is_not_fetched_is_missed(
    client: Client, fetched: timedelta | None, missed: set[str]
) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=1)):
        mailbox = factories.MailboxFactory(imap_host="imap.helpdesk.example")
    if fetched is not None:
        MailboxState.objects.create(mailbox=mailbox, last_success_at=timezone.now() - fetched)
    assert failing(client) == missed
    mailbox.is_active = False
    mailbox.save()
    assert failing(client) == set()


def test_a_new_mailbox_has_time(client: Client) -> None:
    factories.MailboxFactory(imap_host="imap.helpdesk.example")
    assert failing(client) == set()


@pytest.mark.parametrize(
    ("part", "harm"),
    [
        ("broker", lambda settings: setattr(settings, "REDIS_URL", "redis://127.0.0.1:1/0")),
        ("storage", lambda settings: setattr(settings, "MEDIA_ROOT", "/proc/nowhere")),
    ],
)
def test_what_does_not_answer_is_seen(
    client: Client, settings: Any, part: str, harm: Callable[[Any], None]
) -> None:
    harm(settings)
    assert failing(client) == {part}


def test_a_pending_migration_is_seen(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", set())
    with connection.cursor() as cursor:
        newest = "SELECT max(name) FROM django_migrations WHERE app = 'tickets'"
        cursor.execute(f"DELETE FROM django_migrations WHERE app = 'tickets' AND name = ({newest})")
    assert failing(client) == {"migrations"}
