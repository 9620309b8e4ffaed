"""The purge: what has lain in the bin for its time goes for good, and what retention rules name goes to the bin.

It may be killed at any point and run by several workers at once: each batch is claimed and removed in one
transaction, and what somebody else is at is left to them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from privacy import actor, audit, retention
from privacy.belonging import belonging, holding, wholes
from privacy.binning import binnable, module_code
from privacy.enums import Deed, Via
from privacy.models import PurgeRun, Record
from privacy.models.bulk import batches
from privacy.removal import BATCH, remove

LOOK = 20_000


def purge(*, as_of: datetime | None = None, via: Via = Via.TASK) -> PurgeRun:
    """Let go what is due at a moment (now); returns the report. ``via`` says what started it."""
    moment = as_of or timezone.now()
    run: PurgeRun = PurgeRun.objects.create(as_of=moment)
    with actor.acting(None, via=via):
        for term in retention.terms().values():
            if term.enforce is not None and (period := retention.period(term.code)) is not None:
                _count(run, term.enforce(moment - period))
        for model in _waiting(moment):
            over = _over(model._base_manager.all(), moment)
            unkept = cache(partial(free, model))  # takes a while to put together: once, if at all
            for ids in _old(model, moment):
                _batch(over, unkept, ids, run)
    run.finished_at = timezone.now()
    run.save(update_fields=["finished_at"])
    return run


def due(model: Any, as_of: datetime) -> Any:
    """The rows of a model that have lain in the bin for their time, and that nothing keeps."""
    return _over(free(model), as_of)


def preview(as_of: datetime, module: str = "") -> dict[Any, int]:
    """How many rows of each model (of this module) would go from the bin; what belongs to them goes too."""
    counts = {model: due(model, as_of).count() for model in _waiting(as_of, module)}
    return {model: count for model, count in counts.items() if count}


def in_order() -> list[Any]:
    """Models, each after those whose rows go along with it: a person's tickets go before the person."""
    found: list[Any] = []

    def visit(model: Any, path: tuple[Any, ...] = ()) -> None:
        if model in found or model in path:
            return
        for bond in belonging(model):
            if issubclass(bond.model, Record) and not bond.is_part:
                visit(bond.model, (*path, model))
        found.append(model)

    for model in binnable():
        visit(model)
    return found


def _waiting(as_of: datetime, module: str = "") -> list[Any]:
    """Models, in order, of which something has been in the bin for its time; whether it may go is asked then."""
    asked = [model for model in in_order() if module in ("", module_code(model))]
    return [model for model in asked if _in_the_bin(model, as_of).exists()]


def _in_the_bin(model: Any, as_of: datetime) -> Any:
    """The rows of a model that have lain in the bin for their time."""
    return model.everything.filter(deleted_at__lte=_cutoff(model, as_of)).order_by()


def _old(model: Any, as_of: datetime) -> Iterator[Sequence[Any]]:
    """The ids of what has lain in the bin for its time, in batches, each once: what has to stay is looked at once."""
    rows = _in_the_bin(model, as_of).order_by("pk").values_list("pk", flat=True)
    found = list(rows[:LOOK])
    while found:
        yield from batches(found, BATCH)
        found = list(rows.filter(pk__gt=found[-1])[:LOOK])


def _over(rows: Any, as_of: datetime) -> Any:
    """Those that have lain in the bin for their time, and that nothing there still needs."""
    rows = rows.filter(deleted_at__lte=_cutoff(rows.model, as_of))
    for condition in _needed(rows.model, as_of):
        rows = rows.exclude(condition)
    return rows.order_by()


def _batch(over: Any, unkept: Callable[[], Any], ids: Sequence[Any], run: PurgeRun) -> None:
    with transaction.atomic():
        claimed = over.filter(pk__in=ids).select_for_update(skip_locked=True, of=("self",))
        taken = list(claimed.values_list("pk", flat=True))
        if retention.is_keeping():  # asked once the rows are ours
            taken = list(unkept().filter(pk__in=taken).values_list("pk", flat=True))
        _count(run, remove(over.model, taken))


def free(model: Any) -> Any:
    """The rows of a model that nothing keeps: no hold, no restriction, on them or on what belongs to them."""
    rows = model._base_manager.all()
    for condition in _kept(model):
        rows = rows.exclude(condition)
    return rows


def _cutoff(model: Any, as_of: datetime) -> datetime:
    return as_of - retention.bin_period(module_code(model))


def _needed(model: Any, as_of: datetime) -> Iterator[Q]:
    """Conditions under which a row waits: it went with a whole, and goes with it; something that stays needs it."""
    for name in wholes(model):
        if issubclass(model._meta.get_field(name).related_model, Record):
            yield Q(**{f"{name}__deleted_at": F("deleted_at")})
    for bond in holding(model):
        yield Q(Exists(bond.model._base_manager.filter(**{bond.field.name: OuterRef("pk")})))
    for bond in belonging(model):
        if issubclass(bond.model, Record) and not bond.is_part:
            stays = Q(deleted_at=None) | Q(deleted_at__gt=_cutoff(bond.model, as_of))
            yield Q(Exists(bond.model.everything.filter(stays, **{bond.field.name: OuterRef("pk")})))


def _kept(model: Any, path: tuple[Any, ...] = ()) -> Iterator[Q]:
    yield from retention.kept(model)
    for bond in belonging(model):
        if bond.model not in path:
            for condition in _kept(bond.model, (*path, model)):
                yield Q(
                    Exists(bond.model._base_manager.filter(condition, **{bond.field.name: OuterRef("pk")}))
                )


def _count(run: PurgeRun, removed: Counter[str]) -> None:
    """In the report, and in the audit: with each batch, so that a kill leaves no removal untold."""
    if removed:
        audit.record_sum(Deed.PURGE, {label.lower(): count for label, count in removed.items()}, run)
        run.counts = dict(Counter(run.counts) + removed)
        run.save(update_fields=["counts"])
