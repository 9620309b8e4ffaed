"""``manage.py erase`` and ``manage.py replay_erasures``: what they do, and that they name nobody."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from contacts.models import Contact
from privacy.erasure import ledger
from privacy.models import ErasureMark
from privacy.vault import keys
from tests import factories
from tickets.enums import Status
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def ticket(customer: Contact) -> Ticket:
    made: Ticket = factories.TicketFactory(requester=customer, status=Status.OPEN)
    return made


def said(name: str, *arguments: str) -> str:
    told = StringIO()
    call_command(name, *arguments, stdout=told)
    return told.getvalue()


@pytest.mark.parametrize("by_id", [True, False])
def test_without_yes_it_only_says_what_it_would_do(customer: Contact, ticket: Ticket, by_id: bool) -> None:
    told = said("erase", str(customer.pk) if by_id else "CARLA@customer.example")

    assert "1 tickets are open." in told
    assert "Nothing was changed." in told
    assert "Carla" not in told
    assert ledger.find(customer.pk) is None


def test_open_work_stands_against_it(customer: Contact, ticket: Ticket) -> None:
    with pytest.raises(CommandError, match="open"):
        said("erase", str(customer.pk), "--yes")
    assert not keys.is_destroyed(customer.pk)


def test_it_erases_and_says_so_without_a_name(customer: Contact, ticket: Ticket) -> None:
    told = said("erase", "carla@customer.example", "--yes", "--settle", "--silently")

    assert told.endswith("Erased.\n")
    assert "arla" not in told
    assert keys.is_destroyed(customer.pk)
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


@pytest.mark.parametrize("who", ["nobody@else.example", "01a214f7-92d5-7ee3-b950-eea0958a818b", "???"])
def test_nobody_is_erased_by_mistake(customer: Contact, who: str) -> None:
    with pytest.raises(CommandError):
        said("erase", who, "--yes")


def test_after_a_restored_backup_the_erased_are_erased_again(customer: Contact) -> None:
    assert said("replay_erasures").startswith("0 erasures were replayed.")
    said("erase", str(customer.pk), "--yes", "--silently")
    ErasureMark.objects.all().delete()  # as in a backup from before
    QuerySet(Contact).filter(pk=customer.pk).update(erased_at=None, language="de")

    told = said("replay_erasures")

    assert f"{customer.pk} is erased here, too." in told
    assert "1 erasures were replayed." in told
    left = Contact.everything.get(pk=customer.pk)
    assert (left.language, left.erased_at is not None) == ("", True)
    assert said("replay_erasures").startswith("0 erasures were replayed.")
