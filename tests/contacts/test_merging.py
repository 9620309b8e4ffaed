"""Two contacts turn out to be one person: everything is found, nothing is lost, one key ring is left."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

from contacts import identification, merging
from contacts.models import Contact, Identity
from privacy import restriction
from privacy.enums import RestrictionGround
from privacy.models import Objection, Restriction, Token, TokenPurpose, User
from privacy.registry import is_history
from privacy.vault import keys
from privacy.vault.fields import is_erased
from tests import factories
from tests.factories import ContactFactory
from tickets import delivery, lifecycle
from tickets.enums import Channel, DeliveryState
from tickets.models import Message, OutboundMail, Participant, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def two(department: object) -> tuple[Contact, Contact]:
    """The same person twice: source and the one that is kept."""
    source = ContactFactory(full_name="Anna B.", email="anna@old.example", phone="030 901820", notes="calls")
    into = ContactFactory(full_name="Anna Beispiel", email="anna@new.example", language="de")
    return source, into


@pytest.fixture
def merge(django_capture_on_commit_callbacks: Any) -> Any:
    """Merge, and let everything happen that waits for the commit."""

    def merge_and_commit(source: Contact, *, into: Contact, by: User) -> Contact:
        with django_capture_on_commit_callbacks(execute=True):
            return merging.merge(source, into=into, by=by)

    return merge_and_commit


def opened(requester: Contact, **given: Any) -> Ticket:
    return lifecycle.open(
        requester=requester,
        subject=given.pop("subject", "A question"),
        body_text="the text",
        channel=Channel.EMAIL,
        by=requester,
        **given,
    )


def test_every_identity_leads_to_the_kept_contact(two: Any, agent: User, merge: Any) -> None:
    source, into = two
    assert merge(source, into=into, by=agent) == into
    for value in ("anna@old.example", "anna@new.example", "030 901820"):
        assert identification.find(value) == into
    assert Contact.objects.get(pk=into.pk).primary_email == "anna@new.example"
    assert Identity.objects.filter(is_primary=True).count() == 1


def test_the_source_leaves_for_the_bin_and_says_where_it_went(two: Any, agent: User, merge: Any) -> None:
    source, into = two
    merge(source, into=into, by=agent)
    assert list(Contact.objects.all()) == [into]
    gone = Contact.everything.get(pk=source.pk)
    assert (gone.merged_into, gone.deleted_by) == (into, agent.pk)
    assert gone.full_name == "Anna B."


def test_gaps_are_filled_and_what_is_there_stays(two: Any, agent: User, merge: Any) -> None:
    source, into = two
    source.language, source.timezone = "en", "Europe/Vienna"
    source.save()
    merge(source, into=into, by=agent)
    kept = Contact.objects.get()
    assert (kept.full_name, kept.language, kept.timezone, kept.notes) == (
        "Anna Beispiel",
        "de",
        "Europe/Vienna",
        "calls",
    )


def test_a_source_with_the_only_address_hands_it_on_as_primary(agent: User, merge: Any) -> None:
    source, into = ContactFactory(email="anna@old.example"), ContactFactory(email="", phone="030 901820")
    merge(source, into=into, by=agent)
    assert Contact.objects.get(pk=into.pk).primary_email == "anna@old.example"
    assert Identity.objects.get(value="anna@old.example").is_primary


def test_tickets_and_messages_of_both_are_the_kept_ones(two: Any, agent: User, merge: Any) -> None:
    source, into = two
    old, new = opened(source, subject="an old question"), opened(into)
    lifecycle.reply(old, by=source, body_text="and more", channel=Channel.EMAIL)
    merge(source, into=into, by=agent)
    assert set(into.tickets.all()) == {old, new}
    assert {message.author_contact for message in Message.objects.all()} == {into}
    again = Ticket.objects.get(pk=old.pk)
    assert (again.subject, again.requester) == ("an old question", into)
    assert {message.body_text for message in again.messages.all()} == {"the text", "and more"}
    assert again.history.latest("history_id").actor_id == agent.pk


def test_what_the_source_had_opens_and_is_destroyed_with_the_kept_contact(
    two: Any, agent: User, merge: Any
) -> None:
    source, into = two
    ticket = opened(source, subject="an old question")
    merge(source, into=into, by=agent)
    keys.forget()
    assert Ticket.objects.get(pk=ticket.pk).subject == "an old question"
    keys.destroy(into.pk)
    assert is_erased(Ticket.objects.get(pk=ticket.pk).subject)
    assert is_erased(Message.objects.get(ticket=ticket).body_text)
    assert is_erased(Ticket.history.filter(id=ticket.pk).first().subject)
    assert is_erased(Contact.everything.get(pk=source.pk).full_name)


def test_both_in_the_copies_of_one_ticket_become_one(
    two: Any, agent: User, stranger: Contact, merge: Any
) -> None:
    source, into = two
    ticket = opened(stranger, cc=["anna@old.example", "anna@new.example"])
    merge(source, into=into, by=agent)
    assert [each.contact for each in Participant.objects.filter(ticket=ticket)] == [into]
    assert lifecycle.copy_addresses(ticket) == ["anna@new.example"]


def test_one_in_the_copies_of_the_other_gets_no_second_mail(two: Any, agent: User, merge: Any) -> None:
    source, into = two
    ticket = opened(source, cc=["anna@new.example"])
    merge(source, into=into, by=agent)
    assert lifecycle.copy_addresses(Ticket.objects.get(pk=ticket.pk)) == []


def test_mail_on_its_way_goes_to_the_kept_contact(two: Any, agent: User, merge: Any) -> None:
    source, into = two
    ticket = opened(source, confirm=False)
    lifecycle.reply(ticket, by=agent, body_text="the answer")
    merge(source, into=into, by=agent)
    mail = OutboundMail.objects.get()
    assert (mail.recipient, mail.state) == (into, DeliveryState.QUEUED)
    assert mail.recipient.primary_email == "anna@new.example"


def test_a_link_that_was_sent_still_opens(two: Any, agent: User, merge: Any) -> None:
    source, into = two
    ticket = opened(source, confirm=False)
    secret = Token.issue(TokenPurpose.TICKET, source.pk, lifetime=timedelta(days=7), target_id=ticket.pk)
    merge(source, into=into, by=agent)
    token = Token.redeem(TokenPurpose.TICKET, secret)
    assert token is not None
    assert (token.subject_id, token.target_id) == (into.pk, ticket.pk)


def test_nobody_is_merged_with_themselves_or_twice(two: Any, agent: User, merge: Any) -> None:
    source, into = two
    with pytest.raises(merging.CannotMerge, match="with itself"):
        merge(into, into=into, by=agent)
    merge(source, into=into, by=agent)
    with pytest.raises(merging.CannotMerge, match="merged already"):
        merge(source, into=into, by=agent)
    with pytest.raises(merging.CannotMerge):
        merge(into, into=source, by=agent)
    assert list(Contact.objects.all()) == [into]


def test_three_in_a_row_end_up_as_one(two: Any, agent: User, merge: Any) -> None:
    first, second = two
    third = ContactFactory(email="anna@third.example")
    ticket = opened(first, subject="from the first")
    merge(first, into=second, by=agent)
    merge(second, into=third, by=agent)
    for value in ("anna@old.example", "anna@new.example", "anna@third.example"):
        assert identification.find(value) == third
    assert Ticket.objects.get(pk=ticket.pk).subject == "from the first"
    keys.destroy(third.pk)
    assert is_erased(Ticket.objects.get(pk=ticket.pk).subject)


def test_a_merge_that_fails_leaves_both_as_they_were(
    two: Any, agent: User, merge: Any, monkeypatch: Any
) -> None:
    source, into = two
    ticket = opened(source)
    monkeypatch.setattr(Contact, "bin", lambda self, by: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merge(source, into=into, by=agent)
    assert Contact.objects.count() == 2
    assert Ticket.objects.get(pk=ticket.pk).requester == source
    assert identification.find("anna@old.example") == source
    keys.destroy(into.pk)
    assert not is_erased(Ticket.objects.get(pk=ticket.pk).subject)


def test_every_pointer_to_a_contact_is_moved(two: Any, agent: User, merge: Any) -> None:
    """Whatever table may be added later: no living row points to the source."""
    source, into = two
    ticket = opened(source, cc=["ben@example.org"])
    factories.MessageFactory(ticket=ticket, author_contact=source)
    delivery.send_sign_in(source)
    merge(source, into=into, by=agent)
    pointers = [
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is Contact and not is_history(model)
    ]
    assert ("tickets_ticket", "requester_id") in pointers
    with connection.cursor() as cursor:
        for table, column in pointers:
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [source.pk])
            assert cursor.fetchone() == (0,), (table, column)


def test_keys_that_a_killed_process_left_are_handed_over(two: Any, agent: User) -> None:
    """The commit went through, the process died before it could hand over: purging the source must cost nothing."""
    source, into = two
    ticket = opened(source)
    merging.merge(source, into=into, by=agent)  # inside this test nothing commits: as if killed right then
    assert keys.holders([source.pk]) == {source.pk}
    assert merging.finish() == 1
    assert merging.finish() == 0
    keys.destroy(source.pk)
    assert not is_erased(Ticket.objects.get(pk=ticket.pk).subject)
    keys.destroy(into.pk)
    assert is_erased(Ticket.objects.get(pk=ticket.pk).subject)


def test_what_both_are_under_holds_once_for_the_one(two: Any, merge: Any) -> None:
    """Restricted both, and both objected to the same: one of each is left standing, and nothing fails."""
    for each in two:
        restriction.object_to(each, "marketing", by=None)
        restriction.restrict(each, RestrictionGround.CONTESTED, by=None)

    kept = merge(*two[:1], into=two[1], by=None)

    for model in (Restriction, Objection):
        assert list(model.objects.values_list("subject_id", flat=True)) == [kept.pk]


def test_what_one_of_them_was_under_the_other_is_under_now(two: Any, merge: Any) -> None:
    source, into = two
    restriction.restrict(source, RestrictionGround.CONTESTED, by=None)

    merge(source, into=into, by=None)

    assert restriction.is_restricted(into.pk)
