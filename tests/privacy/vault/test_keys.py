"""The keyring: one key a person, minted once, read in one query, destroyed for good."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from celery import shared_task
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from privacy.vault import keys
from privacy.vault.errors import KeyUnavailable, SubjectErased
from privacy.vault.fields import chunks, is_erased
from privacy.vault.models import SubjectKey
from tests import factories
from tests.threads import together
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def keys_of(subject_id: UUID) -> int:
    return SubjectKey.objects.using("vault").filter(subject_id=subject_id).count()


# -- minting


def test_a_key_is_minted_at_first_use_and_found_again() -> None:
    subject = uuid4()
    made = keys.for_writing(subject)
    keys.forget()
    assert keys.for_writing(subject) == made
    assert keys.for_reading(made.id) == made
    assert keys_of(subject) == 1
    assert len(made.secret) == 32


def test_two_people_have_two_keys() -> None:
    one, other = keys.for_writing(uuid4()), keys.for_writing(uuid4())
    assert one.id != other.id
    assert one.secret != other.secret


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_eight_at_once_mint_one_key() -> None:
    subject = uuid4()
    made = together(*[partial(keys.for_writing, subject)] * 8)
    assert len({key.secret for key in made}) == 1
    assert keys_of(subject) == 1


def test_a_key_never_shows_its_secret() -> None:
    made = keys.for_writing(uuid4())
    assert repr(made.secret) not in repr(made)
    assert made.secret.hex() not in repr(made)


def test_the_vault_holds_keys_wrapped() -> None:
    made = keys.for_writing(uuid4())
    row = SubjectKey.objects.using("vault").get(pk=made.id)
    assert row.wrapped is not None
    assert made.secret not in bytes(row.wrapped)


# -- reading


def tickets_of_as_many_people(count: int) -> list[Ticket]:
    department = factories.DepartmentFactory()
    made: list[Ticket] = factories.TicketFactory.create_batch(count, department=department)
    keys.forget()
    return made


@pytest.fixture
def fifty() -> list[Ticket]:
    return tickets_of_as_many_people(50)


@pytest.fixture
def dozen() -> list[Ticket]:
    return tickets_of_as_many_people(12)


def in_one_vault_query(count: int = 1) -> Any:
    class Exactly(CaptureQueriesContext):
        def __exit__(self, *exc: Any) -> None:
            super().__exit__(*exc)
            if exc[0] is None:
                assert len(self) == count, [query["sql"][:200] for query in self.captured_queries]

    return Exactly(connections["vault"])


def test_fifty_rows_of_fifty_people_take_one_query(fifty: list[Ticket]) -> None:
    with in_one_vault_query():
        shown = {ticket.pk: ticket.subject for ticket in Ticket.objects.all()}
    assert shown == {ticket.pk: ticket.subject for ticket in fifty}


def test_their_names_over_a_relation_take_one_query_too(dozen: list[Ticket]) -> None:
    with in_one_vault_query():
        rows = list(Ticket.objects.select_related("requester").prefetch_related("requester__identities"))
        shown = {(row.subject, row.requester.full_name, row.requester.primary_email) for row in rows}
    assert len(shown) == 12


def test_history_entries_take_one_query(dozen: list[Ticket]) -> None:
    with in_one_vault_query():
        shown = {entry.subject for entry in list(Ticket.history.all())}
    assert shown == {ticket.subject for ticket in dozen}


def test_a_stream_in_chunks_takes_one_query_a_chunk(dozen: list[Ticket]) -> None:
    with in_one_vault_query(3):
        subjects = [ticket.subject for chunk in chunks(Ticket.objects.all(), size=5) for ticket in chunk]
    assert sorted(subjects) == sorted(ticket.subject for ticket in dozen)


def test_rows_read_again_in_the_same_request_take_no_query(dozen: list[Ticket]) -> None:
    assert [ticket.subject for ticket in Ticket.objects.all()]
    with in_one_vault_query(0):
        assert [ticket.subject for ticket in Ticket.objects.all()]


def test_a_key_that_the_vault_lost_is_not_an_erased_one(customer: Contact) -> None:
    SubjectKey.objects.using("vault").filter(subject_id=customer.pk).delete()
    keys.forget()
    again = Contact.objects.get(pk=customer.pk)
    with pytest.raises(KeyUnavailable, match="restored from an older backup"):
        _ = again.full_name


def test_a_long_job_keeps_a_bounded_number_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "KEPT", 10)
    for _ in range(40):
        keys.for_writing(uuid4())
    assert len(keys._ring.opened) <= 12
    assert len(keys._ring.current) <= 12


# -- forgetting


@shared_task
def look_at_keys() -> list[UUID]:
    """What a task finds in the keyring when it begins; leaves a key there."""
    found = list(keys._ring.opened)
    keys.for_writing(uuid4())
    return found


@pytest.mark.parametrize("signal", [request_started, request_finished])
def test_no_key_outlives_a_request(signal: Any, customer: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    signal.disconnect(close_old_connections)  # would end the test's transaction
    try:
        keys.for_writing(customer.pk)
        signal.send(sender=None)
    finally:
        signal.connect(close_old_connections)
    assert (keys._ring.opened, keys._ring.current, keys._ring.expected) == ({}, {}, {})


def test_a_page_leaves_no_key_behind(customer: Contact, client: Client) -> None:
    keys.for_writing(customer.pk)
    client.get("/health/")
    assert keys._ring.opened == {}


def test_no_key_outlives_a_task(customer: Contact) -> None:
    keys.for_writing(customer.pk)
    assert look_at_keys.apply().get() == []
    assert keys._ring.opened == {}


# -- destroying


def test_a_destroyed_key_reads_as_erased_and_refuses_writing(customer: Contact) -> None:
    ticket = factories.TicketFactory(requester=customer, subject="a secret question")
    assert keys.destroy(customer.pk) == 1
    again = Ticket.objects.select_related("requester").get(pk=ticket.pk)
    assert is_erased(again.subject)
    assert is_erased(again.requester.full_name)
    assert str(again.subject) == "erased"
    again.subject = "something new"
    with pytest.raises(SubjectErased), transaction.atomic():
        again.save()
    with pytest.raises(SubjectErased), transaction.atomic():
        factories.TicketFactory(requester=customer)


def test_destroying_again_changes_nothing(customer: Contact) -> None:
    assert keys.destroy(customer.pk) == 1
    stone = SubjectKey.objects.using("vault").filter(subject_id=customer.pk).values().get()
    assert keys.destroy(customer.pk) == 0
    assert SubjectKey.objects.using("vault").filter(subject_id=customer.pk).values().get() == stone
    assert (stone["wrapped"], stone["kek_id"]) == (None, "")
    assert keys.is_destroyed(customer.pk)


def test_somebody_who_never_had_a_key_can_be_erased_too() -> None:
    subject = uuid4()
    assert keys.destroy(subject) == 0
    assert keys.is_destroyed(subject)
    with pytest.raises(SubjectErased):
        keys.for_writing(subject)
    assert keys_of(subject) == 1


def test_the_row_of_an_erased_person_can_still_be_handled(customer: Contact) -> None:
    """The bin, the purge and a change of what isn't sealed go on working."""
    keys.destroy(customer.pk)
    again = Contact.objects.get(pk=customer.pk)
    assert is_erased(again.full_name)
    again.language = "de"
    again.save()
    again.bin(by=None)
    kept = Contact.everything.get(pk=customer.pk)
    assert (kept.language, is_erased(kept.full_name)) == ("de", True)


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
@pytest.mark.parametrize("_turn", range(3))
def test_whoever_destroys_while_others_write_wins(_turn: int) -> None:
    subject = uuid4()
    together(*[partial(keys.for_writing, subject)] * 3, partial(keys.destroy, subject))
    keys.forget()
    assert keys.is_destroyed(subject)
    assert not SubjectKey.objects.using("vault").filter(subject_id=subject, wrapped__isnull=False).exists()


