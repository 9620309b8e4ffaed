"""The pages of exports: for holders of the right, asked again who is there, fetched by whoever asked."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from privacy.export import jobs
from privacy.models import AuditEvent, Disclosure, ExportJob, Format, User
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

PAGE = "/desk/exports/"


@pytest.fixture
def desk(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def job(admin: User, customer: Contact) -> ExportJob:
    """A file that is ready."""
    made = jobs.ask("contacts.contact", Format.CSV, by=admin)
    jobs.make(made.pk)
    return made


def test_it_needs_the_right(client: Client, agent: User, job: ExportJob) -> None:
    client.force_login(agent)
    assert b"/desk/exports/" not in client.get("/desk/").content
    for answer in (
        client.get(PAGE),
        client.post(PAGE, {"module": "contacts.contact"}),
        client.get(f"{PAGE}{job.pk}/"),
        client.post(f"{PAGE}{job.pk}/fetching/"),
    ):
        assert answer.status_code == 403


def test_it_is_offered_asked_for_and_fetched(desk: Client, admin: User, customer: Contact) -> None:
    assert b'href="/desk/exports/"' in desk.get("/desk/").content
    page = desk.get(PAGE).content.decode()
    assert '<option value="tickets.message">Messages</option>' in page
    assert "passkey" not in page.lower()
    answer = desk.post(PAGE, {"module": "contacts.contact", "format": "json"})
    assert answer["Location"] == PAGE
    (job,) = ExportJob.objects.all()
    assert "hx-get" in desk.get(f"{PAGE}{job.pk}/").content.decode()
    jobs.make(job.pk)
    assert "Fetch the file" in desk.get(PAGE).content.decode()
    file: Any = desk.post(f"{PAGE}{job.pk}/fetching/")
    assert "Carla Customer" in b"".join(file.streaming_content).decode()
    assert file["Content-Disposition"].startswith('attachment; filename="contact-')
    assert "no-store" in file["Cache-Control"]
    assert Disclosure.objects.count() == 1


def test_a_download_that_breaks_off_costs_nothing(desk: Client, job: ExportJob) -> None:
    file: Any = desk.post(f"{PAGE}{job.pk}/fetching/")
    assert next(iter(file.streaming_content))
    del file
    job.refresh_from_db()
    assert job.fetched_at is None
    assert "Only you can fetch it" in desk.get(PAGE).content.decode()
    again: Any = desk.post(f"{PAGE}{job.pk}/fetching/")
    assert "Carla Customer" in b"".join(again.streaming_content).decode()
    assert Disclosure.objects.count() == 1
    assert AuditEvent.objects.filter(act="export", object_id=job.pk).count() == 2


def test_what_arrived_is_there_for_another_hour(desk: Client, job: ExportJob, time_machine: Any) -> None:
    for _ in range(2):
        file: Any = desk.post(f"{PAGE}{job.pk}/fetching/")
        assert b"".join(file.streaming_content)
    assert "If it didn’t arrive whole" in desk.get(PAGE).content.decode()
    job.refresh_from_db()
    assert job.fetched_at is not None
    assert job.expires_at == job.fetched_at + timedelta(hours=1)
    time_machine.move_to(timezone.now() + timedelta(minutes=61))
    recency_of(desk)
    again = desk.post(f"{PAGE}{job.pk}/fetching/", follow=True)
    assert "was fetched already" in again.content.decode()


def recency_of(browser: Client) -> None:
    """They proved who they are just now."""
    session = browser.session
    session["proven_at"] = timezone.now().timestamp()
    session.save()


def test_looking_fetches_nothing(desk: Client, job: ExportJob) -> None:
    desk.get(PAGE)
    desk.get(f"{PAGE}{job.pk}/")
    assert desk.get(f"{PAGE}{job.pk}/fetching/").status_code == 405
    job.refresh_from_db()
    assert job.is_fetchable


def test_it_is_nobody_elses(client: Client, job: ExportJob, admin: User) -> None:
    client.force_login(factories.UserFactory(profile=admin.profile))
    assert client.get(f"{PAGE}{job.pk}/").status_code == 404
    assert client.post(f"{PAGE}{job.pk}/fetching/").status_code == 404
    assert str(job.pk) not in client.get(PAGE).content.decode()


def test_it_asks_again_who_is_there(desk: Client, job: ExportJob, time_machine: Any) -> None:
    time_machine.move_to(timezone.now() + timedelta(minutes=16))
    asked = desk.post(PAGE, {"module": "contacts.contact", "format": "csv"})
    assert asked.status_code == 401
    assert ExportJob.objects.count() == 1
    came_from = {"referer": f"http://testserver{PAGE}"}
    asked = desk.post(f"{PAGE}{job.pk}/fetching/", headers=came_from)
    assert asked["Location"] == "/desk/confirmation/?next=%2Fdesk%2Fexports%2F"
    job.refresh_from_db()
    assert job.is_fetchable


def test_what_cannot_be_exported_is_refused(desk: Client) -> None:
    for module in ("tickets.draft", "privacy.token", "nonsense", ""):
        assert desk.post(PAGE, {"module": module, "format": "csv"}).status_code == 403
    assert not ExportJob.objects.exists()


def test_the_page_asks_the_same_number_of_questions_for_many(
    desk: Client, admin: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(10):
        jobs.ask("tickets.ticket", Format.CSV, by=admin)
    with django_assert_max_num_queries(12):
        desk.get(PAGE)
