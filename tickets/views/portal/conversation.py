"""The messages of a question in the order in which they were written, as its customer sees them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from privacy import access
from privacy.vault.fields import is_erased
from privacy.web.lists import Page, by_key
from privacy.web.views import viewer_of
from tickets.enums import MessageKind
from tickets.models import Attachment, Message, Ticket

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Said:
    """One message: by whom, and what came with it."""

    message: Message
    is_own: bool

    @property
    def is_team(self) -> bool:
        return self.message.kind == MessageKind.AGENT

    @property
    def who(self) -> str:
        """An agent's first name; the name of somebody else who wrote to the question."""
        user, contact = self.message.author_user, self.message.author_contact
        if self.is_team:
            return "" if user is None or is_erased(user.full_name) else user.get_short_name()
        return contact.display_name if contact else ""

    @property
    def pictures(self) -> list[Attachment]:
        return [each for each in self.message.attachments.all() if each.is_image]

    @property
    def files(self) -> list[Attachment]:
        return [each for each in self.message.attachments.all() if not each.is_image]


def conversation(request: Any, ticket: Ticket, cursor: str = "") -> Page:
    """A page of the conversation; the newest one without a cursor."""
    viewer = viewer_of(request)
    messages = access.visible(viewer, Message.objects.filter(ticket=ticket))
    found = by_key(_with_all(viewer, messages), cursor, moment="created_at", size=SHOWN)
    rows = [Said(message, _is_own(message, ticket)) for message in reversed(found.rows)]
    return Page(rows, found.older, found.newer)


def _with_all(viewer: Any, messages: Any) -> Any:
    attachments = Prefetch("attachments", access.visible(viewer, Attachment.objects.all()))
    people = messages.select_related("author_user", "author_contact")
    return people.prefetch_related("author_contact__identities", attachments)


def _is_own(message: Message, ticket: Ticket) -> bool:
    return message.kind == MessageKind.CUSTOMER and message.author_contact_id in (None, ticket.requester_id)
