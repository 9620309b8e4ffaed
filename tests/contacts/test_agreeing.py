"""Who agrees now: the list for a newsletter."""

import io

import pytest
from django.core.management import CommandError, call_command

from contacts import agreeing
from contacts.models import Contact
from privacy import consent
from tests import factories

pytestmark = pytest.mark.django_db


def consented(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("consented", *arguments, stdout=out)
    return out.getvalue().split()


def test_only_who_agrees_at_this_moment_is_listed(customer: Contact, stranger: Contact) -> None:
    purpose = factories.purpose()
    wording = consent.newest(purpose)[0]
    for each in (customer, stranger):
        consent.answer(each.pk, wording, True, form="ticket", by=each)
    assert set(consented("newsletter", "--addresses")) == {"carla@customer.example", "stan@stranger.example"}
    consent.withdraw(stranger.pk, purpose, form="mail", by=stranger)
    assert consented("newsletter") == [str(customer.pk)]
    customer.bin(by=None)
    assert consented("newsletter") == []


def test_who_takes_it_back_while_the_list_is_written_is_not_in_it() -> None:
    purpose = factories.purpose()
    wording = consent.newest(purpose)[0]
    people = sorted((factories.ContactFactory() for _ in range(3)), key=lambda each: each.pk)
    for each in people:
        consent.answer(each.pk, wording, True, form="ticket", by=each)
    listed = agreeing.contacts("newsletter")
    assert next(listed) == people[0]
    consent.withdraw(people[1].pk, purpose, form="mail", by=people[1])
    assert list(listed) == [people[2]]


def test_a_purpose_that_is_not_there_is_said() -> None:
    factories.purpose()
    with pytest.raises(CommandError, match="There are: newsletter"):
        call_command("consented", "newsletters")
