"""The models of the helpdesk."""

from tickets.models.department import Department
from tickets.models.mail import InboundMail, OutboundMail
from tickets.models.mailbox import Mailbox, MailboxState
from tickets.models.message import Attachment, Draft, Message
from tickets.models.ticket import Participant, Tag, Tagging, Ticket

__all__ = [
    "Attachment",
    "Department",
    "Draft",
    "InboundMail",
    "Mailbox",
    "MailboxState",
    "Message",
    "OutboundMail",
    "Participant",
    "Tag",
    "Tagging",
    "Ticket",
]
