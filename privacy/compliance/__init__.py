"""Compliance: each control, the state that it is in now, and what shows that.

``controls()`` is the list; upper apps ``register`` theirs when they are ready. ``prove`` notes that something was
checked or done. Page, metrics and the auditor's folder are made from the same findings.
"""

from privacy.compliance.control import ORDER, Control, Fact, Finding, State, register
from privacy.compliance.overview import controls, findings
from privacy.compliance.proving import newest, prove
from privacy.models.proof import Proved

__all__ = [
    "ORDER",
    "Control",
    "Fact",
    "Finding",
    "Proved",
    "State",
    "controls",
    "findings",
    "newest",
    "prove",
    "register",
]
