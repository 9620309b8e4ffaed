"""The recycle bin: a deletion is one act, and comes back as one.

With a record goes what belongs to it (``privacy.belonging``). Rows of one act bear the same moment, so that coming
back brings exactly those, and nothing that had been deleted before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from privacy import access, actor
from privacy.access import Act
from privacy.belonging import belonging
from privacy.governance import Module, Part
from privacy.models import Binned, Record, bulk
from privacy.removal import remove

RECYCLE_BIN = "recycle_bin"
LEAVE, RECLAIM = "leave", "reclaim"
DELETE_FOR_GOOD = "delete_for_good"

Tree = dict[Any, list[UUID]]

objections: list[Callable[[Record], str]] = []
"""Asked before a record comes back: a sentence why it may not, or nothing. Upper apps add theirs when ready."""


class CannotRestore(ValueError):
    """The record stays in the bin; the text says why."""


class Taken(CannotRestore):
    """Something that identified the record is another one's by now: somebody has to decide whose it shall be."""

    def __init__(self, clashes: "list[Clash]") -> None:
        super().__init__(_("Something that belonged to it is in use elsewhere by now."))
        self.clashes = clashes


@dataclass(frozen=True, slots=True)
class Clash:
    """A row in the bin whose place is taken by a living one."""

    binned: Record
    living: Record

    @property
    def is_foreign(self) -> bool:
        """Whether the living one is part of something else: then it is a question whose it shall be."""
        governance = type(self.binned).governed_by
        if not isinstance(governance, Part):
            return False
        whole = self.binned._meta.get_field(governance.of).attname  # type: ignore[union-attr]
        return getattr(self.binned, whole) != getattr(self.living, whole)


@dataclass(slots=True)
class Restored:
    """What came back, and sentences about what couldn't."""

    record: Record
    missing: list[str] = field(default_factory=list)


@transaction.atomic
def bin(record: Record, *, by: Any) -> Binned | None:  # noqa: A001  (the field's word)
    """Delete: gone from every list, with all that belongs to it, restorable until it is purged.

    What lies in the bin already changes nothing and returns None.
    """
    access.demand(by, Act.DELETE, record)
    model: Any = type(record)
    if not model.objects.select_for_update().filter(pk=record.pk).exists():
        return None
    with actor.acting(by):
        moment, who = actor.now(), getattr(by, "pk", None)
        for each, ids in _tree(record, None).items():
            bulk.change(each, ids, deleted_at=moment, deleted_by=who)
        record.deleted_at, record.deleted_by = moment, who
        return _enter(model, record.pk, moment, who)


@transaction.atomic
def restore(record: Record, *, by: Any, alone: bool = False, taken: str = "") -> Restored:
    """Take out of the bin, with all that went along; ``alone``: only the record and its parts.

    ``taken`` decides what becomes of what another record holds by now: ``LEAVE`` it there, or ``RECLAIM`` it.
    Raises CannotRestore; Taken, if that has to be decided.
    """
    access.demand(by, Act.DELETE, record, RECYCLE_BIN)
    model: Any = type(record)
    record = model.everything.select_for_update().get(pk=record.pk)
    if record.deleted_at is None:
        return Restored(record)
    _ask(record)
    with actor.acting(by):
        moment = record.deleted_at
        tree = _tree(record, moment, parts_only=alone)
        missing = _settle(record, tree, taken, by=by)
        for each, ids in tree.items():
            bulk.change(each, ids, deleted_at=None, deleted_by=None)
        Binned.objects.filter(model=model._meta.label, record_id=record.pk).delete()
        if alone:
            _enter_rest(record, moment)
        record.refresh_from_db()
    return Restored(record, missing + list(_gone(record)))


def delete_for_good(record: Record, *, by: Any) -> None:
    """Don't wait for the purge. Raises StillNeeded."""
    access.demand(by, Act.DELETE, record, RECYCLE_BIN, DELETE_FOR_GOOD)
    if record.deleted_at is None:
        raise ValueError("Only what lies in the bin can be deleted for good.")
    with actor.acting(by):
        remove(type(record), [record.pk])


def entries(viewer: Any) -> Any:
    """The entries whose records the viewer may see, if the bin is open to them at all."""
    if not access.holds(viewer, RECYCLE_BIN):
        return Binned.objects.none()
    seen = Q(pk__in=[])
    for model in binnable():
        rows = access.visible(viewer, model.everything.filter(deleted_at__isnull=False))
        seen |= Q(model=model._meta.label, record_id__in=rows.order_by().values("pk"))
    return Binned.objects.filter(seen)


def along(record: Record) -> list[tuple[str, int]]:
    """What would go along with a record: kinds of rows, and how many of each."""
    counts = [
        (model._meta, len(ids)) for model, ids in _tree(record, None).items() if model is not type(record)
    ]
    return [
        (str(meta.verbose_name if count == 1 else meta.verbose_name_plural), count) for meta, count in counts
    ]


