"""The audit's pages: for holders of the right, filtered, paged by key, as files; the history of one record."""

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from contacts.models import Contact
from privacy import actor, binning, groups, purging, requests, watching
from privacy.access import rights
from privacy.enums import Arrival, Deed, FieldRight, RequestKind, Via
from privacy.models import AuditEvent, Disclosure, FieldPermission, Opening, OpeningAlarm, User
from tests import factories
from tests.tickets.channels.post import letter
from tickets import lifecycle
from tickets.channels.email import inbound
from tickets.enums import Channel, Priority
from tickets.models import Department, InboundMail, Mailbox, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

PAGE = "/desk/audit/"


@pytest.fixture
def ticket(customer: Contact, department: Department, agent: User) -> Ticket:
    made = lifecycle.open(
        requester=customer, subject="Order 17", body_text="?", channel=Channel.EMAIL, by=customer
    )
    with actor.acting(agent, via=Via.DESK):
        lifecycle.change_priority(made, Priority.URGENT, by=agent)
    return made


def read(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode()))


SENTENCE = "Alma Agent set the priority from Normal to Urgent"


def test_it_needs_the_right(client: Client, agent: User) -> None:
    client.force_login(agent)
    for address in (PAGE, f"{PAGE}openings/"):
        assert client.get(address).status_code == 403
    assert client.post(f"{PAGE}export/").status_code == 403


def test_it_tells_who_what_which_when_and_from_where(client: Client, admin: User, ticket: Ticket) -> None:
    client.force_login(admin)
    told = read(client)
    assert f"{SENTENCE} · ticket #{ticket.number} Order 17" in told
    assert "desk" in told


def test_it_can_be_asked_for_person_act_field_time_and_record(
    client: Client, admin: User, agent: User, ticket: Ticket
) -> None:
    client.force_login(admin)
    today, long_ago = timezone.localdate().isoformat(), "2020-01-01"
    for query, is_told in (
        (f"who={agent.pk}", True),
        (f"who={admin.pk}", False),
        ("act=update", True),
        ("act=create", False),
        ("field=tickets.ticket.priority", True),
        ("field=tickets.ticket", True),
        ("field=tickets.ticket.status", False),
        ("field=contacts.contact", False),
        (f"since={today}", True),
        (f"until={long_ago}", False),
        (f"record={ticket.pk}", True),
        (f"record={agent.pk}", False),
        (f"subject={ticket.requester_id}", True),
        ("field=nonsense&who=nonsense&since=nonsense&record=nonsense", True),
    ):
        assert (SENTENCE in read(client, f"{PAGE}?{query}")) == is_told, query


def test_what_only_follows_from_a_change_is_told_on_request(
    client: Client, admin: User, ticket: Ticket
) -> None:
    client.force_login(admin)
    ticket.refresh_from_db()
    ticket.last_message_at = timezone.now()
    ticket.save()
    of_this = f"?record={ticket.pk}"
    assert "changed this" not in read(client, PAGE + of_this)
    assert "changed this" in read(client, f"{PAGE}{of_this}&everything=on")


def test_a_hidden_field_is_neither_told_nor_offered(client: Client, agent: User, ticket: Ticket) -> None:
    profile = factories.ProfileFactory(rights=[*agent.profile.rights, "audit_log"])
    FieldPermission(profile=profile, model="tickets.ticket", field="priority", right=FieldRight.HIDDEN).save()
    client.force_login(factories.UserFactory(profile=profile))
    page = client.get(PAGE).content.decode()
    assert "tickets.ticket.priority" not in page
    assert "Urgent" not in page
    assert "tickets.ticket.subject" in page


