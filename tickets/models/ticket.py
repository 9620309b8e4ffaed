"""Tickets: a question and everything that belongs to it."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact
from privacy.declaration import NotPersonal, Personal
from privacy.enums import Category, LawfulBasis, ProfileKind, Purpose
from privacy.governance import Module, Part, Right, Setup
from privacy.models import LivingManager, Record, RecordQuerySet, among_living
from privacy.vault.fields import SealedCharField
from tickets.enums import ACTIVE, DONE, WORKABLE, Channel, MessageKind, Priority, Status, TagColour
from tickets.models.department import DEPARTMENTS, EVERYWHERE, UNASSIGNED, Department, of_departments

SEND = "tickets.send"
CHANGE_OWNER = "tickets.change_owner"
CLOSE = "tickets.close"
FOLLOWERS = "tickets.followers"
SHARE = "tickets.share"
REDACT = "tickets.redact"
AGENTS = frozenset({ProfileKind.AGENT, ProfileKind.NEWBIE, ProfileKind.SUPERVISOR, ProfileKind.MANAGER})
FULL = AGENTS - {ProfileKind.NEWBIE}
LEADERS = frozenset({ProfileKind.SUPERVISOR, ProfileKind.MANAGER})
RIGHTS = (
    Right(SEND, _("Send e-mail"), AGENTS, "tickets", _("Answer customers. Without it: notes only.")),
    Right(
        CHANGE_OWNER,
        _("Change assignee and department"),
        FULL,
        "tickets",
        _("Give tickets to others, and take them."),
    ),
    Right(
        UNASSIGNED,
        _("Handle unassigned tickets"),
        AGENTS,
        "tickets",
        _("See what nobody has taken yet, in their departments."),
    ),
    Right(CLOSE, _("Resolve, close and reopen"), FULL, "tickets", _("Say that a question is settled.")),
    Right(
        FOLLOWERS,
        _("Add and remove followers (copies)"),
        FULL,
        "tickets",
        _("Decide who else gets a copy of answers."),
    ),
    Right(
        SHARE,
        _("Share single tickets"),
        FULL,
        "tickets",
        _("Let an agent or a group see one ticket that they otherwise wouldn't."),
    ),
    Right(
        REDACT,
        _("Black out text for good"),
        LEADERS,
        "tickets",
        _("Make words in messages unreadable, earlier versions and quoted copies included."),
    ),
    Right(
        EVERYWHERE,
        _("Work in all departments"),
        frozenset({ProfileKind.MANAGER}),
        "tickets",
        _("Departments don't bound what they see."),
    ),
)
IS_ACTIVE = Q(deleted_at__isnull=True, status__in=ACTIVE)


class TicketQuerySet(RecordQuerySet):
    """Tickets by what one says of them."""

    def active(self) -> "TicketQuerySet":
        return self.filter(status__in=ACTIVE)

    def workable(self) -> "TicketQuerySet":
        """It is our turn."""
        return self.filter(status__in=WORKABLE)

    def done(self) -> "TicketQuerySet":
        return self.filter(status__in=DONE)

    def unassigned(self) -> "TicketQuerySet":
        return self.filter(assignee=None)

    def newest_first(self) -> "TicketQuerySet":
        return self.order_by("-last_message_at", "-id")


class TicketManager(LivingManager.from_queryset(TicketQuerySet)):  # type: ignore[misc]
    """Living tickets."""


class Ticket(Record):
    """A question. It belongs to the person who asked it: their key seals all of it."""

    number = models.BigIntegerField(_("number"), unique=True, editable=False)
    subject = SealedCharField(_("subject"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        on_delete=models.PROTECT,
        related_name="tickets",
        db_index=False,
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assignee"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
        db_index=False,
    )
    requester = models.ForeignKey(
        Contact, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    last_message_at = models.DateTimeField(_("last message"), editable=False)
    last_message_kind = models.CharField(max_length=10, choices=MessageKind.choices, editable=False)
    first_reply_at = models.DateTimeField(null=True, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[Any] = TicketManager()

    first_message: Any  # the Message, on a ticket that was just opened

    governed_by = Module(
        "tickets",
        _("Tickets"),
        owner="assignee",
        bound=of_departments("department"),
        unbound=EVERYWHERE,
        unowned=UNASSIGNED,
        opens=("requester", "participants.contact"),
        rights=RIGHTS,
    )
    data_subject = "requester"
    personal_data = [Personal("subject", Category.CONTENT, Purpose.SUPPORT, LawfulBasis.CONTRACT)]

    class Meta(Record.Meta):
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(
                F("last_message_at").desc(),
                F("id").desc(),
                condition=Q(deleted_at__isnull=True),
                name="ticket_newest",
            ),
            models.Index(
                F("last_message_at").desc(),
                F("id").desc(),
                condition=IS_ACTIVE,
                include=["department", "assignee", "status", "requester"],  # what the counts look at
                name="ticket_active",
            ),
            models.Index(
                F("department"),
                F("last_message_at").desc(),
                F("id").desc(),
                condition=IS_ACTIVE,
                name="ticket_by_department",
            ),
            models.Index(
                F("assignee"),
                F("last_message_at").desc(),
                F("id").desc(),
                condition=IS_ACTIVE,
                name="ticket_by_assignee",
            ),
            models.Index(
                F("status"),
                F("last_message_at").desc(),
                F("id").desc(),
                condition=Q(deleted_at__isnull=True),
                name="ticket_by_status",
            ),
            models.Index(
                F("requester"), F("last_message_at").desc(), F("id").desc(), name="ticket_by_requester"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    def caption(self) -> str:
        return f"#{self.number} {self.subject}".strip()

    @property
    def is_done(self) -> bool:
        return self.status in DONE

    @property
    def waits_for_us(self) -> bool:
        """The customer spoke last, and it isn't settled."""
        return not self.is_done and self.last_message_kind == MessageKind.CUSTOMER


class Tag(Record):
    """A word that tickets are sorted by."""

    name = models.CharField(_("name"), max_length=40)
    colour = models.CharField(_("colour"), max_length=10, choices=TagColour.choices, default=TagColour.GREY)

    governed_by = Setup(manage=DEPARTMENTS)

    personal_data = [NotPersonal("name", "a word for many tickets; the form says not to name people")]

    class Meta(Record.Meta):
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [among_living("name", "tag_name_once", _("There is a tag of this name already."))]

    def __str__(self) -> str:
        return self.name


class Tagging(Record):
    """A tag on a ticket."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings")

    governed_by = Part("ticket")
    data_subject = "ticket.requester"

    class Meta(Record.Meta):
        verbose_name = _("tag of a ticket")
        verbose_name_plural = _("tags of tickets")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "tag"], condition=Q(deleted_at__isnull=True), name="tag_once_per_ticket"
            )
        ]


class Participant(Record):
    """Somebody besides the requester who gets the mails of a ticket (CC)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="participations")

    governed_by = Part("ticket")
    data_subject = "ticket.requester"

    class Meta(Record.Meta):
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "contact"],
                condition=Q(deleted_at__isnull=True),
                name="participant_once_per_ticket",
            )
        ]