def binnable() -> Iterator[Any]:
    """Every model whose rows can lie in the bin."""
    return (model for model in apps.get_models() if issubclass(model, Record) and not model._meta.proxy)


def module_code(model: Any) -> str:
    """The module that a model's rows are counted to: their whole's, or the name of the model."""
    while isinstance(governance := model.governed_by, Part):
        model = model._meta.get_field(governance.of).related_model
    return governance.code if isinstance(governance, Module) else str(model._meta.model_name)


# -- what goes along


def _tree(record: Record, moment: datetime | None, *, parts_only: bool = False) -> Tree:
    """The record and what belongs to it, as far as it was deleted in that moment (None: not at all)."""
    found: Tree = {type(record): [record.pk]}
    waiting: list[tuple[Any, list[UUID]]] = [(type(record), [record.pk])]
    while waiting:
        model, ids = waiting.pop()
        for bond in belonging(model):
            if not issubclass(bond.model, Record) or (parts_only and not bond.is_part):
                continue
            known = found.setdefault(bond.model, [])
            if new := sorted(_bound(bond, ids, moment).difference(known)):
                known += new
                waiting.append((bond.model, new))
    return {model: ids for model, ids in found.items() if ids}


def _bound(bond: Any, ids: list[UUID], moment: datetime | None) -> set[UUID]:
    found: set[UUID] = set()
    for batch in bulk.batches(ids, bulk.BATCH):
        rows = bond.model.everything.filter(deleted_at=moment, **{f"{bond.field.name}__in": batch})
        found |= set(rows.order_by().values_list("pk", flat=True))
    return found


def _enter(model: Any, pk: UUID, moment: datetime, who: UUID | None) -> Binned:
    entry, _new = Binned.objects.update_or_create(
        model=model._meta.label,
        record_id=pk,
        defaults={"module": module_code(model), "binned_at": moment, "binned_by": who},
    )
    return entry


def _enter_rest(record: Record, moment: datetime) -> None:
    """What went along and stays in the bin gets entries of its own."""
    for bond in belonging(type(record)):
        if issubclass(bond.model, Record) and not bond.is_part:
            for pk in _bound(bond, [record.pk], moment):
                _enter(bond.model, pk, moment, record.deleted_by)


# -- what stands against coming back


def _ask(record: Record) -> None:
    for objection in objections:
        if reason := objection(record):
            raise CannotRestore(reason)
    for key in record._meta.concrete_fields:
        if key.is_relation and not key.null and getattr(getattr(record, key.name), "deleted_at", None):
            whole = key.verbose_name
            raise CannotRestore(_("First restore what it belongs to: {whole}.").format(whole=whole))


def _settle(record: Record, tree: Tree, taken: str, *, by: Any) -> list[str]:
    """Leave in the bin what has been put in its place meanwhile; ask about what is another record's now."""
    clashes = [clash for model in tree for clash in _clashes(model, tree[model])]
    foreign = [clash for clash in clashes if clash.is_foreign]
    if any(clash.binned.pk == record.pk for clash in clashes if clash not in foreign):
        raise CannotRestore(_("Something else has taken its place meanwhile."))
    if foreign and not taken:
        raise Taken(foreign)
    missing = []
    for clash in clashes:
        if clash in foreign and taken == RECLAIM:
            bin(clash.living, by=by)
            continue
        tree[type(clash.binned)].remove(clash.binned.pk)
        if clash in foreign:
            missing.append(
                _("{thing} stays with whom it belongs to now").format(thing=clash.binned._meta.verbose_name)
            )
    return missing


def _clashes(model: Any, ids: list[UUID]) -> Iterator[Clash]:
    """Rows that can't come back beside a living one: read from the constraints."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            same = {name: OuterRef(name) for name in constraint.fields}
            twins = model.everything.filter(constraint.condition or Q(), deleted_at=None, **same)
            rows = model.everything.filter(_without_bin(constraint.condition), pk__in=ids)
            for row in rows.annotate(twin=Subquery(twins.values("pk")[:1])).filter(twin__isnull=False):
                yield Clash(row, model.everything.get(pk=row.twin))


def _without_bin(condition: Q | None) -> Q:
    """A constraint's condition, as it would be for a row that has come back."""
    kept = Q()
    for child in condition.children if condition is not None else ():
        if not (isinstance(child, tuple) and child[0].startswith("deleted_at")):
            kept &= Q(child)
    return kept


def _gone(record: Any) -> Iterator[str]:
    """Whom or what it referred to and doesn't find any more."""
    for key in record._meta.concrete_fields:
        if key.is_relation and key.null and getattr(getattr(record, key.name), "deleted_at", None):
            yield _("{relation}: lies in the recycle bin").format(relation=key.verbose_name)
