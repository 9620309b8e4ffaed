"""The desk in Chromium: by keys and by mouse, wide and on a phone, light and dark; nothing typed is lost."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from contacts.models import Contact
from privacy.models import Session, User
from tests.browser.conftest import PHONE, SMALLEST, WIDE, Window, problems
from tests.factories import PASSWORD, ContactFactory, DepartmentFactory, TicketFactory
from tickets import assignment, lifecycle, tagging
from tickets import search as searching
from tickets.attaching import NewAttachment
from tickets.enums import Channel, DeliveryState, MessageKind, Priority, Status
from tickets.lifecycle import MailFacts
from tickets.models import Department, Draft, Message, OutboundMail, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
LONG = (
    "Leasing for forty employees including maintenance, insurance and everything else that one can think of "
)


@pytest.fixture
def ticket(customer: Contact, agent: User, colleague: User, department: Department) -> Ticket:
    """A conversation with everything that one can have."""
    made = lifecycle.open(
        requester=customer,
        subject="Rear brake squeaks",
        body_text="It squeaks.\n\n" + "averylongwordthatdoesnotbreakbyitself" * 8,
        channel=Channel.EMAIL,
        by=customer,
        department=department,
        priority=Priority.URGENT,
        attachments=[NewAttachment(f"{'a very long name ' * 9}.pdf", "application/pdf", b"%PDF")],
    )
    lifecycle.note(made, by=colleague, body_text="She is patient.")
    lifecycle.reply(made, by=agent, body_text="Which pads?", cc=["chef@customer.example"])
    tagging.tag(made, "warranty", by=agent)
    assignment.assign(made, agent, by=colleague)
    facts = MailFacts(quoted_text="> Which pads?", body_html="<table><tr><td>Pads: black</td></tr></table>")
    lifecycle.reply(made, by=customer, body_text="The black ones.", mail=facts)
    mail = OutboundMail.objects.get(ticket=made, kind="reply")
    mail.state, mail.error_code = DeliveryState.FAILED, "recipient"
    mail.save()
    made.refresh_from_db()
    return made


@pytest.fixture
def more(ticket: Ticket) -> list[Ticket]:
    """Other tickets in the list."""
    return [TicketFactory(subject=f"{LONG}{number}", department=ticket.department) for number in range(3)]


@pytest.fixture
def desk(window: Window, agent: User) -> Any:
    """``desk(width=…)``: a window in which the agent has signed in."""

    def open_one(width: int = WIDE, **options: Any) -> Page:
        page = window(width, **options)
        page.goto("/sign-in/")
        page.get_by_label("E-mail address").fill(agent.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/desk/**")
        return page

    return open_one


def row(page: Page, ticket: Ticket) -> Any:
    return page.locator(f"#row-{ticket.pk}")


PAGES = [
    "/desk/queues/open/",
    "/desk/queues/mine/",
    "/desk/queues/done/",
    "/desk/tickets/{number}/",
    "/desk/tickets/{number}/history/",
    "/desk/tickets/new/",
    "/desk/search/",
]


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1024, "dark"), (PHONE, "dark"), (SMALLEST, "light")]
)
def test_every_page_is_accessible_and_fits(
    desk: Any, ticket: Ticket, more: list[Ticket], width: int, scheme: str
) -> None:
    page = desk(width, scheme=scheme)

    for address in PAGES:
        page.goto(address.format(number=ticket.number))
        expect(page.locator("[aria-busy]")).to_have_count(0)
        assert problems(page) == [], address


def test_long_german_names_of_properties_stay_on_one_line(desk: Any, ticket: Ticket, agent: User) -> None:
    agent.language = "de"
    agent.save()
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/")
    names = page.locator(".property > :is(label, .label)")
    expect(names.filter(has_text="Schlagwörter")).to_be_visible()
    assert max(names.evaluate_all("all => all.map(each => each.offsetHeight)")) < 32


@pytest.mark.parametrize("width", [WIDE, SMALLEST])
def test_what_opens_on_a_ticket_is_accessible_too(desk: Any, ticket: Ticket, width: int) -> None:
    page = desk(width)
    page.goto(f"/desk/tickets/{ticket.number}/")
    for name in ("Reply", "Internal note"):
        page.locator(".composer-tabs").get_by_role("button", name=name).click()
        assert problems(page) == [], name
    page.get_by_role("button", name="Change the subject").click()
    assert problems(page) == [], "dialog"
    page.keyboard.press("Escape")
    if width == SMALLEST:
        page.get_by_role("button", name="Details", exact=True).click()
        assert problems(page) == [], "details"
        page.get_by_role("button", name="Close the details").click()


def test_keys_move_through_the_list_and_the_address_follows(
    desk: Any, ticket: Ticket, more: list[Ticket]
) -> None:
    page = desk()
    page.goto("/desk/queues/open/")
    newest = [*reversed(more), ticket]

    for each in newest[:3]:
        page.keyboard.press("j")
        expect(page.locator("#main")).to_have_attribute("data-number", str(each.number))
        expect(row(page, each)).to_have_attribute("aria-current", "true")
        assert f"/desk/tickets/{each.number}/?in=open" in page.url
    page.keyboard.press("k")
    expect(page.locator("#main")).to_have_attribute("data-number", str(newest[1].number))
    page.keyboard.press("ArrowDown")
    expect(page.locator("#main")).to_have_attribute("data-number", str(newest[2].number))
    assert page.locator(".row[aria-current]").count() == 1

    page.go_back()
    expect(page.locator("#main")).to_have_attribute("data-number", str(newest[1].number))
    expect(row(page, newest[1])).to_have_attribute("aria-current", "true")


def test_the_list_keeps_its_place_beside_the_ticket(desk: Any, ticket: Ticket) -> None:
    for number in range(40):
        TicketFactory(subject=f"No {number}", department=ticket.department)
    page = desk()
    page.goto("/desk/queues/open/")
    page.locator("#list-body").evaluate("list => { list.scrollTop = 900 }")

    page.get_by_text("No 20", exact=True).click()
    expect(page.get_by_role("heading", name="No 20")).to_be_visible()

    assert page.locator("#list-body").evaluate("list => list.scrollTop") == 900


def test_a_ticket_opened_by_its_address_brings_its_list(
    desk: Any, ticket: Ticket, more: list[Ticket]
) -> None:
    page = desk()

    page.goto(f"/desk/tickets/{ticket.number}/?in=d-support")

    expect(page.locator("#list-title")).to_have_text("Support")
    expect(row(page, ticket)).to_have_attribute("aria-current", "true")


def test_properties_change_without_a_new_page(desk: Any, ticket: Ticket, colleague: User) -> None:
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/?in=open")
    page.evaluate("window.same = true")

    page.get_by_label("Status").select_option("on_hold")
    expect(page.locator("#ticket-state")).to_contain_text("On hold")
    expect(page.locator("#thread")).to_contain_text("set the status from Open to On hold")
    page.get_by_label("Assignee").select_option(label="Ben Colleague")
    expect(page.locator("#thread")).to_contain_text("assigned the ticket to Ben Colleague")
    expect(row(page, ticket)).to_contain_text("Assigned to Ben Colleague")
    page.get_by_label("Add a tag").fill("returns")
    page.keyboard.press("Enter")
    expect(page.locator(".tags")).to_contain_text("returns")
    page.get_by_role("button", name="Remove the tag warranty").click()
    expect(page.locator(".tags")).not_to_contain_text("warranty")
    page.get_by_role("button", name="Change the subject").click()
    page.get_by_role("textbox", name="Subject").fill("Brake is loud")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Brake is loud")).to_be_visible()
    expect(row(page, ticket)).to_contain_text("Brake is loud")

    assert page.evaluate("window.same") is True
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.subject) == (Status.ON_HOLD, colleague, "Brake is loud")


def test_an_answer_by_keys_alone(desk: Any, ticket: Ticket, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("plan")
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/?in=mine")

    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Reply to carla@customer.example")).to_be_visible()
    expect(page.get_by_label("Copies to")).to_have_value("chef@customer.example")
    page.keyboard.type("Please bring it in.")
    page.set_input_files("#reply_files", tmp_path / "plan.txt")
    expect(page.locator("#reply_files_list")).to_contain_text("plan.txt")
    page.get_by_label("Your answer").focus()
    page.keyboard.press("Control+Enter")

    expect(page.locator("#thread")).to_contain_text("Please bring it in.")
    expect(page.locator("#thread .message.agent[open]").last).to_contain_text("Waiting to be sent")
    expect(page.locator("#ticket-state")).to_contain_text("Waiting for customer")
    expect(page.get_by_label("Your answer")).to_be_hidden()
    message = Message.objects.filter(ticket=ticket).latest("created_at")
    assert [file.filename for file in message.attachments.all()] == ["plan.txt"]


def test_a_note_changes_the_editor(desk: Any, ticket: Ticket) -> None:
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.keyboard.press("r")
    plain = page.locator("#composer").evaluate("box => getComputedStyle(box).backgroundColor")
    page.keyboard.press("Escape")

    page.keyboard.press("n")
    amber = page.locator("#composer").evaluate("box => getComputedStyle(box).backgroundColor")
    expect(page.locator("#note-form .note-label")).to_have_text(
        "Internal note — the customer doesn't see this"
    )
    expect(page.get_by_role("button", name="Reply to")).to_be_hidden()
    page.keyboard.type("Only for us.")
    page.get_by_role("button", name="Add note").click()

    expect(page.locator("#thread .message.note").last).to_contain_text("Only for us.")
    assert amber != plain
    assert Message.objects.filter(ticket=ticket).latest("created_at").kind == MessageKind.NOTE


def test_errors_come_back_with_the_text(desk: Any, ticket: Ticket) -> None:
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.keyboard.press("r")
    page.keyboard.type("Typed with care.")
    page.get_by_label("Copies to").fill("nobody")

    page.get_by_role("button", name="Reply to").click()

    expect(page.locator("#reply-form .error")).to_have_text("“nobody” is not an e-mail address.")
    expect(page.get_by_label("Your answer")).to_have_value("Typed with care.")
    expect(page.get_by_label("Copies to")).to_be_focused()


def test_what_is_typed_is_kept_on_the_server(desk: Any, ticket: Ticket) -> None:
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.keyboard.press("n")
    page.keyboard.type("Half a thou")
    expect(page.locator("#note-draft-state")).to_contain_text("Draft kept")

    page.goto("/desk/queues/open/")
    page.goto(f"/desk/tickets/{ticket.number}/")

    expect(page.get_by_label("Your note")).to_have_value("Half a thou")
    page.locator("#note-draft-state").get_by_role("button", name="Discard").click()
    expect(page.get_by_label("Your note")).to_have_value("")
    assert not Draft.objects.exists()


def test_nothing_is_lost_when_the_session_ends_while_typing(desk: Any, ticket: Ticket, agent: User) -> None:
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.keyboard.press("r")
    Session.objects.all().delete()
    page.keyboard.type("Typed after the end.")

    dialog = page.get_by_role("dialog", name="Your session has ended")
    expect(dialog).to_be_visible()
    assert problems(page) == []
    frame = page.frame_locator(".sign-in-frame")
    frame.get_by_label("E-mail address").fill(agent.email)
    frame.get_by_label("Password").fill(PASSWORD)
    frame.get_by_role("button", name="Sign in", exact=True).click()

    expect(dialog).to_have_count(0)
    expect(page.get_by_label("Your answer")).to_have_value("Typed after the end.")
    expect(page.locator("#reply-draft-state")).to_contain_text("Draft kept")
    page.get_by_role("button", name="Reply to").click()
    expect(page.locator("#thread")).to_contain_text("Typed after the end.")


def test_a_mail_that_failed_is_sent_again_with_one_click(desk: Any, ticket: Ticket) -> None:
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.get_by_role("button", name="Send again").click()

    expect(page.locator(".delivery").first).to_contain_text("Waiting to be sent")
    assert OutboundMail.objects.get(ticket=ticket, kind="reply").state == DeliveryState.QUEUED


def test_formatted_mail_is_framed_to_its_height_and_quotes_unfold(desk: Any, ticket: Ticket) -> None:
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/")

    expect(page.frame_locator(".mail-frame").locator("td")).to_have_text("Pads: black")
    page.wait_for_function("document.querySelector('.mail-frame').offsetHeight < 200")
    page.locator(".quoted summary").click()
    expect(page.locator(".quoted .written")).to_have_text("> Which pads?")
    page.get_by_role("button", name="Show as plain text").click()
    expect(page.locator(".mail-frame")).to_have_count(0)
    expect(page.locator(".written").get_by_text("The black ones.")).to_be_visible()


def test_search_finds_words_and_keeps_them_out_of_the_address(
    desk: Any, ticket: Ticket, more: list[Ticket]
) -> None:
    page = desk()
    page.goto("/desk/queues/open/")

    page.keyboard.press("/")
    page.keyboard.type("black pads")
    page.keyboard.press("Enter")

    expect(page.locator("#scan")).to_contain_text("1 ticket found, all 4 looked through.")
    assert page.url.endswith("/desk/search/")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("#main")).to_have_attribute("data-number", str(ticket.number))
    page.go_back()
    expect(page.get_by_text("No ticket is open")).to_be_visible()
    expect(row(page, ticket)).to_be_visible()


def test_a_long_search_shows_progress_and_can_be_stopped(
    desk: Any, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "BATCH", 1)
    monkeypatch.setattr(searching.scan, "__kwdefaults__", {"budget": 0.0})
    contact = ContactFactory()
    for number in range(40):
        TicketFactory(subject=f"needle {number}", requester=contact, department=ticket.department)
    page = desk()
    page.goto("/desk/search/")
    page.locator(".search-box").get_by_role("searchbox").fill("needle")
    page.keyboard.press("Enter")
    expect(page.locator("#found .row").nth(2)).to_be_visible()

    page.get_by_role("button", name="Stop").click()
    more = page.get_by_role("button", name="Look on")
    expect(more).to_be_focused()
    page.wait_for_timeout(300)
    found = page.locator("#found .row").count()
    assert found < 40
    page.wait_for_timeout(300)
    assert page.locator("#found .row").count() == found
    expect(page.locator("#scan")).to_contain_text("of 41 looked through")

    more.click()
    expect(page.locator("#scan")).to_contain_text("40 tickets found, all 41 looked through.", timeout=20_000)


def test_on_a_phone_one_column_at_a_time(desk: Any, ticket: Ticket, more: list[Ticket]) -> None:
    page = desk(PHONE, has_touch=True)
    page.goto("/desk/queues/open/")
    expect(page.get_by_text("No ticket is open")).to_be_hidden()

    row(page, ticket).tap()
    expect(page.get_by_role("heading", name="Rear brake squeaks")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    page.get_by_role("link", name="Back to the list").click()
    expect(row(page, ticket)).to_be_visible()
    expect(page.get_by_role("heading", name="Rear brake squeaks")).to_be_hidden()

    page.get_by_role("button", name="Views and search").click()
    page.locator("#rail").get_by_role("link", name="Mine").click()
    expect(page.locator("#list-title")).to_have_text("Mine")


def test_the_appearance_is_remembered(desk: Any, ticket: Ticket, agent: User) -> None:
    page = desk()
    page.locator(".rail-foot summary").click()
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    agent.refresh_from_db()
    assert agent.theme == "dark"


def test_single_keys_can_be_switched_off(desk: Any, ticket: Ticket) -> None:
    page = desk()
    page.goto(f"/desk/tickets/{ticket.number}/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.get_by_label("Use single keys as shortcuts in this browser").uncheck()
    page.keyboard.press("Escape")

    page.keyboard.press("r")

    expect(page.get_by_label("Your answer")).to_be_hidden()


def test_counts_follow_while_one_looks(desk: Any, ticket: Ticket) -> None:
    page = desk()
    page.goto("/desk/queues/open/")
    TicketFactory(department=DepartmentFactory())

    page.evaluate("htmx.trigger(document.body, 'desk:refresh')")

    expect(page.locator("#rail-nav")).to_contain_text("2")
    expect(page.locator(".list-news")).to_have_text("1 ticket with news")
    page.locator(".list-news").click()
    expect(page.locator(".row")).to_have_count(2)


def test_the_browser_keeps_nothing_of_what_was_read(desk: Any, ticket: Ticket, more: list[Ticket]) -> None:
    page = desk()
    page.goto("/desk/queues/open/")
    row(page, ticket).click()
    expect(page.get_by_role("heading", name="Rear brake squeaks")).to_be_visible()
    row(page, more[0]).click()
    expect(page.locator("#main")).to_have_attribute("data-number", str(more[0].number))

    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")

    assert "brake" not in stored
    assert "customer.example" not in stored
    assert settings.SESSION_COOKIE_NAME not in stored
