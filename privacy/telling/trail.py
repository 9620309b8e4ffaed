"""The trail: audit events as lines for a reader, with values only of records that the reader may see."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from privacy import access, audit
from privacy.actor import BY_DOOR
from privacy.audit.anchor import RESTORED
from privacy.audit.recording import JOINED, LEFT
from privacy.enums import Cause, Deed, Via
from privacy.models import AuditEvent, Record
from privacy.registry import history_of
from privacy.telling.names import Names, called, look_up, relations, without_kind
from privacy.telling.sentences import door, label, tell, who
from privacy.telling.words import words_of

PHRASES = {
    Deed.UPDATE: gettext_lazy("changed this"),
    Deed.MERGE: gettext_lazy("merged this into another one"),
    Deed.PURGE: gettext_lazy("removed this for good"),
    Deed.ERASE: gettext_lazy("erased the person’s data"),
    Deed.RESTRICT: gettext_lazy("restricted the processing"),
    Deed.EXPORT: gettext_lazy("exported data"),
    Deed.REVEAL: gettext_lazy("revealed a masked value"),
    Deed.SIGN_IN: pgettext_lazy("after a name", "signed in"),
    Deed.SIGN_IN_FAILED: pgettext_lazy("after a name", "failed to sign in"),
    Deed.SIGN_OUT: pgettext_lazy("after a name", "signed out"),
    Deed.CREDENTIAL: gettext_lazy("changed a password or another credential"),
    Deed.MEMBERSHIP: gettext_lazy("changed the groups"),
    Deed.SETTING: pgettext_lazy("after a name", "changed a setting"),
    Deed.KEY: gettext_lazy("handled a key"),
    Deed.AUDIT: gettext_lazy("removed old audit events"),
}
SUMS = {
    Deed.DELETE: gettext_lazy("deleted in one act: {what}"),
    Deed.RESTORE: gettext_lazy("restored in one act: {what}"),
    Deed.PURGE: gettext_lazy("removed for good: {what}"),
}
MEMBERSHIPS = {
    JOINED: gettext_lazy("added this account to the group “{name}”"),
    LEFT: gettext_lazy("took this account out of the group “{name}”"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event as a reader sees it; ``record`` is empty where it can't be named to them."""

    moment: datetime
    who: str
    text: str
    module: str
    record: str
    address: str
    via: str
    cause: str
    act: str
    event: AuditEvent

    @property
    def name(self) -> str:
        """The record, without its kind that stands before it; nothing of who is told of anyway."""
        return "" if self.record == self.who else without_kind(self.record, self.module)


def lines(events: Sequence[AuditEvent], viewer: Any) -> list[Line]:
    """A page of events in words. The number of queries depends on the models in it, not on the rows."""
    reader = _Reader(events, viewer)
    return [reader.line(event) for event in events]


