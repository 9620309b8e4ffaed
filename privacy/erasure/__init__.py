"""Erasing a person (Art. 17 GDPR): what would happen, doing it, and doing it again after a restore."""

from privacy.erasure.carrying_out import begin, carry_on, carry_on_all, settle
from privacy.erasure.ledger import NotNow
from privacy.erasure.planning import Plan, plan

__all__ = ["NotNow", "Plan", "begin", "carry_on", "carry_on_all", "plan", "settle"]
