"""Ticket numbers: short, human, from a sequence of PostgreSQL; gaps are no harm."""

import re

from django.db import connection

FIRST = 1001
IN_SUBJECT = re.compile(r"\[#([0-9]{1,12})\]")


def next_number() -> int:
    """The next number; never handed out twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('ticket_number')")
        number: int = cursor.fetchone()[0]
    return number


def mark(number: int) -> str:
    """How a number stands in the subject of a mail."""
    return f"[#{number}]"


def numbers_in(subject: str) -> list[int]:
    """The numbers that a mail's subject mentions in our form."""
    return [int(found) for found in IN_SUBJECT.findall(subject)]