class _Reader:
    """What is read for a page of events: the records, the entries of history, the names."""

    def __init__(self, events: Sequence[AuditEvent], viewer: Any) -> None:
        self.viewer = viewer
        self.models = {event.model: _model(event.model) for event in events}
        self.records = self._records(events)
        self.pairs = dict(self._pairs(events))
        self.shown = {
            model: access.visible_fields(viewer, model) for model in self.models.values() if model is not None
        }
        self.names = self._names(events)

    def line(self, event: AuditEvent) -> Line:
        model = self.models[event.model]
        record = self.records.get(event.object_id)
        address = words_of(model).address if model else None
        return Line(
            moment=event.moment,
            who=who(event, self.names),
            text=", ".join(self._texts(event, model)),
            module=str(model._meta.verbose_name) if model else "",
            record="" if record is None else called(record),
            address=address(record) if address and record is not None else "",
            via=door(event),
            cause="" if event.cause == BY_DOOR[Via(event.via)] else str(Cause(event.cause).label),
            act=str(Deed(event.act).label),
            event=event,
        )

    def _texts(self, event: AuditEvent, model: Any) -> Iterator[str]:
        words = words_of(model)
        plain = {Deed.CREATE: words.created, Deed.DELETE: words.deleted, Deed.RESTORE: words.restored}
        if event.act != Deed.UPDATE:
            said = _summed(event) or _joined(event) or _restored(event)
            yield said or str(plain.get(Deed(event.act)) or PHRASES[Deed(event.act)])
            return
        before, after = self.pairs.get(event.pk, (None, None))
        if before is not None:
            told = list(tell(before, after, self.shown[model], self.names))
        else:
            told = list(self._fields(event, model))
        yield from told or [str(PHRASES[Deed.UPDATE])]

    def _fields(self, event: AuditEvent, model: Any) -> Iterator[str]:
        """Without values: the record isn't this reader's to see, or its history is gone."""
        if model is None:
            return
        for name in sorted(self.shown[model].intersection(event.fields)):
            if model._meta.get_field(name).editable:
                yield _("changed “{field}”").format(field=label(model, name))

    def _records(self, events: Iterable[AuditEvent]) -> dict[UUID | None, Any]:
        wanted: dict[Any, set[UUID]] = defaultdict(set)
        for event in events:
            model = self.models[event.model]
            if model is not None and event.object_id is not None and issubclass(model, Record):
                wanted[model].add(event.object_id)
        found: dict[UUID | None, Any] = {}
        for model, ids in wanted.items():
            rows = model.for_captions(access.visible(self.viewer, model.everything.filter(pk__in=ids)))
            found |= {row.pk: row for row in rows}
        return found

    def _pairs(self, events: Iterable[AuditEvent]) -> Iterator[tuple[int, tuple[Any, Any]]]:
        """By event: the entries of history before and after, of records that the reader may see."""
        wanted: dict[Any, dict[int, int]] = defaultdict(dict)
        for event in events:
            model = self.models[event.model]
            if event.act == Deed.UPDATE and event.history_id and event.object_id in self.records:
                wanted[history_of(model)][event.history_id] = event.pk
        for history, by_entry in wanted.items():
            earlier = history.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
            before = Subquery(earlier.order_by("-history_id").values("history_id")[:1])
            afters = list(history.objects.filter(history_id__in=by_entry).annotate(before_id=before))
            befores = history.objects.in_bulk([entry.before_id for entry in afters if entry.before_id])
            for after in afters:
                yield by_entry[after.history_id], (befores.get(after.before_id), after)

    def _names(self, events: Iterable[AuditEvent]) -> Names:
        wanted: dict[Any, set[Any]] = defaultdict(set)
        for before, after in self.pairs.values():
            for field in relations(after) if before is not None else ():
                old, new = getattr(before, field.attname), getattr(after, field.attname)
                if old != new:
                    wanted[field.related_model] |= {old, new}
        known: Names = {pk: called(row) for pk, row in self.records.items()}
        actors = {event.actor_id: event.actor_kind for event in events}
        return look_up(wanted, actors, known, self.viewer)


def _summed(event: AuditEvent) -> str:
    """An act on many rows: how many of what."""
    counts, said = audit.sum_of(event), SUMS.get(Deed(event.act))
    if not counts or said is None:
        return ""
    most_first = sorted(counts.items(), key=itemgetter(1), reverse=True)
    return str(said).format(what=", ".join(starmap(_counted, most_first)))


def _counted(model_label: str, count: int) -> str:
    model = _model(model_label)
    if model is None:
        return f"{count} {model_label}"
    return f"{count} {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"


def _joined(event: AuditEvent) -> str:
    """Into which group, or out of which one; older events don't say."""
    for each in event.fields if event.act == Deed.MEMBERSHIP else ():
        for step, said in MEMBERSHIPS.items():
            if each.startswith(step):
                return said.format(name=each.removeprefix(step))
    return ""


def _restored(event: AuditEvent) -> str:
    """What was looked after in the audit: a restore is no removal."""
    is_restore = event.act == Deed.AUDIT and RESTORED in event.fields
    return _("restored a backup: the audit goes on after what was in it") if is_restore else ""


def _model(name: str) -> Any:
    """The model that an event names; None for what the software no longer knows, or isn't ours."""
    try:
        model: Any = apps.get_model(name)
    except (LookupError, ValueError):
        return None
    return model if hasattr(model, "governed_by") else None
