"""The models of the helpdesk."""

from tickets.models.bystander import Bystander, BystanderScan
from tickets.models.custom import TicketValue
from tickets.models.department import Department, Membership
from tickets.models.grant import TicketGroupGrant, TicketUserGrant
from tickets.models.mail import InboundMail, OutboundMail
from tickets.models.mailbox import Mailbox, MailboxState
from tickets.models.message import Attachment, Draft, Message
from tickets.models.redaction import Redaction
from tickets.models.ticket import Participant, Tag, Tagging, Ticket
from tickets.models.twitter import TwitterAccount, TwitterState

__all__ = [
    "Attachment",
    "Bystander",
    "BystanderScan",
    "Department",
    "Draft",
    "InboundMail",
    "Mailbox",
    "MailboxState",
    "Membership",
    "Message",
    "OutboundMail",
    "Participant",
    "Redaction",
    "Tag",
    "Tagging",
    "Ticket",
    "TicketGroupGrant",
    "TicketUserGrant",
    "TicketValue",
    "TwitterAccount",
    "TwitterState",
]
