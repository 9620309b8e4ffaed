"""Messages, what is attached to them, and drafts of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from privacy.declaration import NotPersonal, Personal
from privacy.enums import Category, LawfulBasis, OnErase, Purpose
from privacy.governance import Own, Part
from privacy.models import Record, SealedRow
from privacy.vault.blind import BlindIndex
from privacy.vault.fields import SealedCharField, SealedTextField
from privacy.vault.files import SealedFileField
from tickets.enums import Channel, MessageKind
from tickets.models.ticket import Ticket

CAPTION = 120


def bare_message_id(value: str) -> str:
    """A Message-ID without its angle brackets (RFC 5322, 3.6.4)."""
    return value.strip().strip("<>")


class Message(Record):
    """One message of a ticket: from the customer, from an agent, or an internal note."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=MessageKind.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    author_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="messages"
    )
    author_contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="messages")
    body_text = SealedTextField(_("text"), blank=True)
    body_html = SealedTextField(_("formatted text"), blank=True)
    quoted_text = SealedTextField(_("quoted text"), blank=True)
    message_id = SealedCharField(
        max_length=998,
        blank=True,
        editable=False,
        index=BlindIndex("tickets.message.message_id", bare_message_id),
    )
    in_reply_to = SealedTextField(blank=True)
    cc = SealedTextField(_("copies to"), blank=True)
    is_auto = models.BooleanField(_("sent by a machine"), default=False)
    sent_at = models.DateTimeField(_("written"), null=True)

    governed_by = Part("ticket")
    data_subject = "ticket.requester"
    hidden_from_subject = Q(kind=MessageKind.NOTE)
    personal_data = [
        Personal("body_text", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.CONTRACT),
        Personal("body_html", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.CONTRACT),
        Personal("quoted_text", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.CONTRACT),
        Personal("message_id", Category.TECHNICAL, Purpose.SUPPORT, LawfulBasis.CONTRACT),
        Personal("in_reply_to", Category.TECHNICAL, Purpose.SUPPORT, LawfulBasis.CONTRACT),
        Personal("cc", Category.CONTACT, Purpose.SUPPORT, LawfulBasis.CONTRACT),
    ]

    class Meta(Record.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket"),
            models.Index(fields=["-created_at", "-id"], name="message_newest"),
        ]

    def caption(self) -> str:
        return f"#{self.ticket.number} {' '.join(self.body_text.split())[:CAPTION]}".strip()

    @classmethod
    def for_captions(cls, rows: Any) -> Any:
        return rows.select_related("ticket")

    @property
    def is_note(self) -> bool:
        return self.kind == MessageKind.NOTE

    @property
    def author(self) -> object:
        """The agent or contact who wrote it, or None."""
        return self.author_user or self.author_contact


class Attachment(Record):
    """A file that came or went with a message; sealed wherever it is stored."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    filename = SealedCharField(_("file name"), max_length=255)
    content_type = models.CharField(max_length=127, default="application/octet-stream")
    size = models.PositiveBigIntegerField(_("size"), default=0)
    content = SealedFileField()
    content_id = SealedCharField(max_length=998, blank=True)
    is_inline = models.BooleanField(default=False)
    is_image = models.BooleanField(default=False)

    governed_by = Part("message")
    data_subject = "message.ticket.requester"
    hidden_from_subject = Q(message__kind=MessageKind.NOTE)
    personal_data = [
        Personal("filename", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.CONTRACT),
        Personal(
            "content", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.CONTRACT, on_erase=OnErase.DELETE_ROW
        ),
        Personal("content_id", Category.TECHNICAL, Purpose.SUPPORT, LawfulBasis.CONTRACT),
        NotPersonal("content_type", "one of the registered media types, checked when stored"),
    ]

    class Meta(Record.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["created_at", "id"]

    def caption(self) -> str:
        return f"#{self.message.ticket.number} {self.filename}".strip()

    @classmethod
    def for_captions(cls, rows: Any) -> Any:
        return rows.select_related("message__ticket")


class Draft(SealedRow):
    """What an agent has begun to write: kept on the server, sealed, until it is sent or thrown away."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    body = SealedTextField(blank=True)
    cc = SealedTextField(blank=True)

    governed_by = Own("user")
    data_subject = "ticket.requester"
    hidden_from_subject = Q(pk__isnull=False)
    personal_data = [
        Personal(
            "body", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.CONTRACT, on_erase=OnErase.DELETE_ROW
        ),
        Personal("cc", Category.CONTACT, Purpose.SUPPORT, LawfulBasis.CONTRACT, on_erase=OnErase.DELETE_ROW),
    ]

    class Meta(SealedRow.Meta):
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["user", "ticket", "kind"], name="one_draft_per_editor")
        ]
