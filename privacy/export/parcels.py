"""A parcel's way: put together, sealed while it is written; handed over; gone when its time is over.

It may be killed anywhere: the row says under which name the file is being written, so whoever comes next clears that
away and begins anew. One process at a time works on a parcel.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, cast
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from privacy import actor, audit
from privacy.enums import Via
from privacy.models import Parcel, ParcelState
from privacy.removal import remove
from privacy.vault.errors import SubjectErased
from privacy.vault.files import PieceReader

MOST_ATTEMPTS = 5
AFTER_FETCHING = timedelta(hours=1)  # what was handed over can get lost behind our door
AN_HOUR = 3600
UNFINISHED = (ParcelState.WAITING, ParcelState.MAKING)
Pieces = Callable[[Any], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows are in a parcel so far, and how many there will be (0: nobody knows yet)."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0


class NotThere(ValueError):
    """The file can't be handed over (any more); the text says why, for people."""


def make(kind: type[Parcel], parcel_id: UUID, pieces: Pieces) -> None:
    """Put a parcel together, unless somebody does, or it is done. ``pieces`` yields its content and counts rows."""
    with actor.acting(None, via=Via.TASK), _alone(parcel_id) as is_alone:
        parcel = _begin(kind, parcel_id) if is_alone else None
        if parcel is None:
            return
        try:
            parcel.content.fill(cast(IO[bytes], PieceReader(pieces(parcel))))
        except Exception as why:
            _give_up(parcel, for_good=isinstance(why, PermissionDenied | SubjectErased))
            raise
        _finish(parcel)


def unfinished(kind: type[Parcel]) -> list[UUID]:
    """Parcels that wait, or that somebody began and didn't finish."""
    waiting = kind.objects.filter(state__in=UNFINISHED)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def hand_over(parcel: Parcel, *, by: Any) -> Parcel:
    """``by`` begins to fetch it, and may do so again if the download breaks off. Raises NotThere."""
    found: Parcel = type(parcel).objects.select_for_update().get(pk=parcel.pk)
    if not found.is_fetchable:
        raise NotThere(_("This file was fetched already, or its time is over. Ask for it again."))
    with actor.acting(by):
        audit.record(audit.Deed.EXPORT, found, by=by)
    return found


@transaction.atomic
def arrived(parcel: Parcel, *, by: Any) -> None:
    """The last byte was handed over: what is left of its time is an hour at most. Once more changes nothing."""
    with actor.acting(by):
        found = type(parcel).objects.select_for_update().filter(pk=parcel.pk, fetched_at=None).first()
        if found is not None and found.expires_at is not None:
            found.fetched_at = actor.now()
            found.expires_at = min(found.expires_at, found.fetched_at + AFTER_FETCHING)
            found.save(update_fields=["fetched_at", "expires_at"])


def forget() -> int:
    """Delete files whose time is over, what failed, and their rows. Returns how many."""
    now = actor.now()
    lifetime = timedelta(hours=settings.EXPORT_HOURS)
    over = Q(expires_at__lte=now, state=ParcelState.READY) | Q(
        state=ParcelState.FAILED, updated_at__lte=now - lifetime
    )
    gone = 0
    for kind in kinds():
        ids = list(kind.everything.filter(over).order_by("pk").values_list("pk", flat=True))
        gone += remove(kind, ids)[kind._meta.label] if ids else 0
    return gone


def kinds() -> list[type[Parcel]]:
    """The models that parcels are."""
    return [model for model in apps.get_models() if issubclass(model, Parcel)]


def files() -> set[str]:
    """The names of the files of all parcels."""
    return {
        name
        for kind in kinds()
        for name in kind.everything.exclude(content="").values_list("content", flat=True)
    }


def note_progress(parcel: Parcel, total: int) -> None:
    """So many rows of so many are in it; a hint for whoever waits, kept beside the database."""
    cache.set(_mark(parcel), (parcel.rows, total), AN_HOUR)


def progress(parcel: Parcel) -> Progress:
    """How far it has come, as its maker last said."""
    done, total = cache.get(_mark(parcel)) or (0, 0)
    return Progress(done, total)


def _mark(parcel: Parcel) -> str:
    return f"parcel:{parcel.pk}"


@contextmanager
def _alone(parcel_id: UUID) -> Iterator[bool]:
    """Whether nobody else works on it; the lock ends with the connection, so a killed process holds none."""
    key = parcel_id.int & (2**62 - 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@transaction.atomic
def _begin(kind: type[Parcel], parcel_id: UUID) -> Parcel | None:
    """Write down that it is begun, and under which name; None if there is nothing to do."""
    found: Parcel | None = kind.objects.select_for_update().filter(pk=parcel_id).first()
    if found is None or not found.is_unfinished:
        return None
    if found.attempts >= MOST_ATTEMPTS:
        _failed(found)
        return None
    if not found.content:
        found.content.reserve()
    found.state, found.attempts, found.rows = ParcelState.MAKING, found.attempts + 1, 0
    found.save(update_fields=["state", "attempts", "content"])
    return found


@transaction.atomic
def _finish(parcel: Parcel) -> None:
    """The file is whole, and its time begins; unless it was withdrawn meanwhile: then it begins anew."""
    kind = type(parcel)
    if kind.objects.select_for_update().get(pk=parcel.pk).expires_at is not None:
        parcel.state, parcel.expires_at = ParcelState.WAITING, None
    else:
        parcel.state, parcel.ready_at = ParcelState.READY, actor.now()
        parcel.expires_at = parcel.ready_at + timedelta(hours=settings.EXPORT_HOURS)
    parcel.save(update_fields=["state", "rows", "ready_at", "expires_at"])


@transaction.atomic
def _give_up(parcel: Parcel, *, for_good: bool) -> None:
    """Nothing half stays; unless it makes no sense, the timetable tries again."""
    if for_good or parcel.attempts >= MOST_ATTEMPTS:
        _failed(parcel)
    else:
        parcel.content.storage.delete(str(parcel.content.name))


def _failed(parcel: Parcel) -> None:
    parcel.content.storage.delete(str(parcel.content.name))
    parcel.state, parcel.content = ParcelState.FAILED, ""
    parcel.save(update_fields=["state", "content"])
