"""Asking a question in the portal, as a stranger and as a customer."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from contacts import identification
from contacts import spam as senders
from contacts.models import Contact, Identity
from privacy import binning, consent
from privacy.enums import BinReason
from privacy.models import Binned
from tests import factories
from tests.factories import ContactFactory, DepartmentFactory
from tests.tickets.views.portal.conftest import PNG, key_of_age, sign_in
from tickets.enums import Channel, MessageKind, OutboundKind, Status
from tickets.models import Attachment, Department, Message, OutboundMail, Ticket
from tickets.views.portal import asking

pytestmark = pytest.mark.django_db
Filled = Callable[..., dict[str, Any]]
URL = "/portal/ask/"


def test_a_visitor_asks(client: Client, filled: Filled, department: Department) -> None:
    answer = client.post(URL, filled(attachments=[SimpleUploadedFile("parcel.png", PNG, "image/png")]))

    ticket = Ticket.objects.get()
    message = Message.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("portal:asked"))
    assert (ticket.subject, ticket.channel, ticket.status) == ("Where is my parcel?", Channel.WEB, Status.NEW)
    assert (ticket.requester.full_name, ticket.requester.primary_email) == (
        "Vera Visitor",
        "vera@visitor.example",
    )
    assert (message.kind, message.body_text) == (MessageKind.CUSTOMER, "It was sent on Monday.")
    assert [each.filename for each in Attachment.objects.all()] == ["parcel.png"]
    assert [mail.kind for mail in OutboundMail.objects.all()] == [OutboundKind.CONFIRMATION]


def test_what_happens_next_is_told_with_the_number(
    client: Client, filled: Filled, department: Department
) -> None:
    page = client.post(URL, filled(), follow=True).content.decode()

    assert str(Ticket.objects.get().number) in page
    assert "vera@visitor.example" not in page


def test_the_address_of_the_thank_you_page_tells_a_stranger_nothing(
    client: Client, filled: Filled, department: Department
) -> None:
    client.post(URL, filled())

    assert Client().get("/portal/ask/sent/")["Location"] == "/portal/"


def test_a_stopwatch_learns_nothing(
    client: Client, filled: Filled, customer: Contact, department: Department
) -> None:
    for address in ("carla@customer.example", "new@nowhere.example"):
        started = time.monotonic()
        client.post(URL, filled(email=address))
        assert time.monotonic() - started >= asking.AS_LONG_AS


def test_line_breaks_are_of_one_kind(client: Client, filled: Filled, department: Department) -> None:
    client.post(URL, filled(body="One\r\nTwo\x07\rThree"))

    assert Message.objects.get().body_text == "One\nTwo\nThree"


def test_a_text_that_is_too_long_is_told_not_cut(
    client: Client, filled: Filled, department: Department
) -> None:
    page = client.post(URL, filled(body="x" * 50_001)).content.decode()

    assert "This text is very long. Shorten it to 50000 characters" in page
    assert "x" * 50_001 in page
    assert "maxlength" not in page.partition("<textarea")[2].partition(">")[0]


def test_asking_leaves_the_visitor_a_visitor(client: Client, filled: Filled, ticket: Ticket) -> None:
    client.post(URL, filled(email=ticket.requester.primary_email))

    number = Ticket.objects.order_by("number").last().number
    for address in ("/portal/tickets/", f"/portal/tickets/{number}/", f"/portal/tickets/{ticket.number}/"):
        assert client.get(address)["Location"].startswith("/portal/sign-in/")


def test_a_foreign_address_keeps_its_name(client: Client, filled: Filled, customer: Contact) -> None:
    client.post(URL, filled(email="CARLA@customer.example", name="Mallory"))

    customer.refresh_from_db()
    assert customer.full_name == "Carla Customer"
    assert Ticket.objects.get().requester == customer


def test_a_nameless_contact_is_not_named_by_a_stranger(
    client: Client, filled: Filled, department: Department
) -> None:
    nameless = ContactFactory(full_name="", email="nobody@customer.example")

    client.post(URL, filled(email="nobody@customer.example", name="Mallory"))

    nameless.refresh_from_db()
    assert nameless.full_name == ""


def test_the_answer_is_the_same_for_known_and_unknown_addresses(
    client: Client, filled: Filled, customer: Contact, department: Department
) -> None:
    pages = []
    for address in ("carla@customer.example", "new@nowhere.example"):
        answer = Client().post(URL, filled(email=address), follow=True)
        number = Ticket.objects.order_by("number").last().number
        pages.append((answer.status_code, _without_tokens(answer, number)))

    assert pages[0] == pages[1]


def test_a_customer_asks_in_their_own_name(own: Client, customer: Contact, department: Department) -> None:
    page = own.get(URL).content.decode()
    own.post(
        URL, {"subject": "Again", "body": "Still black", "key": key_of_age(seconds=9), "email": "x@y.example"}
    )

    ticket = Ticket.objects.get()
    assert "carla@customer.example" in page
    assert 'name="email"' not in page
    assert (ticket.requester, ticket.channel) == (customer, Channel.PORTAL)
    assert str(Message.history.get().actor_id) == str(customer.pk)


def test_departments_can_be_chosen_if_there_are_several(client: Client, filled: Filled) -> None:
    DepartmentFactory(name="Sales", description="Before you buy", is_default=True)
    orders = DepartmentFactory(name="Orders")
    DepartmentFactory(name="Back office", is_public=False)

    page = client.get(URL).content.decode()
    client.post(URL, filled(department=str(orders.pk)))

    assert ("Before you buy" in page, "Back office" in page) == (True, False)
    assert Ticket.objects.get().department == orders


def test_a_hidden_department_cannot_be_chosen(client: Client, filled: Filled) -> None:
    DepartmentFactory(), DepartmentFactory()
    hidden = DepartmentFactory(is_public=False)

    assert client.post(URL, filled(department=str(hidden.pk))).status_code == 200
    assert not Ticket.objects.exists()


def test_one_department_is_not_asked_for(client: Client, department: Department) -> None:
    assert 'name="department"' not in client.get(URL).content.decode()


def test_sending_twice_opens_one_ticket(client: Client, filled: Filled, department: Department) -> None:
    given = filled()

    first = client.post(URL, given, follow=True)
    second = client.post(URL, given, follow=True)

    assert Ticket.objects.count() == 1
    assert first.context["number"] == second.context["number"]


def test_going_back_and_asking_something_else_is_heard(
    client: Client, filled: Filled, department: Department
) -> None:
    given = filled()

    client.post(URL, given)
    client.post(URL, given | {"body": "And another thing."})

    assert Ticket.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "", "subject": "", "body": ""}, "Enter your e-mail address."),
        ({"email": "not an address"}, "Enter an address like name@example.com."),
        ({"email": "a@b.example\nBcc: c@d.example"}, "Enter an address like name@example.com."),
        ({"body": "   \n "}, "Describe what we can do for you."),
        ({"website": "https://buy.example"}, "We aren&#x27;t sure that a person sent this."),
        ({"key": ""}, "This form was open for a long time."),
        ({"key": "forged:1:signature"}, "This form was open for a long time."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    client: Client, filled: Filled, department: Department, changes: dict[str, str], said: str
) -> None:
    answer = client.post(URL, filled(name="Kept Name", **changes))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert said in page
    assert "Kept Name" in page
    assert ("It was sent on Monday." in page) is ("body" not in changes)
    assert "<title>Please check:" in page
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "That was very quick."), (100_000, "This form was open for a long")]
)
def test_the_form_knows_how_long_it_was_open(
    client: Client, filled: Filled, department: Department, seconds: int, said: str
) -> None:
    page = client.post(URL, filled(key=key_of_age(seconds=seconds))).content.decode()

    assert said in page
    assert "It was sent on Monday." in page
    assert not Ticket.objects.exists()


def test_after_the_honeypot_a_person_sends_once_more(
    client: Client, filled: Filled, department: Department
) -> None:
    given = filled(website="x")

    form = client.post(URL, given).context["form"]
    client.post(URL, given | {"website": form["website"].value(), "key": form["key"].value()})

    assert Ticket.objects.count() == 1


def test_after_a_long_time_the_form_works_with_its_new_key(
    client: Client, filled: Filled, department: Department
) -> None:
    form = client.post(URL, filled(key=key_of_age(hours=30))).context["form"]
    with time_machine.travel(timezone.now() + timedelta(seconds=20)):
        client.post(URL, filled(key=form["key"].value()))

    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["Hi\r\nBcc: everybody@else.example", "Hi\x00there", "Hi\u2028there", "\u202eHi"]
)
def test_nothing_in_a_line_can_become_a_header(
    client: Client, filled: Filled, department: Department, text: str
) -> None:
    client.post(URL, filled(subject=text, name=text))

    for ticket in Ticket.objects.all():
        for line in (ticket.subject, ticket.requester.full_name):
            assert line.isprintable()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("big.bin", 21 * 1024 * 1024)], "“big.bin” is too large. A file can have up to 20 MB."),
        ([(f"{n}.txt", 1) for n in range(11)], "You chose 11 files. Up to 10 can come along."),
        ([(f"{n}.bin", 11 * 1024 * 1024) for n in range(3)], "Together your files are too large."),
    ],
)
def test_files_have_limits(
    client: Client, filled: Filled, department: Department, files: list[tuple[str, int]], said: str
) -> None:
    sent = [SimpleUploadedFile(name, b"x" * size) for name, size in files]

    page = client.post(URL, filled(attachments=sent)).content.decode()

    assert said in page
    assert "It was sent on Monday." in page
    assert not Ticket.objects.exists()


def test_files_have_to_be_chosen_again_and_it_says_so(
    client: Client, filled: Filled, department: Department
) -> None:
    page = client.post(
        URL, filled(email="", attachments=[SimpleUploadedFile("a.txt", b"x")])
    ).content.decode()

    assert "Please choose your files again" in page


def test_an_empty_file_is_taken(client: Client, filled: Filled, department: Department) -> None:
    client.post(URL, filled(attachments=[SimpleUploadedFile("empty.txt", b"")]))

    assert [(each.filename, each.size) for each in Attachment.objects.all()] == [("empty.txt", 0)]


def test_many_questions_from_one_network_are_slowed_down(
    client: Client, filled: Filled, department: Department
) -> None:
    for n in range(asking.PER_NETWORK):
        client.post(URL, filled(email=f"v{n}@visitor.example"))
    answer = client.post(URL, filled(email="one-more@visitor.example"))

    assert answer.status_code == 429
    assert "It was sent on Monday." in answer.content.decode()
    assert Ticket.objects.count() == asking.PER_NETWORK
    assert client.post(URL, filled(), REMOTE_ADDR="203.0.113.9").status_code == 302


def test_many_questions_for_one_address_are_slowed_down(
    client: Client, filled: Filled, department: Department
) -> None:
    codes = [
        client.post(URL, filled(email=address), REMOTE_ADDR=f"203.0.{n}.9").status_code
        for n, address in enumerate(["Vera@Visitor.example"] * (asking.PER_ADDRESS + 1))
    ]

    assert codes == [302] * asking.PER_ADDRESS + [429]


def test_the_form_needs_its_csrf_token(filled: Filled, department: Department) -> None:
    assert Client(enforce_csrf_checks=True).post(URL, filled()).status_code == 403


def test_the_contact_is_made_once(client: Client, filled: Filled, department: Department) -> None:
    client.post(URL, filled())
    client.post(URL, filled(subject="Another", email="VERA@visitor.example"))

    assert Contact.objects.count() == Identity.objects.count() == 1
    assert identification.find("vera@visitor.example").tickets.count() == 2


def test_the_form_costs_few_queries(
    client: Client, customer: Contact, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(8):
        DepartmentFactory()
    with django_assert_max_num_queries(5):
        client.get(URL)
    sign_in(client, customer)
    with django_assert_max_num_queries(9):
        client.get(URL)


def _without_tokens(answer: Any, number: int) -> str:
    page: str = answer.content.decode().replace(str(number), "NUMBER")
    return page.replace(str(answer.context["csrf_token"]), "TOKEN")


def test_a_sender_of_spam_sees_the_ordinary_page_and_nobody_else_sees_the_question(
    client: Client, filled: Filled, customer: Contact, department: Department
) -> None:
    shown = consent.in_language(consent.newest(factories.purpose(needs_confirmation=True)))[0].digest
    ticked = {"consent_newsletter_shown": shown, "consent_newsletter": "on"}
    senders.mark(customer, by=None)
    given = filled(email="carla@customer.example", **ticked)

    page = [client.post(URL, given, follow=True).content.decode() for _ in range(2)][1]

    kept = Ticket.everything.get()
    entry = Binned.objects.get()
    assert (entry.record_id, entry.reason, entry.binned_by) == (kept.pk, BinReason.SPAM, None)
    assert str(kept.number) in page
    assert not Ticket.objects.exists()
    assert not OutboundMail.objects.exists()
    binning.restore(kept, by=None)
    customer.refresh_from_db()
    assert customer.spam_at is None


def test_who_signed_in_is_heard(
    client: Client, filled: Filled, customer: Contact, department: Department
) -> None:
    senders.mark(customer, by=None)
    sign_in(client, customer)

    client.post(URL, filled())

    assert Ticket.objects.get().requester == customer