# -- handing over


def test_keys_handed_over_still_open_and_are_destroyed_with_the_other_person() -> None:
    source, into = factories.ContactFactory(full_name="Anna Alt"), factories.ContactFactory()
    keys.hand_over(source.pk, into_id=into.pk)
    assert Contact.objects.get(pk=source.pk).full_name == "Anna Alt"
    assert (keys_of(source.pk), keys_of(into.pk)) == (0, 2)
    assert keys.destroy(into.pk) == 2
    assert is_erased(Contact.objects.get(pk=source.pk).full_name)


def test_handing_over_twice_changes_nothing() -> None:
    source, into = factories.ContactFactory(), factories.ContactFactory()
    for _ in range(2):
        keys.hand_over(source.pk, into_id=into.pk)
    assert (keys_of(source.pk), keys_of(into.pk)) == (0, 2)
    assert keys.for_writing(into.pk).id == keys.for_writing(into.pk).id


def test_an_erased_person_stays_erased_when_handed_over() -> None:
    source, into = factories.ContactFactory(), factories.ContactFactory()
    keys.destroy(source.pk)
    keys.hand_over(source.pk, into_id=into.pk)
    assert keys.is_destroyed(source.pk)
    assert not keys.is_destroyed(into.pk)
    with pytest.raises(SubjectErased):
        keys.for_writing(source.pk)


def test_nothing_is_handed_over_to_an_erased_person() -> None:
    source, into = factories.ContactFactory(full_name="Anna"), factories.ContactFactory()
    keys.destroy(into.pk)
    with pytest.raises(SubjectErased):
        keys.hand_over(source.pk, into_id=into.pk)
    assert Contact.objects.get(pk=source.pk).full_name == "Anna"
