"""What pages show of the recycle bin: each entry with its record, who put it there, and how long it stays."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils import timezone
from django.utils.functional import Promise

from privacy import retention
from privacy.access.clauses import module_of
from privacy.access.rights import modules
from privacy.models import Binned, Record, User


@dataclass(frozen=True, slots=True)
class BinRow:
    """One line of the bin."""

    entry: Binned
    record: Record
    who: str
    goes_at: datetime

    @property
    def kind(self) -> str:
        """What it is, as one says of it."""
        return str(self.record._meta.verbose_name)

    @property
    def days_left(self) -> int:
        """Days until it goes, begun ones counted; 0 when the next purge takes it."""
        return max(0, -((timezone.now() - self.goes_at) // timedelta(days=1)))


def rows(entries: Iterable[Binned]) -> list[BinRow]:
    """The entries with all that a page shows of them; a fixed number of queries, whatever their number."""
    listed = list(entries)
    found = _records(listed)
    people = User.everything.in_bulk({entry.binned_by for entry in listed if entry.binned_by})
    periods = {code: retention.bin_period(code) for code in {entry.module for entry in listed}}
    return [
        BinRow(
            entry,
            found[entry.record_id],
            people[entry.binned_by].full_name if entry.binned_by in people else "",
            entry.binned_at + periods[entry.module],
        )
        for entry in listed
        if entry.record_id in found
    ]


def module_labels() -> dict[str, str | Promise]:
    """The modules that the bin can be narrowed to."""
    return {code: module_of(model).label for code, model in modules().items()}


def _records(entries: list[Binned]) -> dict[UUID, Record]:
    wanted: dict[str, list[UUID]] = defaultdict(list)
    for entry in entries:
        wanted[entry.model].append(entry.record_id)
    found: dict[UUID, Record] = {}
    for label, ids in wanted.items():
        model: Any = apps.get_model(label)
        found |= {record.pk: record for record in model.for_captions(model.everything.filter(pk__in=ids))}
    return found
