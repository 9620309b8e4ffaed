"""Every page of the administration lives under the strict policy: nothing inline, nothing foreign."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import Contact
from privacy.models import User
from tests import factories


class Inline(HTMLParser):
    """Collects what the policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.blocked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        handlers = [name for name in named if name == "style" or re.fullmatch(r"on[a-z]+", name)]
        source = named.get("src") or (named.get("href") if tag == "link" else "") or ""
        is_inline = tag == "style" or (tag == "script" and not source)
        if handlers or is_inline or source.startswith(("http:", "https:", "//")):
            self.blocked.append(f"{tag} {handlers} {source}")


@pytest.fixture
def pages(client: Client, admin: User, customer: Contact) -> list[str]:
    """Lists, empty forms, filled forms, history, deletion."""
    client.force_login(admin)
    department, ticket = factories.DepartmentFactory(), factories.TicketFactory(requester=customer)
    mailbox, tag = factories.MailboxFactory(), factories.TagFactory()
    found = [reverse("admin:index"), reverse("admin:password_change")]
    for record in (admin, customer, factories.OrganisationFactory(), department, mailbox, tag, ticket):
        name = f"admin:{record._meta.app_label}_{record._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        found += [reverse(f"{name}_{page}", args=[record.pk]) for page in ("change", "history")]
        if record not in (ticket, admin):
            found += [reverse(f"{name}_add"), reverse(f"{name}_delete", args=[record.pk])]
    return found


def test_nothing_is_inline_or_from_elsewhere(client: Client, pages: list[str]) -> None:
    for page in pages:
        answer = client.get(page, follow=True)
        parser = Inline()
        parser.feed(answer.content.decode())
        is_refused = answer.status_code == 403  # a department in use isn't deleted
        assert (page, parser.blocked, answer.status_code == 200 or is_refused) == (page, [], True)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