def test_it_pages_by_key(client: Client, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(admin)
    for number in range(55):
        factories.TagFactory(name=f"tag-{number:02}")
    first = client.get(PAGE)
    assert "tag-54" in first.content.decode()
    older = re.search(r'href="\?(page=[^"]+)"', first.content.decode())
    assert older is not None
    second = read(client, f"{PAGE}?{older[1]}")
    assert "tag-00" in second
    assert "tag-54" not in second
    assert client.get(f"{PAGE}?page=<nonsense").status_code == 400
    assert client.get(f"{PAGE}?page=<2024-01-01T00:00:00%2B00:00_{10**30}").status_code == 400


def test_it_goes_out_as_a_file(client: Client, admin: User, ticket: Ticket) -> None:
    client.force_login(admin)
    answer: Any = client.post(f"{PAGE}export/?record={ticket.pk}", {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["text"] for row in rows] == ["set the priority from Normal to Urgent", "opened the ticket"]
    assert (rows[0]["who"], rows[0]["via"], rows[0]["record_id"]) == ("Alma Agent", "desk", str(ticket.pk))
    answer = client.post(f"{PAGE}export/?record={ticket.pk}", {"format": "json"})
    (first, *_others) = json.loads(b"".join(answer.streaming_content))
    assert first["text"] == rows[0]["text"]
    assert AuditEvent.objects.filter(act=Deed.EXPORT, actor_id=admin.pk).count() == 2
    notes = Disclosure.objects.order_by("moment").values_list("by_id", "module", "format", "rows")
    assert list(notes) == [(admin.pk, "privacy.auditevent", kind, 2) for kind in ("csv", "json")]


def test_a_file_asks_again_who_is_there(client: Client, admin: User, time_machine: Any) -> None:
    client.force_login(admin)
    time_machine.move_to(timezone.now() + timedelta(minutes=16))
    came_from = {"referer": f"http://testserver{PAGE}"}
    asked = client.post(f"{PAGE}export/", {"format": "csv"}, headers=came_from)
    assert asked["Location"] == "/desk/confirmation/?next=%2Fdesk%2Faudit%2F"
    assert not AuditEvent.objects.filter(act=Deed.EXPORT).exists()


def test_a_file_starts_no_formula(client: Client, admin: User, customer: Contact) -> None:
    organisation = factories.OrganisationFactory(name="=HYPERLINK(1)")
    client.force_login(admin)
    answer: Any = client.post(f"{PAGE}export/?record={organisation.pk}", {"format": "csv"})
    (row,) = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert row["record"] == "'=HYPERLINK(1)"


def test_every_record_has_its_history(client: Client, agent: User, customer: Contact) -> None:
    with actor.acting(agent, via=Via.DESK):
        customer.full_name = "Carla New"
        customer.save()
    client.force_login(agent)
    told = read(client, f"{PAGE}records/contacts.contact/{customer.pk}/")
    assert "Alma Agent changed “name” from “Carla Customer” to “Carla New”" in told
    assert "created this" in told


def test_history_is_for_who_may_see_the_record(client: Client, customer: Contact) -> None:
    nobody = factories.UserFactory(profile=factories.ProfileFactory())
    client.force_login(nobody)
    for label in ("contacts.contact", "privacy.auditevent", "auth.group", "no.model", "nonsense"):
        assert client.get(f"{PAGE}records/{label}/{customer.pk}/").status_code == 404, label


def test_the_administration_points_there(client: Client, admin: User, customer: Contact) -> None:
    client.force_login(admin)
    answer = client.get(f"/admin/contacts/contact/{customer.pk}/history/")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{PAGE}records/contacts.contact/{customer.pk}/",
    )


# -- openings


def seen() -> list[tuple[Any, ...]]:
    return list(
        Opening.objects.order_by("id").values_list("viewer_id", "how", "model", "object_id", "subject_id")
    )


def test_opening_a_ticket_is_logged_once_in_some_minutes(
    client: Client, agent: User, colleague: User, ticket: Ticket
) -> None:
    for viewer in (agent, agent, colleague):
        client.force_login(viewer)
        assert client.get(f"/desk/tickets/{ticket.number}/").status_code == 200
    assert seen() == [
        (viewer.pk, "opened", "tickets.ticket", ticket.pk, ticket.requester_id)
        for viewer in (agent, colleague)
    ]


def test_opening_a_contact_in_the_administration_is_logged(
    client: Client, admin: User, customer: Contact
) -> None:
    client.force_login(admin)
    assert client.get(f"/admin/contacts/contact/{customer.pk}/change/").status_code == 200
    assert seen() == [(admin.pk, "opened", "contacts.contact", customer.pk, customer.pk)]


def test_what_nobody_got_to_see_is_not_logged(client: Client, ticket: Ticket) -> None:
    client.force_login(factories.UserFactory(profile=factories.ProfileFactory()))
    assert client.get(f"/desk/tickets/{ticket.number}/").status_code == 404
    assert seen() == []


def test_data_of_nobody_is_not_logged(agent: User, department: Department) -> None:
    with actor.acting(agent, via=Via.DESK):
        watching.opened(agent, [department, agent])
        watching.opened(None, [department])
    assert seen() == []


def test_a_reason_is_always_logged(agent: User, customer: Contact) -> None:
    with actor.acting(agent, via=Via.DESK):
        for _time in range(2):
            watching.opened(agent, [customer], how=watching.How.REVEALED, reason_id=agent.pk)
    assert [how for _viewer, how, *_rest in seen()] == ["revealed", "revealed"]


def test_the_log_is_read_by_name(client: Client, admin: User, agent: User, ticket: Ticket) -> None:
    client.force_login(agent)
    client.get(f"/desk/tickets/{ticket.number}/")
    client.force_login(admin)
    assert "Alma Agent · opened · ticket" in read(client, f"{PAGE}openings/")
    assert "Alma Agent · opened" in read(client, f"{PAGE}openings/?viewer_id={agent.pk}")
    assert "Alma Agent · opened" not in read(client, f"{PAGE}openings/?viewer_id={admin.pk}")


def test_the_person_sees_it_by_role(client: Client, agent: User, ticket: Ticket, customer: Contact) -> None:
    client.force_login(agent)
    client.get(f"/desk/tickets/{ticket.number}/")
    browser = Client()
    session = browser.session
    session["customer_id"] = str(customer.pk)
    session.save()
    told = read(browser, "/portal/privacy/")
    assert f"A member of our staff ({agent.role})" in told
    assert "Alma" not in told


def test_who_opens_unusually_many_people_is_noticed(
    client: Client, settings: Any, agent: User, admin: User
) -> None:
    settings.ACCESS_ALARM_PEOPLE = 3
    people = [factories.ContactFactory() for _ in range(4)]
    with actor.acting(agent, via=Via.DESK):
        watching.opened(agent, people[:3])
    assert watching.notice() == 0
    with actor.acting(agent, via=Via.DESK):
        watching.opened(agent, people)
    assert (watching.notice(), watching.notice()) == (1, 0)
    assert OpeningAlarm.objects.get().people == 4
    client.force_login(admin)
    assert "Alma Agent opened the data of 4 people within a day." in read(client)


def test_old_openings_are_forgotten(agent: User, customer: Contact) -> None:
    with actor.at(timezone.now() - timezone.timedelta(days=800)), actor.acting(agent, via=Via.DESK):
        watching.opened(agent, [customer])
    assert watching.forget_old() == 1


def test_whose_data_a_search_brought_up_is_logged(
    client: Client, agent: User, ticket: Ticket, customer: Contact, settings: Any
) -> None:
    settings.ACCESS_ALARM_PEOPLE = 0
    client.force_login(agent)
    client.post("/desk/search/", {"words": "carla@customer.example"})
    client.post("/desk/search/", {"words": "Order", "cursor": "start"})
    client.post("/desk/search/", {"words": "carla@customer.example"})
    assert sorted(seen()) == sorted(
        (agent.pk, "found", model, pk, customer.pk)
        for model, pk in (("contacts.contact", customer.pk), ("tickets.ticket", ticket.pk))
    )
    assert watching.notice() == 0  # a list of hits is no look at each of these people
    assert [look.how for look in watching.seen_by_subject(customer.pk)] == ["found in a search"] * 2


def test_reading_a_mail_as_it_came_is_logged(client: Client, agent: User, mailbox: Mailbox) -> None:
    taken = inbound.receive(letter(), mailbox=mailbox).ticket
    assert taken is not None
    mail = InboundMail.objects.get()
    agent.profile = factories.ProfileFactory(rights=sorted(rights.all_codes()))
    agent.save()
    client.force_login(agent)
    assert client.get(f"/desk/mail/attention/{mail.pk}/raw/").status_code == 200
    assert client.get(f"/desk/mail/attention/{mail.pk}/raw/?download").status_code == 200
    assert seen() == [
        (agent.pk, how, "tickets.inboundmail", mail.pk, taken.requester_id)
        for how in ("opened", "downloaded")
    ]


def test_staff_sign_in_at_the_desk(client: Client, agent: User) -> None:
    client.post("/sign-in/", {"username": agent.email, "password": "wrong"})
    client.post("/sign-in/", {"username": agent.email, "password": factories.PASSWORD})
    events = AuditEvent.objects.filter(act__in=(Deed.SIGN_IN, Deed.SIGN_IN_FAILED)).order_by("id")
    assert [(event.act, event.via) for event in events] == [
        (Deed.SIGN_IN_FAILED, Via.DESK),
        (Deed.SIGN_IN, Via.DESK),
    ]


def test_a_kind_is_said_once_and_nobody_twice(client: Client, admin: User, customer: Contact) -> None:
    requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)
    client.force_login(admin)
    told = read(client, PAGE)
    assert "request about data request about data" not in told
    assert re.search(r"created this · request about data [0-9a-f]{12}", told)
    assert re.search(r"Ada Admin signed in(?! · user)", told)


def test_acts_on_many_and_groups_are_told_in_full(
    client: Client, admin: User, agent: User, ticket: Ticket, customer: Contact
) -> None:
    with actor.acting(admin, via=Via.ADMIN):
        groups.save(Group(name="night shift"), members=[agent], by=admin)
    with actor.acting(admin, via=Via.DESK):
        binning.bin(customer, by=admin)
    purging.purge(as_of=timezone.now() + timedelta(days=61))
    client.force_login(admin)
    for act, sentence in (
        ("membership", r"Ada Admin added this account to the group “night shift”"),
        ("delete", r"Ada Admin deleted in one act: .*1 ticket"),
        ("purge", r"The helpdesk removed for good: .*1 contact"),
    ):
        told = read(client, f"{PAGE}?act={act}")
        assert re.search(sentence, told), told
