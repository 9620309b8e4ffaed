"""Breaches of personal data: recorded, assessed, told to the authority and to the persons, closed."""

from privacy.breach.affected import Affected, affected, kinds_of_records, subject_ids
from privacy.breach.notices import Notice, draft, notices
from privacy.breach.recording import (
    NotYet,
    close,
    record,
    rewrite,
    tell_authority,
    tell_persons,
    write_notice,
)

__all__ = [
    "Affected",
    "NotYet",
    "Notice",
    "affected",
    "close",
    "draft",
    "kinds_of_records",
    "notices",
    "record",
    "rewrite",
    "subject_ids",
    "tell_authority",
    "tell_persons",
    "write_notice",
]
