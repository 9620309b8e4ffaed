"""What would go by itself, and when. It is only counted, and nothing is changed."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from privacy import purging, retention
from privacy.retention import Term

MOST = 10_000


def would_go(term: Term, days: int) -> dict[Any, int]:
    """Were this its time: how many rows of which models go with the next run; up to ``MOST``, where a rule says so."""
    if term.module:
        shift = retention.bin_period(term.module) - timedelta(days=days)
        return purging.preview(timezone.now() + shift, term.module)
    if term.due is None:
        return {}
    rows = term.due(timezone.now() - timedelta(days=days))
    return {rows.model: number} if (number := rows.order_by()[:MOST].count()) else {}


def soon(within: timedelta) -> list[tuple[Term, dict[Any, int]]]:
    """What goes within this time, by the term that ends for it, as all is set now."""
    days = retention.days()
    ending = ((term, days[code]) for code, term in retention.terms().items())
    found = [
        (term, would_go(term, max(0, number - within.days))) for term, number in ending if number is not None
    ]
    return [(term, counts) for term, counts in found if counts]
