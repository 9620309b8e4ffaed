"""M6: admins take out every module; a person takes along all that is theirs, and nothing of anybody else's."""

import csv
import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone

from contacts.models import Contact
from privacy import tasks
from privacy.models import AuditEvent, Disclosure, ExportJob, PersonPackage, User
from tests.tickets.views.portal.conftest import sign_in
from tickets import lifecycle
from tickets.enums import Channel
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def ticket(customer: Contact, agent: User, department: Department) -> Ticket:
    made = lifecycle.open(
        requester=customer,
        subject='=HYPERLINK("https://evil.example")',
        body_text="Where is my parcel?",
        channel=Channel.WEB,
        by=customer,
    )
    lifecycle.reply(made, by=agent, body_text="On its way.")
    return made


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_an_admin_takes_out_a_module(client: Client, admin: User, ticket: Ticket, time_machine: Any) -> None:
    client.force_login(admin)
    client.post("/desk/exports/", {"module": "tickets.ticket", "format": "csv"})
    job = ExportJob.objects.get()
    tasks.make_export(str(job.pk))
    assert "Fetch the file" in client.get("/desk/exports/").content.decode()
    (row,) = csv.DictReader(
        io.StringIO(body(client.post(f"/desk/exports/{job.pk}/fetching/")).decode("utf-8-sig"))
    )
    assert row["subject"] == '\'=HYPERLINK("https://evil.example")'
    assert Disclosure.objects.get().rows == 1
    assert AuditEvent.objects.filter(act="export", object_id=job.pk, actor_id=admin.pk).count() == 1
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    assert client.post(f"/desk/exports/{job.pk}/fetching/").status_code == 302
    tasks.forget_exports()
    assert not ExportJob.everything.exists()
    assert Disclosure.objects.exists()


def test_a_customer_takes_their_own_data_along(client: Client, customer: Contact, ticket: Ticket) -> None:
    browser = sign_in(client, customer)
    assert b'href="/portal/privacy/package/"' in browser.get("/portal/privacy/").content
    browser.post("/portal/privacy/package/")
    package = PersonPackage.objects.get()
    tasks.make_package(str(package.pk))
    assert b"Your data is ready" in browser.get("/portal/privacy/package/").content
    archive = ZipFile(io.BytesIO(body(browser.post(f"/portal/privacy/package/{package.pk}/fetching/"))))
    data = json.loads(archive.read("data.json"))
    texts = {each["body_text"] for each in data["records"]["tickets.message"]}
    assert texts == {"Where is my parcel?", "On its way."}
    assert "Alma" not in archive.read("index.html").decode()
    assert AuditEvent.objects.filter(act="export", subject_id=customer.pk, actor_id=customer.pk).count() == 1


def test_a_person_sees_in_which_exports_they_were(
    client: Client, admin: User, customer: Contact, stranger: Contact, ticket: Ticket
) -> None:
    client.force_login(admin)
    client.post("/desk/exports/", {"module": "tickets.ticket", "format": "csv"})
    job = ExportJob.objects.get()
    tasks.make_export(str(job.pk))
    page = sign_in(Client(), customer).get("/portal/privacy/").content.decode()
    assert "exported with a whole list" not in page  # it was made, and nobody has it
    body(client.post(f"/desk/exports/{job.pk}/fetching/"))
    assert (
        "Tickets: exported with a whole list"
        in sign_in(Client(), customer).get("/portal/privacy/").content.decode()
    )
    other = sign_in(Client(), stranger).get("/portal/privacy/").content.decode()
    assert "exported with a whole list" not in other
    person = client.get(f"/desk/people/{customer.pk}/").content.decode()
    assert "exported with a whole list" in person
