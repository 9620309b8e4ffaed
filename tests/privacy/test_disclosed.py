"""Who is in an export: exactly those, each once, found by an index; gone when nobody fetches it, and with the log."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Contact
from privacy import disclosed, watching
from privacy.export import jobs, parcels
from privacy.export.modules import module_named
from privacy.models import DisclosedPeople, Disclosure, ExportJob, Format, Restriction, User, new_id
from tests.factories import ContactFactory, TicketFactory
from tests.privacy.erasure import specimens

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def fetched(label: str, by: User) -> ExportJob:
    job = jobs.ask(label, Format.CSV, by=by)
    jobs.make(job.pk)
    return jobs.hand_over(job, by=by)


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> list[Contact]:
    """More than fit in one row, met in several portions, some of them twice."""
    monkeypatch.setattr("privacy.export.rows.PORTION", 2)
    settle = disclosed.SETTLE.replace(f"/ {disclosed.PEOPLE_A_ROW}", "/ 3")
    assert settle != disclosed.SETTLE
    monkeypatch.setattr(disclosed, "SETTLE", settle)
    made: list[Contact] = [ContactFactory() for _ in range(7)]
    for person in [*made, *made[:4]]:
        TicketFactory(requester=person)
    return made


def test_everybody_in_it_finds_it_and_nobody_else(admin: User, people: list[Contact]) -> None:
    job = fetched("tickets.ticket", admin)
    rows = list(DisclosedPeople.objects.order_by("lowest"))
    assert [len(row.people) for row in rows] == [3, 3, 1]
    assert [pk for row in rows for pk in row.people] == sorted(person.pk for person in people)
    for person in people:
        assert [each.parcel_id for each in disclosed.disclosures_of(person.pk)] == [job.pk]
    later = ContactFactory()
    TicketFactory(requester=later)
    assert not disclosed.disclosures_of(later.pk).exists()
    assert not disclosed.disclosures_of(new_id()).exists()


def test_people_are_found_behind_whatever_is_theirs(admin: User, customer: Contact) -> None:
    theirs = specimens.about(customer)
    for restricted in Restriction.objects.all():
        restricted.bin(by=None)
    exportable = [model for model in theirs if module_named(model._meta.label_lower, admin)]
    found = {job.parcel_id for job in disclosed.disclosures_of(customer.pk)}
    assert not found
    for model in exportable:
        job = fetched(model._meta.label_lower, admin)
        there = disclosed.disclosures_of(customer.pk).filter(parcel_id=job.pk).exists()
        assert there == (job.rows > 0), model
    assert disclosed.disclosures_of(customer.pk).count() > 10


def test_a_restart_begins_anew(admin: User, customer: Contact) -> None:
    job = jobs.ask("contacts.contact", Format.CSV, by=admin)
    disclosed.People(job.pk).note({str(new_id())})  # and then the power went
    jobs.make(job.pk)
    (row,) = DisclosedPeople.objects.all()
    assert row.people == [customer.pk]


def test_it_goes_with_the_log_or_with_a_file_that_nobody_fetched(
    admin: User, customer: Contact, settings: Any, time_machine: Any
) -> None:
    settings.EXPORT_HOURS = 1
    unfetched = jobs.ask("contacts.contact", Format.CSV, by=admin)
    jobs.make(unfetched.pk)
    fetched("contacts.contact", admin)
    watching.forget_old()
    assert DisclosedPeople.objects.count() == 2
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    parcels.forget()
    watching.forget_old()
    assert DisclosedPeople.objects.count() == 1
    time_machine.move_to(timezone.now() + timedelta(days=31 * settings.ACCESS_MONTHS))
    watching.forget_old()
    assert not DisclosedPeople.objects.exists()
    assert Disclosure.objects.count() == 1
