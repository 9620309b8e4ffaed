"""What was blacked out, for pages that show a ticket: who, when, why."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from tickets.models import Redaction


def noted(tickets: Any) -> Any:
    """Tickets that know whether something was blacked out of them (``is_redacted``), without a query more."""
    return tickets.annotate(is_redacted=Exists(Redaction.objects.filter(ticket=OuterRef("pk"))))


def show(ticket: Any, messages: Iterable[Any]) -> None:
    """Put with each message what was blacked out of it (``blackened``); asks only where something was."""
    if not ticket.is_redacted:
        return
    found: dict[Any, list[Redaction]] = {}
    rows = Redaction.objects.filter(message__in=messages).select_related("by")
    for each in rows.order_by("created_at", "id"):
        found.setdefault(each.message_id, []).append(each)
    for message in messages:
        message.blackened = found.get(message.pk, [])
