"""What is removed for good leaves no row, no history, no file and no living key, and takes nothing else along."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import OperationalError, connection, connections, models

from contacts.models import Contact
from privacy import belonging, removal
from privacy.models import AuditEvent, Opening, Token, TokenPurpose, User
from privacy.removal import StillNeeded, remove
from privacy.retention import sweep_keys
from privacy.vault import keys
from privacy.vault.models import SubjectKey
from tests import factories
from tests.privacy.test_retention import stored
from tickets import drafting, lifecycle, tagging
from tickets.attaching import NewAttachment
from tickets.enums import Channel, MessageKind
from tickets.models import Attachment, Department, Message, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

HOUR = timedelta(hours=1)


def opened(requester: Contact, agent: User) -> Ticket:
    """A ticket with everything that a ticket can have."""
    file = NewAttachment("size.txt", "text/plain", b"a size")
    ticket = lifecycle.open(
        requester=requester, subject="Shoes", body_text="Which size?", channel=Channel.EMAIL, by=requester,
        cc=["copy@customer.example"], attachments=[file],
    )  # fmt: skip
    lifecycle.reply(ticket, by=agent, body_text="Size L.", attachments=[file])
    lifecycle.note(ticket, by=agent, body_text="Asked before.")
    tagging.tag(ticket, "shoes", by=agent)
    drafting.keep(ticket, MessageKind.AGENT, by=agent, body="And so")
    Token.issue(TokenPurpose.TICKET, requester.pk, lifetime=HOUR, target_id=ticket.pk)
    return ticket


def mentions(ids: set[UUID]) -> list[str]:
    """Columns of any table, history included, in which one of these ids stands; the audit's lead to nothing then."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label == "vault" or not model._meta.managed or model in (AuditEvent, Opening):
            continue
        for field in model._meta.concrete_fields:
            target = field.target_field if isinstance(field, models.ForeignKey) else field
            if isinstance(target, models.UUIDField):
                with connection.cursor() as cursor:
                    cursor.execute(
                        f'SELECT count(*) FROM "{model._meta.db_table}" WHERE "{field.column}" = ANY(%s)',
                        [list(ids)],
                    )
                    if cursor.fetchone()[0]:
                        found.append(f"{model._meta.label}.{field.name}")
    return sorted(found)


def ids_of(ticket: Ticket) -> set[UUID]:
    found = {ticket.pk}
    for message in Message.everything.filter(ticket=ticket):
        found |= {message.pk, *message.attachments.values_list("pk", flat=True)}
    for name in ("taggings", "participants", "drafts", "outbound"):
        found |= set(getattr(ticket, name).values_list("pk", flat=True))
    return found


def test_a_ticket_goes_with_all_that_is_its_own_and_nothing_else(
    customer: Contact,
    stranger: Contact,
    agent: User,
    department: Department,
    media: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ticket, other = opened(customer, agent), opened(stranger, agent)
    gone, kept = ids_of(ticket), ids_of(other)
    before = mentions(kept)
    assert mentions(gone) == before
    with django_capture_on_commit_callbacks(execute=True):
        removed = remove(Ticket, [ticket.pk])
    assert mentions(gone) == []
    assert mentions(kept) == before
    assert removed == {
        "tickets.Ticket": 1, "tickets.Message": 3, "tickets.Attachment": 2, "tickets.Tagging": 1,
        "tickets.Participant": 1, "tickets.Draft": 1, "tickets.OutboundMail": 2,
    }  # fmt: skip
    assert stored(media) == set(Attachment.objects.values_list("content", flat=True))
    assert {each.subject_id for each in SubjectKey.objects.using("vault").filter(wrapped=None)} == set()
    assert Message.objects.filter(ticket=other).first().body_text == "Which size?"


def test_a_person_goes_with_their_tickets_their_copies_and_their_key(
    customer: Contact,
    stranger: Contact,
    agent: User,
    department: Department,
    django_capture_on_commit_callbacks: Any,
) -> None:
    ticket, other = opened(customer, agent), opened(stranger, agent)
    lifecycle.add_participants(other, ["carla@customer.example"], by=agent)
    answer = lifecycle.reply(other, by=customer, body_text="It was L with me.")
    gone = {customer.pk, *ids_of(ticket), *customer.identities.values_list("pk", flat=True)}
    entries = answer.history.count()
    with django_capture_on_commit_callbacks(execute=True):
        remove(Contact, [customer.pk])
    answer.refresh_from_db()
    assert (answer.author_contact_id, answer.body_text) == (None, "It was L with me.")
    assert answer.history.count() == entries
    assert {each.rpartition(".")[2] for each in mentions(gone)} == {"actor_id", "author_contact"}
    assert keys.is_destroyed(customer.pk)
    assert not keys.is_destroyed(stranger.pk)
    assert other.participants.count() == 1


def test_a_thousand_tickets_go_in_transactions_of_their_own(
    customer: Contact, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        factories.MessageFactory(ticket__requester=customer, ticket__department=department)
    monkeypatch.setattr(removal, "BATCH", 2)
    assert remove(Contact, [customer.pk])["tickets.Ticket"] == 7
    assert not Contact.everything.filter(pk=customer.pk).exists()


def test_doing_it_again_removes_nothing(customer: Contact) -> None:
    assert remove(Contact, [customer.pk]) == {"contacts.Contact": 1, "contacts.Identity": 1}
    assert remove(Contact, [customer.pk]) == {}


def test_what_others_still_need_stays(customer: Contact, department: Department) -> None:
    ticket = factories.TicketFactory(requester=customer, department=department)
    with pytest.raises(StillNeeded, match="tickets"):
        remove(Department, [department.pk])
    remove(Ticket, [ticket.pk])
    assert remove(Department, [department.pk])["tickets.Department"] == 1


def test_a_member_of_staff_goes_and_their_work_stays(
    customer: Contact, agent: User, department: Department
) -> None:
    ticket = opened(customer, agent)
    remove(User, [agent.pk])
    assert Message.objects.filter(ticket=ticket, kind=MessageKind.AGENT).get().author_user_id is None
    assert not ticket.drafts.exists()


def test_every_row_of_ours_can_be_removed() -> None:
    """No model of today or tomorrow stands in the way with a reference that can be neither emptied nor followed."""
    for model in apps.get_models():
        for bond in belonging.referring(model):
            assert bond.field.null, f"{bond.model._meta.label}.{bond.field.name} can't be emptied"


def test_tokens_go_with_whom_they_were_for(customer: Contact) -> None:
    Token.issue(TokenPurpose.SIGN_IN, customer.pk, lifetime=HOUR)
    remove(Contact, [customer.pk])
    assert not Token.objects.exists()


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_keys_follow_their_persons_even_when_the_vault_was_away(
    customer: Contact, stranger: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setitem(connections["vault"].settings_dict, "NAME", "nowhere")
        connections["vault"].close()
        with pytest.raises(OperationalError):
            remove(Contact, [customer.pk])
    assert not Contact.everything.filter(pk=customer.pk).exists()
    assert not keys.is_destroyed(customer.pk)
    assert [sweep_keys(), sweep_keys()] == [1, 0]
    assert [keys.is_destroyed(each.pk) for each in (customer, stranger)] == [True, False]
