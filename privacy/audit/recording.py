"""Writing audit events for what isn't the change of a Record: sign-ins, exports, removals, keys."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from privacy import actor
from privacy.declaration import INSTALLATION_ID, subject_paths
from privacy.enums import ActorKind, Deed
from privacy.models import AuditEvent
from privacy.models.bulk import as_array

UNSAID: Any = object()
COUNT = "="
JOINED, LEFT = "joined:", "left:"  # before the name of a group


def record(
    act: Deed,
    target: models.Model | None = None,
    *,
    by: Any = UNSAID,
    fields: Iterable[str] = (),
    subject_id: UUID | None = None,
) -> AuditEvent:
    """Something was done, to ``target`` if there is one; ``by`` defaults to who acts. Never give values."""
    event = AuditEvent(**_circumstances(by), act=act, fields=sorted(fields), subject_id=subject_id)
    if target is not None:
        event.model, event.object_id = target._meta.label_lower, _uuid(target.pk)
        event.subject_id = subject_id or _subject_of(target)
    event.save(force_insert=True)
    return event


def record_sum(act: Deed, counts: Mapping[str, int], target: models.Model | None = None) -> AuditEvent:
    """One act was done to many rows: how many of what, by model label. It stands where names of fields do, sealed."""
    return record(act, target, fields=[f"{label}{COUNT}{count}" for label, count in counts.items()])


def sum_of(event: AuditEvent) -> dict[str, int]:
    """What ``record_sum`` counted, by model label; nothing for any other event."""
    pairs = (each.partition(COUNT) for each in event.fields)
    return {label: int(count) for label, _sign, count in pairs if count.isdecimal()}


def record_rows(
    act: Deed,
    model: type[models.Model],
    ids: Sequence[Any],
    *,
    by: Any = UNSAID,
    subjects: Mapping[UUID, UUID] | None = None,
) -> None:
    """The same was done to all these Records: one statement. ``subjects`` says whose each one was."""
    common = {**_circumstances(by), "act": act, "model": model._meta.label_lower, "fields": []}
    rows = {"object_id": as_array(ids)}
    if subjects:
        rows["subject_id"] = as_array([subjects.get(each) for each in ids])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {AuditEvent._meta.db_table} ({', '.join([*common, *rows])})"  # noqa: S608
            f" SELECT {', '.join(['%s'] * len(common))}, * FROM unnest({', '.join(['%s::uuid[]'] * len(rows))})",
            [*common.values(), *rows.values()],
        )


def _circumstances(by: Any) -> dict[str, Any]:
    """Who, through which door, why, when."""
    who, reason = actor.current(), actor.reason()
    kind, actor_id = who.kind, who.id
    if by is not UNSAID:
        kind, actor_id = (ActorKind.SYSTEM, None) if by is None else (by.actor_kind, by.pk)
    return {
        "moment": actor.now(),
        "actor_kind": kind,
        "actor_id": actor_id,
        "via": who.via,
        "cause": reason.cause,
        "cause_id": reason.id,
    }


def _subject_of(target: Any) -> UUID | None:
    """Whose data it is; nobody's where it belongs to the installation. (``request.user`` is a proxy.)"""
    found = target.data_subject_id() if subject_paths(target.__class__) else None
    return None if found == INSTALLATION_ID else found


def _uuid(pk: Any) -> UUID | None:
    """Rows of other people's models are numbered; they are named by their model alone."""
    return pk if isinstance(pk, UUID) else None
