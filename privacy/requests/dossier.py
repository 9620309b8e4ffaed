"""The proof file of a request: what happened when, by whom; fit to be shown, with nothing of what people wrote."""

from typing import Any

from privacy.erasure import ledger
from privacy.models import DataRequest

TOLD = (
    "state",
    "proof",
    "steps",
    "due_on",
    "extended_at",
    "approved_at",
    "not_before",
    "refusal",
    "closed_at",
)


def of(request: DataRequest) -> dict[str, Any]:
    """Everything as plain values, ready for JSON."""
    entry = ledger.find(request.subject_id)
    return {
        "request": str(request.pk),
        "kind": request.kind,
        "subject": str(request.subject_id),
        "arrival": request.arrival,
        "received_on": request.received_on.isoformat(),
        "due_on": request.due_on.isoformat(),
        "state": request.state,
        "history": list(_history(request)),
        "erasure": None
        if entry is None
        else {
            "entry": str(entry.pk),
            "started_at": entry.started_at.isoformat(),
            "finished_at": entry.finished_at.isoformat() if entry.finished_at else None,
            "receipt": entry.farewell,
            "counts": entry.counts,
        },
    }


def _history(request: DataRequest) -> Any:
    before: dict[str, str] = {}
    for version in request.history.order_by("history_date", "history_id"):
        now = {name: _plain(getattr(version, name)) for name in TOLD}
        changed = {name: value for name, value in now.items() if before.get(name) != value}
        yield {
            "at": version.history_date.isoformat(),
            "by": str(version.actor_id) if version.actor_id else version.actor_kind,
            "via": version.via,
            "changed": changed,
        }
        before = now


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
