"""Redaction: blacking out words for good, where history is otherwise never touched."""

from privacy.redaction.blacking import MARK, SHORTEST, black_out, black_out_html, pattern
from privacy.redaction.detecting import Spot, spots
from privacy.redaction.rewriting import Change, carry_out, changes

__all__ = [
    "MARK",
    "SHORTEST",
    "Change",
    "Spot",
    "black_out",
    "black_out_html",
    "carry_out",
    "changes",
    "pattern",
    "spots",
]
