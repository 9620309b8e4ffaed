"""The clock of Art. 12 (3) GDPR: one month, three when extended. Days in, days out."""

from calendar import monthrange
from datetime import date, timedelta

MONTH, EXTENDED = 1, 3
SATURDAY = 5


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or its last day (Regulation 1182/71, Art. 3 (2) c)."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_on(received: date, *, extended: bool = False) -> date:
    """The last day on which a request can be answered in time.

    A Saturday or Sunday moves it to the Monday (Art. 3 (4)). Public holidays would move it further: they differ by
    country, and to be early is never late.
    """
    last = months_after(received, EXTENDED if extended else MONTH)
    beyond = last.weekday() - SATURDAY
    return last if beyond < 0 else last + timedelta(days=2 - beyond)
