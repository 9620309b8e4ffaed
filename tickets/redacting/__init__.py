"""Blacking words out of a ticket for good: texts, pages, quoted copies, history, drafts, files, mails as they came."""

from tickets.redacting.carrying_out import redact
from tickets.redacting.planning import Plan, plan, suggestions
from tickets.redacting.showing import noted, show

__all__ = ["Plan", "noted", "plan", "redact", "show", "suggestions"]
