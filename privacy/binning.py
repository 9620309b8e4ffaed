"""The recycle bin: a deletion is one act, and comes back as one.

With a record goes what belongs to it (``privacy.belonging``). Rows of one act bear the same moment, so that coming
back brings exactly those, and nothing that had been deleted before.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, models, router, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from privacy import access, actor, audit
from privacy.access import Act
from privacy.belonging import belonging
from privacy.enums import BinReason, Deed
from privacy.governance import Module, Part
from privacy.models import Binned, Record, User, bulk
from privacy.models.base import new_id
from privacy.removal import remove

RECYCLE_BIN = "recycle_bin"
LEAVE, RECLAIM = "leave", "reclaim"
DELETE_FOR_GOOD = "delete_for_good"
TAKEN_BACK_WITHIN = timedelta(minutes=10)

Tree = dict[Any, list[str]]
"""Ids of rows, as text, by model."""

objections: list[Callable[[Record], str]] = []
"""Asked before a record comes back: a sentence why it may not, or nothing. Upper apps add theirs when ready."""

returns: list[Callable[[Any, str, Any], None]] = []
"""Told what has come back, why it had been deleted (BinReason), and who brought it back. Upper apps add theirs."""


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
def bin(record: Record, *, by: Any, reason: BinReason = BinReason.NONE) -> Binned | None:  # noqa: A001  (the field's word)
    """Delete: gone from every list, with all that belongs to it, restorable until it is purged.

    What lies in the bin already changes nothing and returns None.
    """
    access.demand(by, Act.DELETE, record)
    entries = _put_away(type(record), [record.pk], by, reason)
    if not entries:
        return None
    record.deleted_at, record.deleted_by = entries[0].binned_at, entries[0].binned_by
    return entries[0]


@transaction.atomic
def bin_all(model: Any, ids: Iterable[UUID], *, by: Any) -> list[Binned]:
    """Delete these records in one act, which ``take_back`` undoes; those that ``by`` may not delete stay."""
    wanted = list(ids)
    if isinstance(by, User):
        allowed = access.visible(by, model.objects.filter(pk__in=wanted), Act.DELETE)
        wanted = list(allowed.order_by().values_list("pk", flat=True))
    return _put_away(model, wanted, by, BinReason.NONE)


@transaction.atomic
def restore(record: Record, *, by: Any, alone: bool = False, taken: str = "") -> Restored:
    """Take out of the bin, with all that went along; ``alone``: only the record and its parts.

    ``taken`` decides what becomes of what another record holds by now: ``LEAVE`` it there, or ``RECLAIM`` it.
    Raises CannotRestore; Taken, if that has to be decided.
    """
    access.demand(by, Act.DELETE, record, RECYCLE_BIN)
    return _bring_back(record, by=by, alone=alone, taken=taken)


@transaction.atomic
def restore_all(records: Iterable[Record], *, by: Any) -> tuple[list[Restored], dict[Record, Exception]]:
    """Take these out of the bin in one act; those that can't come back, or may not, stay, each with its reason."""
    restored: list[Restored] = []
    refused: dict[Record, Exception] = {}
    for record in records:
        try:
            restored.append(restore(record, by=by))
        except (CannotRestore, access.Denied) as error:
            refused[record] = error
    _sum_up_returned(restored, by)
    return restored, refused


@transaction.atomic
def take_back(act: UUID, *, by: Any) -> list[Restored]:
    """Undo a deletion of one's own of a moment ago, all of it: that takes no right to the recycle bin.

    Empty if it is too late, somebody else's, or undone already. Raises CannotRestore.
    """
    mine = Binned.objects.filter(act=act, binned_by=by.pk, binned_at__gte=actor.now() - TAKEN_BACK_WITHIN)
    restored = []
    for entry in mine.order_by("id"):
        model: Any = apps.get_model(entry.model)
        record = model.everything.get(pk=entry.record_id)
        access.demand(by, Act.DELETE, record)
        restored.append(_bring_back(record, by=by))
    _sum_up_returned(restored, by)
    return restored


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
        (model._meta, len(ids))
        for model, ids in _tree(type(record), [record.pk], None).items()
        if model is not type(record)
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


# -- there and back


