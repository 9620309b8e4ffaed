"""The portal in Chromium: on a desk and on a phone, with scripts and without, by mouse and by keyboard."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contacts.models import Contact
from privacy.models import User
from tests.browser.conftest import PHONE, SMALLEST, WIDE, Window, problems
from tests.factories import DepartmentFactory
from tickets import lifecycle, portal_access
from tickets.attaching import NewAttachment
from tickets.enums import Channel, MessageKind, Status
from tickets.forms.once import SHORTEST
from tickets.lifecycle import MailFacts
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
EVERYWHERE = pytest.mark.parametrize(("width", "scripts"), [(WIDE, True), (PHONE, False)])


@pytest.fixture
def ticket(customer: Contact, agent: User) -> Ticket:
    """A conversation with everything that one can have."""
    DepartmentFactory(name="Orders", description="Where is my parcel", is_default=True)
    DepartmentFactory(name="Technical help")
    made = lifecycle.open(
        requester=customer,
        subject="The display stays black after the update of last Wednesday " * 2,
        body_text="It is black.\n\n" + "averylongwordthatdoesnotbreakbyitself" * 8,
        channel=Channel.EMAIL,
        by=customer,
        attachments=[
            NewAttachment("display.png", "image/png", PIXEL),
            NewAttachment(f"{'a very long name ' * 9}.pdf", "application/pdf", b"%PDF"),
        ],
    )
    lifecycle.note(made, by=agent, body_text="INTERNAL")
    lifecycle.reply(made, by=agent, body_text="Is it plugged in? See https://example.com/help?a=1&b=2")
    lifecycle.reply(made, by=customer, body_text="Yes.", mail=MailFacts(quoted_text="> Is it plugged in?"))
    lifecycle.reply(made, by=agent, body_text="Then we come on Monday.")
    made.refresh_from_db()
    return made


def sign_in(page: Page, contact: Contact) -> None:
    """By the link in the mail."""
    page.goto(_path(portal_access.sign_in_secrets(contact)[0]))
    page.get_by_role("button", name="Sign in", exact=True).click()


@EVERYWHERE
def test_from_the_question_to_the_answer(
    window: Window, department: Any, agent: User, tmp_path: Path, width: int, scripts: bool
) -> None:
    picture = tmp_path / "parcel.png"
    picture.write_bytes(PIXEL)
    page = window(width, scripts=scripts)

    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Ask a question").click()
    opened = time.monotonic()
    page.get_by_label("Your name").fill("Vera Visitor")
    page.get_by_label("Your e-mail address").fill("vera@visitor.example")
    page.get_by_label("Subject").fill("Where is my parcel?")
    page.get_by_label("Your question").fill("It was sent on Monday.")
    page.get_by_label("Files").set_input_files([picture])
    _wait_like_a_person(opened)
    page.get_by_role("button", name="Send your question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your question")
    ticket = Ticket.objects.get()
    expect(page.get_by_role("main")).to_contain_text(str(ticket.number))

    lifecycle.reply(ticket, by=agent, body_text="It arrives today.")
    page.goto(_path(portal_access.ticket_link(ticket)))
    page.get_by_role("button", name="Open my question").click()
    expect(page.get_by_text("It arrives today.")).to_be_visible()
    expect(page.get_by_text("We're waiting for your answer")).to_be_visible()
    expect(page.get_by_role("img", name="parcel.png")).to_be_visible()

    page.get_by_label("Your answer").fill("It is here.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Thank you. We have your message.")).to_be_visible()
    page.get_by_role("button", name="My question is answered").click()
    expect(page.get_by_text("Solved", exact=True)).to_be_visible()
    page.get_by_role("button", name="Open it again").click()
    expect(page.get_by_text("We're working on it", exact=True)).to_be_visible()
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How can we help?")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.filter(kind=MessageKind.CUSTOMER).count()) == (Status.OPEN, 2)


def test_signing_in_by_code_with_the_keyboard_only(window: Window, ticket: Ticket, customer: Contact) -> None:
    page = window()
    page.goto(f"/portal/tickets/{ticket.number}/")
    _tab_to(page, "Your e-mail address")
    page.keyboard.type("carla@customer.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/code/")
    _tab_to(page, "Code")
    page.keyboard.type(portal_access.sign_in_secrets(customer)[1])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{ticket.number}/")

    _tab_to(page, "Your answer")
    page.keyboard.type("By keyboard.")
    _tab_to(page, "Send")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you. We have your message.")).to_be_visible()
    assert ticket.messages.last().body_text == "By keyboard."


def test_asking_with_the_keyboard_only(window: Window, ticket: Ticket) -> None:
    page = window()
    page.goto("/portal/ask/")
    opened = time.monotonic()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Skip to the content"
    page.keyboard.press("Enter")
    for label, text in (("Your name", "Vera"), ("Your e-mail address", "vera@visitor.example")):
        _tab_to(page, label)
        page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    _tab_to(page, "Subject")
    page.keyboard.type("By keyboard")
    _tab_to(page, "Your question")
    page.keyboard.type("No mouse here.")
    _wait_like_a_person(opened)
    _tab_to(page, "Send your question")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your question")
    asked = Ticket.objects.order_by("number").last()
    assert (asked.subject, asked.department.name) == ("By keyboard", "Technical help")


@pytest.mark.parametrize("scripts", [True, False])
def test_errors_are_told_first_and_lead_to_their_field(
    window: Window, department: Any, scripts: bool
) -> None:
    page = window(PHONE, scripts=scripts)
    page.goto("/portal/ask/")
    page.get_by_label("Your question").fill("Kept text")
    page.wait_for_timeout(SHORTEST.total_seconds() * 1000)
    page.get_by_role("button", name="Send your question").click()

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Enter your e-mail address.")
    expect(page).to_have_title(re.compile("^Please check"))
    expect(page.get_by_label("Your question")).to_have_value("Kept text")
    if scripts:
        expect(summary).to_be_focused()
        assert problems(page) == []
    summary.get_by_role("link", name="Enter your e-mail address.").click()
    expect(page.get_by_label("Your e-mail address")).to_be_focused()


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (PHONE, "dark"), (SMALLEST, "light")])
def test_every_page_is_clean(
    window: Window, ticket: Ticket, customer: Contact, width: int, scheme: str
) -> None:
    page = window(width, scheme=scheme)
    found = {}
    link = _path(portal_access.ticket_link(ticket))
    visits = ("/portal/", "/portal/ask/", "/portal/sign-in/", "/portal/privacy/", "/portal/nothing/", link)
    for address in (*visits, "/portal/link/nonsense/"):
        page.goto(address)
        found[address] = problems(page)
    page.goto("/portal/sign-in/")
    page.get_by_label("Your e-mail address").fill("carla@customer.example")
    page.get_by_role("button", name="Mail me a link").click()
    found["code"] = problems(page)
    sign_in(page, customer)
    for address in ("/portal/", "/portal/tickets/", "/portal/ask/", f"/portal/tickets/{ticket.number}/"):
        page.goto(address)
        found[f"own {address}"] = problems(page)
    page.get_by_role("button", name="My question is answered").click()
    found["solved"] = problems(page)

    assert {address: each for address, each in found.items() if each} == {}


def test_a_guest_sees_one_question_and_no_way_into_others(window: Window, ticket: Ticket) -> None:
    page = window(PHONE)
    page.goto(_path(portal_access.ticket_link(ticket)))
    page.get_by_role("button", name="Open my question").click()

    expect(page.get_by_role("link", name="My questions", exact=True)).to_have_count(0)
    expect(page.get_by_text("It shows this question only.")).to_be_visible()
    assert "INTERNAL" not in page.content()
    assert problems(page) == []


def test_dark_and_german_can_be_chosen_without_scripts(window: Window, department: Any) -> None:
    page = window(PHONE, scripts=False)
    page.goto("/portal/ask/")
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("button", name="Deutsch").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page).to_have_url(re.compile("/portal/ask/$"))


def test_the_trap_is_out_of_everybodys_way(window: Window, department: Any) -> None:
    page = window()
    page.goto("/portal/ask/")

    trap = page.locator("[name=website]")
    assert trap.evaluate("node => node.tabIndex") == -1
    assert trap.evaluate("node => node.closest('[aria-hidden=true]') !== null")
    assert trap.evaluate("node => node.getBoundingClientRect().right < 0")


def _wait_like_a_person(since: float) -> None:
    """Whoever sends quicker than a person could is taken for a machine."""
    time.sleep(max(0.0, SHORTEST.total_seconds() + 0.2 - (time.monotonic() - since)))


def _tab_to(page: Page, name: str) -> None:
    """Tab until the control of this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "(() => { const e = document.activeElement;"
            " return (e.labels?.[0] ?? e).textContent.trim().split('\\n')[0].trim(); })()"
        )
        if label.removesuffix("(optional)").strip() == name:
            return
    raise AssertionError(f"no way to “{name}” by keyboard")


def _path(link: str) -> str:
    return link[link.index("/portal/") :]
