"""Rows that are written together lie there as if each had been saved by itself: value, history, audit; or none does."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from privacy import actor
from privacy.enums import Cause, Via
from privacy.models import AuditEvent, User, together
from tickets.models import Tag

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

UNLIKE = {"id", "history_id", "object_id", "subject_id", "created_at", "updated_at", "history_date", "moment"}
SEALED = {"full_name", "value"}


def known_by(address: str, name: str = "") -> Contact:
    contact = Contact(full_name=name)
    contact.save()
    Identity(contact=contact, kind=IdentityKind.EMAIL, value=address, is_primary=True).save()
    return contact


def entries(contact: Contact) -> list[dict[str, Any]]:
    """What history and audit hold of somebody, without what differs from row to row."""
    identity = Identity.objects.get(contact=contact)
    events = AuditEvent.objects.filter(object_id__in=[contact.pk, identity.pk])
    assert set(events.values_list("subject_id", flat=True)) == {contact.pk}
    assert sorted(events.values_list("history_id", flat=True)) == sorted(
        [contact.history.get().history_id, identity.history.get().history_id]
    )
    rows = [*contact.history.values(), *identity.history.values(), *events.order_by("model").values()]
    return [
        {name: value for name, value in row.items() if name not in UNLIKE | SEALED | {"contact_id"}}
        for row in rows
    ]


def test_they_lie_there_as_if_saved_one_by_one(agent: User) -> None:
    with actor.acting(agent, via=Via.DESK), actor.caused(Cause.RULE, agent.pk):
        alone = known_by("alone@customer.example", "Alone")
        with together(Contact, Identity):
            rows = [known_by(f"c{number}@customer.example", f"C {number}") for number in range(3)]
    for number, row in enumerate(rows):
        assert Contact.objects.get(pk=row.pk).full_name == f"C {number}"
        assert Identity.objects.get(value=f"c{number}@customer.example").contact == row
        assert entries(row) == entries(alone)


def test_of_each_is_told_who_saved_it(agent: User, colleague: User) -> None:
    with together(Tag):
        for who, via in ((agent, Via.DESK), (colleague, Via.ADMIN)):
            with actor.acting(who, via=via):
                Tag(name=str(via)).save()
    told = {tag.name: (tag.history.get().actor_id, tag.history.get().via) for tag in Tag.objects.all()}
    assert told == {"desk": (agent.pk, "desk"), "admin": (colleague.pk, "admin")}


def test_each_model_takes_one_statement_and_one_for_its_trace(
    django_assert_num_queries: Any, customer: Contact
) -> None:
    with django_assert_num_queries(2 + 2), together(Tag):  # the block's own savepoint, rows, trace
        for number in range(30):
            Tag(name=f"tag {number}").save()


def test_who_asks_finds_what_was_saved() -> None:
    with together(Tag):
        tag = Tag(name="urgent")
        tag.save()
        assert Tag.objects.get() == tag
        tag.name = "very urgent"
        tag.save()
        Tag(name="later").save()
        assert tag.history.count() == 2
    assert sorted(tag.name for tag in Tag.objects.all()) == ["later", "very urgent"]


def test_an_error_undoes_all() -> None:
    def break_off() -> None:
        Tag(name="first").save()
        assert Tag.objects.exists()
        Tag(name="second").save()
        raise RuntimeError

    with pytest.raises(RuntimeError), together(Tag):
        break_off()
    assert not Tag.objects.exists()
    assert not AuditEvent.objects.filter(model="tickets.tag").exists()
    Tag(name="first").save()  # nothing of the block is left behind


def test_what_can_not_be_written_raises_at_the_end() -> None:
    known_by("anna@customer.example")
    with pytest.raises(IntegrityError), together(Contact, Identity):
        known_by("anna@customer.example")
    assert Contact.objects.count() == 1


def test_an_error_that_somebody_catches_inside_undoes_all_the_same() -> None:
    """No savepoint could bring the waiting rows back to where they were."""

    def catch() -> None:
        Tag(name="first").save()
        with suppress(ValueError), transaction.atomic():
            Tag(name="second").save()
            raise ValueError

    with pytest.raises(transaction.TransactionManagementError), together(Tag):
        catch()
    assert not Tag.objects.exists()
    assert connection.features.uses_savepoints


def test_other_models_are_written_at_once(django_assert_num_queries: Any) -> None:
    with together(Tag):
        with django_assert_num_queries(2):
            Contact(full_name="").save()
        assert Contact.objects.count() == 1
