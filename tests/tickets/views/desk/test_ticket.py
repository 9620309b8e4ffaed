"""One ticket on the desk: what the agent sees of it, what is folded, what it costs."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from contacts import identification
from contacts.enums import IdentityKind
from contacts.models import Contact, Organisation
from privacy import actor, custom, profiles, roles, sharing
from privacy.access import rights
from privacy.enums import Level, ProfileKind
from privacy.models import Role, SharingRule, User
from privacy.vault import keys
from tests.factories import TicketFactory, UserFactory, purpose
from tests.privacy.custom.fields import make_field
from tests.tickets.views.desk.conftest import HTMX, page, queries, url
from tickets import assignment, lifecycle, tagging
from tickets.attaching import NewAttachment
from tickets.enums import Channel, DeliveryState, Priority, Status
from tickets.lifecycle import MailFacts
from tickets.models import Department, Membership, OutboundMail, Ticket

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_thread_and_the_customer(desk: Client, ticket: Ticket, customer: Contact) -> None:
    identification.add_identity(customer, IdentityKind.PHONE, "+49 461 123456")
    company = Organisation(name="Harbour Ltd")
    company.save()
    customer.organisation = company
    customer.save()

    text = page(desk, url(ticket))

    for words in (
        "Black display",
        "The display is black.",
        "She is nice.",
        "Is it plugged in?",
        "Copies to</span> chef@customer.example",
        "display.png",
        "Carla Customer",
        "carla@customer.example",
        "+49461123456",
        "Harbour Ltd",
        "warranty",
        "Reply to carla@customer.example",
    ):
        assert words.replace("</span>", "") in text, words


def test_a_note_cannot_be_mistaken(desk: Client, ticket: Ticket) -> None:
    text = page(desk, url(ticket))
    notes = re.findall(r'<details class="message note".*?</details>', text, re.DOTALL)

    assert len(notes) == 1
    assert "Internal note — the customer doesn't see this" in notes[0]
    assert "<svg" in notes[0]
    assert "Add note" in text


def test_events_stand_between_the_messages(desk: Client, ticket: Ticket, agent: User) -> None:
    lifecycle.change_priority(ticket, Priority.HIGH, by=agent)

    text = page(desk, url(ticket))

    assert "set the priority from Normal to High" in text
    assert "took the ticket" in text
    assert "added the tag “warranty”" in text


def test_the_latest_is_open_and_older_ones_fold(desk: Client, customer: Contact, agent: User) -> None:
    now = timezone.now()
    with actor.at(now - timedelta(hours=20)):
        made = lifecycle.open(
            requester=customer, subject="Long", body_text="Word 0.", channel=Channel.EMAIL, by=customer
        )
    for number in range(1, 9):
        with actor.at(now - timedelta(hours=20 - number)):
            by = agent if number % 2 else customer
            lifecycle.reply(made, by=by, body_text=f"Word {number}.")

    text = page(desk, url(made))

    opened = re.findall(r'<details class="message [a-z]+" id="[^"]+" open', text)
    assert len(opened) == 1
    assert text.index("7 more messages and what happened") > text.index("Word 0.")
    assert text.index("data-latest") < text.rindex("Word 8.")


def test_a_very_long_thread_loads_in_pieces(desk: Client, customer: Contact) -> None:
    now = timezone.now()
    with actor.at(now - timedelta(hours=90)):
        made = lifecycle.open(
            requester=customer, subject="Long", body_text="Word 0.", channel=Channel.EMAIL, by=customer
        )
    for number in range(1, 45):
        with actor.at(now - timedelta(hours=90 - number)):
            lifecycle.reply(made, by=customer, body_text=f"Word {number}.")
    address, seen = url(made), ""
    for _ in range(5):
        text = page(desk, address, **({} if not seen else HTMX))
        seen += text
        found = re.search(r'hx-get="(/desk/tickets/\d+/earlier/\?page=[^"]+)"', text)
        if found is None:
            break
        address = found[1].replace("&lt;", "<").replace("&amp;", "&")

    assert set(re.findall(r"Word (\d+)\.", seen)) == {str(number) for number in range(45)}


def test_the_last_message_of_the_customer_comes_with_what_went_before_unanswered(
    desk: Client, ticket: Ticket, customer: Contact
) -> None:
    lifecycle.reply(ticket, by=customer, body_text="First thought.")
    lifecycle.reply(ticket, by=customer, body_text="Second thought.")

    text = page(desk, url(ticket))

    assert len(re.findall(r'<details class="message customer" id="[^"]+" open', text)) == 2


def test_links_in_a_text_lead_out_safely(desk: Client, ticket: Ticket, customer: Contact) -> None:
    lifecycle.reply(ticket, by=customer, body_text='See https://example.org/?a="><script>x</script>')

    text = page(desk, url(ticket))

    assert 'rel="noopener noreferrer nofollow" target="_blank"' in text
    assert "<script>x" not in text


def test_a_formatted_mail_stands_in_a_sandboxed_frame(
    desk: Client, ticket: Ticket, customer: Contact
) -> None:
    facts = MailFacts(body_html="<table><tr><td>Cell</td></tr></table>")
    message = lifecycle.reply(ticket, by=customer, body_text="Cell", mail=facts)

    text = page(desk, url(ticket))

    assert f'src="/desk/messages/{message.pk}/html/"' in text
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in text
    assert "<td>Cell" not in text


def test_what_went_wrong_with_a_mail_stands_at_its_message(desk: Client, ticket: Ticket) -> None:
    mail = OutboundMail.objects.get(ticket=ticket, kind="reply")
    mail.state, mail.error_code, mail.error = DeliveryState.FAILED, "recipient", "550 user unknown"
    mail.save()

    text = page(desk, url(ticket))

    assert "Not sent." in text
    assert "refused the recipient" in text
    assert "550 user unknown" in text
    assert "Send again" in text


def test_the_customers_other_tickets_are_at_hand(desk: Client, ticket: Ticket, stranger: Contact) -> None:
    TicketFactory(subject="Their other one", requester=ticket.requester)
    TicketFactory(subject="Of a stranger", requester=stranger)

    text = page(desk, url(ticket))

    assert "Their other one" in text
    assert "Of a stranger" not in text


def test_a_customer_without_address_is_answered_in_the_portal_only(desk: Client) -> None:
    caller = identification.find_or_make("+49 461 987654", full_name="Cal Caller")
    made = TicketFactory(requester=caller)

    text = page(desk, url(made))

    assert "has no e-mail address" in text
    assert "Keep the answer" in text


def test_an_erased_person_reads_as_erased(desk: Client, ticket: Ticket) -> None:
    keys.destroy(ticket.requester_id)

    text = page(desk, url(ticket))

    assert '<span class="erased">erased</span>' in text
    assert "The display is black." not in text
    assert "Carla" not in text
    assert page(desk, "/desk/queues/open/").count('<span class="erased">erased</span>') >= 2


def test_tickets_in_the_bin_or_unknown_are_not_found(desk: Client, ticket: Ticket, agent: User) -> None:
    assert desk.get("/desk/tickets/999999/").status_code == 404

    ticket.bin(by=agent)

    assert desk.get(url(ticket)).status_code == 404


def test_the_history_tells_everything_newest_first(desk: Client, ticket: Ticket, colleague: User) -> None:
    lifecycle.change_subject(ticket, "Screen stays black", by=colleague)
    assignment.assign(ticket, None, by=colleague)

    text = page(desk, url(ticket, "history/"))

    assert "changed the subject from “Black display” to “Screen stays black”" in text
    assert "Ben Colleague" in text
    assert text.index("took the ticket away from Alma Agent") < text.index("opened the ticket")


def test_a_ticket_costs_the_same_for_little_and_much(
    desk: Client, ticket: Ticket, agent: User, colleague: User
) -> None:
    one = queries(desk, url(ticket))
    for number in range(6):
        author = UserFactory()
        file = NewAttachment(f"{number}.png", "image/png", b"\x89PNG\r\n\x1a\n")
        copies = [f"copy{number}@customer.example"]
        lifecycle.reply(ticket, by=author, body_text="Again.", cc=copies, attachments=[file])
        lifecycle.reply(ticket, by=ticket.requester, body_text="Yes.")
        tagging.tag(ticket, f"tag {number}", by=colleague)
        assignment.assign(ticket, author, by=colleague)
        TicketFactory(requester=ticket.requester, department=ticket.department)

    assert queries(desk, url(ticket)) == one <= 20
    assert queries(desk, url(ticket), **HTMX) <= 19  # one of them notes who opened it


def test_it_costs_little_where_everything_is_in_use(client: Client, ticket: Ticket) -> None:
    """An ordinary agent in a house with a tree, departments, sharing rules, custom fields and consents."""
    clerk = _clerk(ticket.department)
    purpose("news")
    for module, record in (("tickets.ticket", ticket), ("contacts.contact", ticket.requester)):
        make_field("extra", module=module)
        custom.set_values(record, {"extra": "there"}, by=None)
    client.force_login(clerk)
    assert queries(client, url(ticket)) <= 25
    assert queries(client, "/desk/queues/open/") <= 12


def _clerk(department: Department) -> User:
    for module in rights.modules():
        sharing.set_level(module, Level.PRIVATE, by=None)
    head = Role.objects.get(name=roles.CEO)
    role = Role(name="Clerks", reports_to=head)
    role.save()
    clerk: User = UserFactory(role=role, profile=profiles.of_kind(ProfileKind.AGENT))
    Membership(user=clerk, department=department).save()
    SharingRule(module="tickets", source="role", source_role=head, target="role", target_role=role).save()
    return clerk


def test_a_page_for_htmx_is_the_ticket_alone_with_its_title(desk: Client, ticket: Ticket) -> None:
    text = page(desk, url(ticket), **HTMX)

    assert text.startswith(f"<title>#{ticket.number} Black display")
    assert "<html" not in text
    assert str(Status(ticket.status).label) in text
