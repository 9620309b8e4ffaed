"""What an answer means now, and what a new one makes of it. Values in, values out."""

import calendar
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from privacy.enums import Decision, Standing

ASK = frozenset({Standing.NEVER, Standing.EXPIRED, Standing.OUTDATED})
SETTLED = frozenset({Standing.REFUSED, Standing.WITHDRAWN})


class Proof(IntEnum):
    """How sure it is that the person themselves speaks."""

    NONE = 0  # somebody typed an address
    KNOWN = 1  # signed in, or on the phone with an agent
    MAIL = 2  # with a secret that was mailed to them


@dataclass(frozen=True, slots=True)
class Said:
    """The last answer of a person to a purpose, as far as it matters here."""

    decision: Decision
    version: int
    expires_at: datetime | None = None


def standing_of(last: Said | None, current_version: int, now: datetime) -> Standing:
    """Where somebody stands. An answer holds for the words it was given to, and until it expires."""
    if last is None:
        return Standing.NEVER
    if last.version != current_version:
        return Standing.OUTDATED
    if last.decision == Decision.GIVEN and last.expires_at is not None and last.expires_at <= now:
        return Standing.EXPIRED
    return Standing(last.decision)


def decide(
    standing: Standing, wants: bool, *, proof: Proof = Proof.KNOWN, needs_confirmation: bool = False
) -> Decision | None:
    """What is written down when somebody in this standing says yes or no; None: nothing new.

    Who merely typed an address can't overturn what its owner said: a yes waits for their confirmation, and no
    tick at all means nothing.
    """
    if wants:
        return _agree(standing, proof, needs_confirmation)
    if proof == Proof.NONE:
        return Decision.REFUSED if standing == Standing.NEVER else None
    if standing in SETTLED:
        return None
    return Decision.WITHDRAWN if standing in (Standing.GIVEN, Standing.PENDING) else Decision.REFUSED


def _agree(standing: Standing, proof: Proof, needs_confirmation: bool) -> Decision | None:
    if standing == Standing.GIVEN:
        return None
    overturns = proof == Proof.NONE and standing != Standing.NEVER
    if (needs_confirmation and proof < Proof.MAIL) or overturns:
        return Decision.PENDING
    return Decision.GIVEN


def expiry(moment: datetime, months: int | None) -> datetime | None:
    """The same day so many months later; the last of a shorter month."""
    if months is None:
        return None
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
