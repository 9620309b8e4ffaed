"""Mails on their way in and out: the rows are the truth, the broker only a nudge."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, Identity
from privacy import actor, requests
from privacy.declaration import NotPersonal, Personal
from privacy.enums import Category, LawfulBasis, OnErase, Purpose
from privacy.governance import Part, Setup
from privacy.models import Letter, SealedRow
from privacy.vault.fields import SealedTextField
from privacy.vault.files import SealedFileField
from tickets.enums import Channel, DeliveryState, InboundState, OutboundKind
from tickets.models.department import EVERYWHERE, UNASSIGNED, of_departments
from tickets.models.mailbox import Mailbox
from tickets.models.message import Message
from tickets.models.ticket import Ticket


class InboundMail(SealedRow):
    """A mail that came in, as it came: known by a keyed fingerprint, so that it counts once."""

    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.SET_NULL, related_name="inbound")
    fingerprint = models.BinaryField(max_length=16, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=InboundState.choices)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    raw = SealedFileField()
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="inbound")
    received_at = models.DateTimeField(_("received"), default=actor.now)

    governed_by = Setup(
        manage=UNASSIGNED, see=UNASSIGNED, bound=of_departments("mailbox__department"), unbound=EVERYWHERE
    )
    data_subject = ("message.ticket.requester", "self")
    hidden_from_subject = Q(pk__isnull=False)
    personal_data = [
        Personal("raw", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.CONTRACT, on_erase=OnErase.DELETE_ROW),
        NotPersonal("reason", "a code of ours; the sentence is looked up"),
    ]

    class Meta(SealedRow.Meta):
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        indexes = [models.Index(fields=["state", "-received_at", "-id"], name="inbound_by_state")]


class OutboundMail(SealedRow):
    """A mail or answer that goes out: to whom, why, and how far it has come. Its text is made when it is sent."""

    kind = models.CharField(_("kind"), max_length=15, choices=OutboundKind.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="outbound")
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="outbound")
    letter = models.ForeignKey(Letter, null=True, on_delete=models.CASCADE, related_name="outbound")
    recipient = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="outbound")
    identity = models.ForeignKey(Identity, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(
        _("state"), max_length=15, choices=DeliveryState.choices, default=DeliveryState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=actor.now)
    claimed_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    error = SealedTextField(_("the server's answer"), blank=True)
    sent_at = models.DateTimeField(null=True)

    governed_by = Part("ticket")
    data_subject = "recipient"
    hidden_from_subject = Q(pk__isnull=False)
    personal_data = [
        Personal(
            "error", Category.TECHNICAL, Purpose.SUPPORT, LawfulBasis.CONTRACT, on_erase=OnErase.DELETE_ROW
        ),
        NotPersonal("error_code", "a code of ours; the sentence is looked up"),
    ]

    class Meta(SealedRow.Meta):
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["queued", "sending", "handing_over"]),
                name="outbound_due",
            ),
            models.Index(fields=["recipient", "kind", "created_at"], name="outbound_by_recipient"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=Q(kind="reply"),
                name="one_mail_per_answer",
            )
        ]

    @property
    def address(self) -> str:
        """Where it goes: to the address that was asked with, while it is theirs; else to what identifies them."""
        if self.kind == OutboundKind.ADDRESS:
            wanted = requests.awaiting(self.recipient_id)
            return wanted.new_address if wanted else ""
        asked = self.identity
        is_theirs = asked is not None and asked.deleted_at is None and asked.contact_id == self.recipient_id
        return asked.value if asked and is_theirs else self.recipient.primary_email
