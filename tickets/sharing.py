"""Single tickets shared with one agent or group, until a day or for good."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction

from privacy import access, sharing
from privacy.access import Act
from privacy.models import User
from tickets.models import Ticket
from tickets.models.ticket import SHARE


@transaction.atomic
def share(
    ticket: Ticket, to: User | Group, *, may_write: bool = False, until: datetime | None = None, by: Any
) -> None:
    """Let them see the ticket, or change it too: nobody gives more than they have. Raises ValidationError."""
    access.demand(by, Act.UPDATE if may_write else Act.VIEW, ticket, SHARE)
    sharing.grant(ticket, to, may_write=may_write, until=until, by=by)


@transaction.atomic
def withdraw(ticket: Ticket, to: User | Group, *, by: Any) -> None:
    """They see it no longer, unless something else lets them."""
    access.demand(by, Act.VIEW, ticket, SHARE)
    sharing.revoke(ticket, to, by=by)
