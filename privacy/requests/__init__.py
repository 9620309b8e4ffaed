"""Requests of persons about their data (Art. 15 to 21 GDPR), from the day they come in to the answer."""

from privacy.requests.carrying_out import carry_out, carry_out_due
from privacy.requests.deciding import CannotDecide, approve, complete, refuse, withdraw
from privacy.requests.overview import Standing, standing
from privacy.requests.recording import awaiting, confirm, extend, note_proof, record, tick

__all__ = [
    "CannotDecide",
    "Standing",
    "approve",
    "awaiting",
    "carry_out",
    "carry_out_due",
    "complete",
    "confirm",
    "extend",
    "note_proof",
    "record",
    "refuse",
    "standing",
    "tick",
    "withdraw",
]
