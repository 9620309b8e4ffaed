"""Watching over who opens whose data: the log of openings, what a person is shown of it, alarms."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy import actor, disclosed
from privacy.declaration import INSTALLATION_ID, subject_paths
from privacy.enums import ActorKind, Via
from privacy.models import Disclosure, How, Opening, OpeningAlarm, SealedRow, User
from privacy.registry import model_called
from privacy.telling.names import look_up, without_kind

AGAIN = timedelta(minutes=10)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
COLUMNS = ("moment", "viewer_id", "via", "how", "subject_id", "model", "object_id", "reason_id")
TYPES = ("timestamptz", "uuid", "varchar", "varchar", "uuid", "varchar", "uuid", "uuid")


@dataclass(frozen=True, slots=True)
class Look:
    """One opening (or export) in words; ``who`` is a name, or (for the person themselves) a role."""

    moment: datetime
    who: str
    how: str
    module: str
    record: str = ""
    via: str = ""
    opening: Opening | None = None

    @property
    def name(self) -> str:
        """The record, without its kind that stands before it."""
        return without_kind(self.record, self.module)


def opened(viewer: Any, rows: Iterable[Any], *, how: How = How.OPENED, reason_id: UUID | None = None) -> None:
    """Staff looked at these rows: one statement. What they looked at minutes ago isn't written again."""
    if not isinstance(viewer, User):
        return
    values = {
        row.pk: _values(viewer, row, subject, how, reason_id)
        for row in rows
        if (subject := _subject_of(row)) not in (None, viewer.pk)
    }
    if not values:
        return
    line = f"({', '.join(f'%s::{kind}' for kind in TYPES)})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Opening._meta.db_table} ({', '.join(COLUMNS)})"  # noqa: S608  (names of ours)
            f" SELECT * FROM (VALUES {', '.join([line] * len(values))}) AS new ({', '.join(COLUMNS)})"
            f" WHERE NOT EXISTS (SELECT 1 FROM {Opening._meta.db_table} AS old"
            " WHERE old.viewer_id = new.viewer_id AND old.object_id = new.object_id AND old.how = new.how"
            " AND new.reason_id IS NULL AND old.moment > %s)",
            [*(value for row in values.values() for value in row), actor.now() - AGAIN],
        )


def notice() -> int:
    """Raise an alarm for everybody who opened the data of too many people within a day; returns how many."""
    since = timezone.now() - DAY
    counted = (
        Opening.objects.filter(moment__gt=since)
        .exclude(how=How.FOUND)  # a list of hits is no look at each of these people
        .values_list("viewer_id")
        .annotate(people=Count("subject_id", distinct=True))
        .filter(people__gt=settings.ACCESS_ALARM_PEOPLE)
    )
    known = set(OpeningAlarm.objects.filter(moment__gt=since).values_list("viewer_id", flat=True))
    alarms = [
        OpeningAlarm(moment=timezone.now(), viewer_id=viewer, people=people)
        for viewer, people in counted
        if viewer not in known
    ]
    OpeningAlarm.objects.bulk_create(alarms)
    return len(alarms)


def openings(**of: UUID) -> Any:
    """The log, or what of it concerns a viewer (``viewer_id``) or a person (``subject_id``)."""
    return Opening.objects.filter(**of)


def lines(rows: list[Opening], viewer: Any) -> list[Look]:
    """A page of the log in words, with the names that its reader may see."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for row in rows:
        wanted[apps.get_model(row.model)].add(row.object_id)
    names = look_up(wanted, {row.viewer_id: ActorKind.STAFF for row in rows}, {}, viewer)
    return [
        Look(
            moment=row.moment,
            who=names.get(row.viewer_id, ""),
            how=str(How(row.how).label),
            module=str(apps.get_model(row.model)._meta.verbose_name),
            record=names.get(row.object_id, ""),
            via=str(Via(row.via).label),
            opening=row,
        )
        for row in rows
    ]


def seen_by_subject(subject_id: UUID, limit: int = 20) -> list[Look]:
    """Who looked at a person's data, or took it away in an export, for that person: by role, without names."""
    rows = list(Opening.objects.filter(subject_id=subject_id).order_by("-moment", "-id")[:limit])
    taken = list(disclosed.disclosures_of(subject_id).order_by("-moment", "-id")[:limit])
    ids = {row.viewer_id for row in rows} | {each.by_id for each in taken}
    viewers = User.everything.select_related("role").in_bulk(ids)
    roles = {pk: str(viewer.role) if viewer.role else "" for pk, viewer in viewers.items()}
    looks = [
        Look(
            moment=row.moment,
            who=roles.get(row.viewer_id, ""),
            how=str(How(row.how).label),
            module=str(apps.get_model(row.model)._meta.verbose_name),
            via=str(Via(row.via).label),
            opening=row,
        )
        for row in rows
    ]
    return _newest([*looks, *_exports(taken, roles)], limit)


def seen_by_name(subject_id: UUID, viewer: Any, limit: int = 20) -> list[Look]:
    """The same for readers of the audit: by name, and with the records."""
    rows = openings(subject_id=subject_id).order_by("-moment", "-id")
    taken = list(disclosed.disclosures_of(subject_id).order_by("-moment", "-id")[:limit])
    names = look_up({}, {each.by_id: ActorKind.STAFF for each in taken}, {}, viewer)
    return _newest([*lines(list(rows[:limit]), viewer), *_exports(taken, names)], limit)


def recent_alarms(viewer: Any) -> list[tuple[OpeningAlarm, str]]:
    """The alarms of the last week, with the name of whom each is about."""
    alarms = list(OpeningAlarm.objects.filter(moment__gt=timezone.now() - WEEK).order_by("-moment")[:5])
    names = look_up({}, {alarm.viewer_id: ActorKind.STAFF for alarm in alarms}, {}, viewer)
    return [(alarm, names.get(alarm.viewer_id, "")) for alarm in alarms]


def forget_old() -> int:
    """Remove openings, and who was in exports, older than they are kept; returns how many openings."""
    limit = timezone.now() - timedelta(days=settings.ACCESS_MONTHS * 365 // 12)
    disclosed.forget(before=limit)
    gone, _per = Opening.objects.filter(moment__lt=limit).delete()
    OpeningAlarm.objects.filter(moment__lt=limit).delete()
    return gone


def _exports(taken: list[Disclosure], names: Mapping[Any, str]) -> Iterator[Look]:
    """Exports that a person was in: with the whole list, not one record of it."""
    for each in taken:
        model = model_called(each.module)
        module = each.module if model is None else str(model._meta.verbose_name_plural)
        yield Look(each.moment, names.get(each.by_id, ""), _("exported with a whole list"), module)


def _newest(looks: list[Look], limit: int) -> list[Look]:
    return sorted(looks, key=lambda look: look.moment, reverse=True)[:limit]


def _values(viewer: User, row: Any, subject: UUID, how: How, reason_id: UUID | None) -> tuple[Any, ...]:
    via = actor.current().via
    return actor.now(), viewer.pk, via, how.value, subject, row._meta.label_lower, row.pk, reason_id


def _subject_of(row: Any) -> Any:
    """Whose data the row is; None if nobody's."""
    if not isinstance(row, SealedRow) or not subject_paths(type(row)):
        return None
    try:
        found = row.data_subject_id()
    except LookupError:
        return None
    return None if found == INSTALLATION_ID else found
