"""Which passwords are refused: what can be guessed, and what is known to have been stolen. No network is asked."""

import hashlib
import os
from typing import Any, BinaryIO

import zxcvbn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

GUESSES = 10.0  # powers of ten: what an attacker with a fast machine tries in hours
LONGEST = 72
WHOLE = 40  # hex digits of SHA-1


class GuessablePasswordValidator:
    """Refuses what takes few guesses: common passwords and words, names, dates, keyboard rows, one's own data.

    zxcvbn brings 30,000 passwords of breaches and 60,000 names and words along.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if not password:
            return  # others say that it is too short
        known = [settings.COMPANY_NAME, "helpdesk"]
        if user is not None:
            known += [user.email, *user.email.replace("@", ".").split("."), *user.full_name.split()]
        found = zxcvbn.zxcvbn(password[:LONGEST], [word for word in known if word], max_length=LONGEST)
        if found["guesses_log10"] < GUESSES:
            raise ValidationError(
                _(
                    "This password can be guessed. Take several words that have nothing to do with each other."
                ),
                code="guessable",
            )

    def get_help_text(self) -> str:
        return _("Several words that have nothing to do with each other make a good password.")


class StolenPasswordValidator:
    """Refuses what stands in a list of stolen passwords on this machine (BREACHED_PASSWORDS_FILE).

    The list has the form that Have I Been Pwned offers for download: ``SHA-1 in hex:count``, one a line, sorted. It may
    have any size: it is searched in halves, never read.
    """

    def validate(self, password: str, user: Any = None) -> None:
        if not settings.BREACHED_PASSWORDS_FILE:
            return
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with open(settings.BREACHED_PASSWORDS_FILE, "rb") as listed:
            if holds(listed, wanted):
                raise ValidationError(
                    _(
                        "This password was stolen somewhere and is on the lists that attackers try first. Take another."
                    ),
                    code="stolen",
                )

    def get_help_text(self) -> str:
        return ""


def holds(listed: BinaryIO, wanted: bytes) -> bool:
    """Whether a line of this sorted file begins with the hash."""
    low, high = 0, listed.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        line = _line_from(listed, middle)
        if line and line[:WHOLE].upper() < wanted:
            low = middle + 1
        else:
            high = middle
    return _line_from(listed, low)[:WHOLE].upper() == wanted


def _line_from(listed: BinaryIO, position: int) -> bytes:
    """The first line that begins at or after a position."""
    listed.seek(max(position - 1, 0))
    if position:
        listed.readline()
    return listed.readline()