def _put_away(model: Any, ids: Sequence[UUID], by: Any, reason: BinReason) -> list[Binned]:
    living = model.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    chosen = list(living.values_list("pk", flat=True))
    if not chosen:
        return []
    with actor.acting(by):
        moment, who, act = actor.now(), getattr(by, "pk", None), new_id()
        tree = _tree(model, chosen, None)
        for each, theirs in tree.items():
            bulk.change(each, theirs, deleted_at=moment, deleted_by=who)
        _sum_up(Deed.DELETE, tree)
        return _enter(model, chosen, binned_at=moment, binned_by=who, act=act, reason=reason)


def _bring_back(record: Record, *, by: Any, alone: bool = False, taken: str = "") -> Restored:
    model: Any = type(record)
    record = model.everything.select_for_update().get(pk=record.pk)
    if record.deleted_at is None:
        return Restored(record)
    _ask(record)
    with actor.acting(by):
        moment = record.deleted_at
        tree = _tree(model, [record.pk], moment, parts_only=alone)
        missing = _settle(record, tree, taken, by=by)
        for each, ids in tree.items():
            bulk.change(each, ids, deleted_at=None, deleted_by=None)
        _sum_up(Deed.RESTORE, tree)
        entry = Binned.objects.filter(model=model._meta.label, record_id=record.pk).first()
        if alone:
            _enter_rest(record, entry)
        record.refresh_from_db()
        if entry is not None:
            entry.delete()
            for told in returns:
                told(record, entry.reason, by)
    return Restored(record, missing + list(_gone(record)))


def _sum_up(deed: Deed, tree: Tree) -> None:
    """Of an act on several records (not on one and its parts) the audit has the sum, too."""
    own = [len(ids) for model, ids in tree.items() if not isinstance(model.governed_by, Part)]
    if sum(own) > 1:
        audit.record_sum(deed, {model._meta.label_lower: len(ids) for model, ids in tree.items()})


def _sum_up_returned(restored: list[Restored], by: Any) -> None:
    """What came back together is told as one act, too."""
    if len(restored) > 1:
        with actor.acting(by):
            audit.record_sum(Deed.RESTORE, Counter(back.record._meta.label_lower for back in restored))


def _enter(model: Any, ids: Iterable[Any], **facts: Any) -> list[Binned]:
    """Entries of the bin, in the place of those that may be there for the same records."""
    facts["module"] = module_code(model)
    entries = [Binned(model=model._meta.label, record_id=pk, **facts) for pk in ids]
    return Binned.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["model", "record_id"], update_fields=list(facts)
    )


def _enter_rest(record: Record, entry: Binned | None) -> None:
    """What went along and stays in the bin gets entries of its own."""
    facts: dict[str, Any] = {"binned_at": record.deleted_at, "binned_by": record.deleted_by}
    if entry is not None:
        facts |= {"act": entry.act, "reason": entry.reason}
    for bond in belonging(type(record)):
        if issubclass(bond.model, Record) and not bond.is_part:
            _enter(bond.model, _bound(bond, [record.pk], record.deleted_at), **facts)


# -- what goes along


def _tree(model: Any, ids: Iterable[Any], moment: datetime | None, *, parts_only: bool = False) -> Tree:
    """The records and what belongs to them, as far as it was deleted in that moment (None: not at all)."""
    ids = [str(each) for each in ids]
    found: Tree = {model: ids}
    waiting: list[tuple[Any, list[str]]] = [(model, ids)]
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


def _bound(bond: Any, ids: Sequence[Any], moment: datetime | None) -> set[str]:
    """The ids of what is bound to these rows, as text: of many rows no objects are made."""
    table, column = bond.model._meta.db_table, bond.field.column
    found: set[str] = set()
    with connections[router.db_for_read(bond.model)].cursor() as cursor:
        for batch in bulk.batches(ids, bulk.BATCH):
            cursor.execute(
                f'SELECT "id"::text FROM "{table}" WHERE "{column}" = ANY(%s::uuid[])'  # noqa: S608  (names of ours)
                " AND deleted_at IS NOT DISTINCT FROM %s",
                [bulk.as_array(batch), moment],
            )
            found.update(pk for (pk,) in cursor.fetchall())
    return found


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
        tree[type(clash.binned)].remove(str(clash.binned.pk))
        if clash in foreign:
            missing.append(
                _("{thing} stays with whom it belongs to now").format(thing=clash.binned._meta.verbose_name)
            )
    return missing


def _clashes(model: Any, ids: list[str]) -> Iterator[Clash]:
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
