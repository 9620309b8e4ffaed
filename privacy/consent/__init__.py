"""Consent (Art. 7 GDPR): what is asked, what people say, and whether something that rests on it may be done."""

from privacy.consent.answers import (
    Stand,
    answer,
    confirm,
    confirmation_wanted,
    consented,
    due,
    history,
    may_process,
    standing,
    withdraw,
)
from privacy.consent.counting import Tally, counts
from privacy.consent.purposes import Words, in_language, is_asked_at_all, newest, reword
from privacy.consent.reckoning import Proof

__all__ = [
    "Proof",
    "Stand",
    "Tally",
    "Words",
    "answer",
    "confirm",
    "confirmation_wanted",
    "consented",
    "counts",
    "due",
    "history",
    "in_language",
    "is_asked_at_all",
    "may_process",
    "newest",
    "reword",
    "standing",
    "withdraw",
]
