"""How long things are kept, in the administration: all that ends is seen, a time is set after a look at what goes."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from privacy import access, binning, retention
from privacy.models import PurgeRun, RetentionRule, User
from tests import factories
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db
RULES, RUNS = "privacy_retentionrule", "privacy_purgerun"


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def old(customer: Contact, department: Department) -> Ticket:
    """A ticket that was closed a hundred days ago."""
    made: Ticket = factories.TicketFactory(requester=customer, department=department)
    made.closed_at = timezone.now() - timedelta(days=100)
    made.save()
    return made


def at(name: str, *args: Any) -> str:
    return reverse(f"admin:{name}", args=args)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_all_that_ends_by_itself_is_seen_with_its_days(office: Client) -> None:
    RetentionRule(term="tickets.closed", days=730).save()
    page = text(office.get(at(f"{RULES}_changelist")))
    for code, term in retention.terms().items():
        assert f'id="{code}"' in page
        assert str(term.says) in page.replace("&#x27;", "'")
    assert "after 730 days" in page
    assert "usually without limit" in page


def test_what_would_go_is_seen_before_it_is_set(office: Client, old: Ticket) -> None:
    address = f"{at(f'{RULES}_add')}?term=tickets.closed"
    assert "Set an end" in text(office.get(at(f"{RULES}_changelist")))
    assert "1 ticket<" in text(office.post(address, {"days": "90", "preview": "1"}))
    assert "Nothing is that old" in text(office.post(address, {"days": "101", "preview": "1"}))
    assert not RetentionRule.objects.exists()
    answer = office.post(address, {"days": "90"})
    assert answer["Location"] == f"{at(f'{RULES}_changelist')}#tickets.closed"
    rule = RetentionRule.objects.get()
    assert (rule.term, rule.days) == ("tickets.closed", 90)
    assert office.post(at(f"{RULES}_change", rule.pk), {"days": "365"}).status_code == 302
    assert RetentionRule.objects.get().days == 365
    assert Ticket.objects.filter(pk=old.pk).exists()


def test_what_lies_in_the_bin_is_counted_by_its_module(
    office: Client, old: Ticket, stranger: Contact
) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=20)):
        binning.bin(old, by=None)
        binning.bin(stranger, by=None)
    address = f"{at(f'{RULES}_add')}?term=bin.tickets"
    page = text(office.post(address, {"days": "15", "preview": "1"}))
    assert "1 ticket<" in page
    assert "contact<" not in page
    assert "It can’t be brought back." in page


@pytest.mark.parametrize("days", ["", "0", "36501", "soon"])
def test_an_error_stands_next_to_the_field(office: Client, days: str) -> None:
    answer = office.post(f"{at(f'{RULES}_add')}?term=mails.raw", {"days": days})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text(answer)
    assert not RetentionRule.objects.exists()


def test_back_to_the_usual_time_and_on_to_another(office: Client) -> None:
    rule = RetentionRule(term="mails.spam", days=10)
    rule.save()
    assert "as usual: 30 days" in text(office.get(at(f"{RULES}_delete", rule.pk)))
    office.post(at(f"{RULES}_delete", rule.pk))
    assert retention.days()["mails.spam"] == 30
    assert office.post(f"{at(f'{RULES}_add')}?term=mails.spam", {"days": "5"}).status_code == 302
    assert retention.days()["mails.spam"] == 5


def test_the_runs_that_removed_something_are_told(office: Client, old: Ticket) -> None:
    PurgeRun.objects.create(as_of=timezone.now(), finished_at=timezone.now())
    run = PurgeRun.objects.create(as_of=timezone.now(), counts={"tickets.Ticket": 12, "tickets.Message": 48})
    RetentionRule(term="tickets.closed", days=103).save()
    page = text(office.get(at(f"{RUNS}_changelist")))
    assert "48 messages, 12 tickets" in page
    assert page.count("/purgerun/") == 2  # where one is in the administration, and the run
    within, _title, _rest = page.partition("What has gone")
    assert "1 ticket<" in within
    assert "48" in text(office.get(at(f"{RUNS}_change", run.pk)))
    assert office.post(at(f"{RUNS}_change", run.pk)).status_code == 403


def test_who_may_not_set_them_or_names_nothing_is_refused(agent: User, admin: User) -> None:
    with pytest.raises(access.Denied):
        retention.set_days("mails.raw", 5, by=agent)
    with pytest.raises(ValidationError, match="no such term"):
        retention.set_days("nothing", 5, by=admin)
    assert not RetentionRule.objects.exists()
