"""The ledger of erasures: an entry is the promise, what follows only keeps it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.erasure.planning import Plan
from privacy.models import Record
from privacy.vault.models import Erasure, Farewell

LEASE = timedelta(minutes=2)


class NotNow(ValueError):
    """Somebody can't be erased yet; the text says why, for people."""


def entries() -> Any:
    """The whole ledger."""
    return Erasure.objects.using("vault")


def enter(plan: Plan, *, by: Any, request_id: UUID | None, tells: bool) -> Erasure:
    """Write down that a person is erased. A second time changes nothing."""
    entry, _is_new = entries().get_or_create(
        subject_id=plan.person.pk,
        defaults={
            "model": plan.person._meta.label_lower,
            "by_id": getattr(by, "pk", None),
            "request_id": request_id,
            "counts": plan.counts(),
            "farewell": Farewell.WAITING if tells else Farewell.NONE,
        },
    )
    return entry


def find(subject_id: UUID) -> Erasure | None:
    """The entry about a person."""
    return entries().filter(subject_id=subject_id).first()


def erased_at(subject_id: UUID) -> datetime | None:
    """When somebody was erased; None for everybody else. Whoever takes data out of a bin or a backup asks this."""
    entry = find(subject_id)
    return entry.started_at if entry else None


def objection(record: Record) -> str:
    """Why a record may not come back from the bin: its person was erased."""
    try:
        is_erased = erased_at(record.data_subject_id()) is not None
    except LookupError:
        return ""
    return _("Its person was erased meanwhile. Nothing of theirs can come back.") if is_erased else ""


def unfinished() -> list[UUID]:
    """Entries that somebody has to go on with."""
    waiting = entries().filter(_is_free(), finished_at=None).order_by("started_at")
    return list(waiting.values_list("pk", flat=True))


@contextmanager
def leased(entry_id: UUID) -> Iterator["Lease | None"]:
    """Inside, nobody else works on this entry; None if somebody does, or it is finished."""
    until = timezone.now() + LEASE
    taken = entries().filter(_is_free(), pk=entry_id, finished_at=None).update(leased_until=until)
    if not taken:
        yield None
        return
    lease = Lease(entries().get(pk=entry_id), until)
    try:
        yield lease
    finally:
        entries().filter(pk=entry_id, leased_until=lease.until).update(leased_until=None)


class Lease:
    """One worker's hold on an entry; whoever is killed lets go of it after two minutes."""

    def __init__(self, entry: Erasure, until: datetime) -> None:
        self.entry, self.until = entry, until

    def renew(self) -> None:
        """Go on holding it. Raises NotNow if somebody else took over meanwhile."""
        now = timezone.now()
        if self.until - now > LEASE / 2:
            return
        until = now + LEASE
        if not entries().filter(pk=self.entry.pk, leased_until=self.until).update(leased_until=until):
            raise NotNow(f"Somebody else goes on with erasure {self.entry.pk}.")
        self.until = until

    def note(self, **values: Any) -> None:
        """Write something into the entry."""
        entries().filter(pk=self.entry.pk).update(**values)
        for name, value in values.items():
            setattr(self.entry, name, value)


def _is_free() -> Q:
    return Q(leased_until=None) | Q(leased_until__lt=timezone.now())
