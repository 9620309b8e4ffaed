"""The keyring: finds, mints, hands over and destroys the data keys of persons."""

import os
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.signals import request_finished, request_started
from django.db import IntegrityError, connections, transaction
from django.dispatch import Signal
from django.utils import timezone

from privacy.vault import kek
from privacy.vault.errors import KeyUnavailable, SubjectErased
from privacy.vault.models import SubjectKey

ALIAS = "vault"
TABLE = SubjectKey._meta.db_table
COLUMNS = "id, kek_id, wrapped"
NO_CIPHER = AESGCM(bytes(32))  # stands in a destroyed key; is_destroyed is asked before it is used
KEPT = 20_000
EXPECTED = 5_000
handled = Signal()  # with ``what`` and ``subject_id``: a key was destroyed, handed over, re-wrapped


@dataclass(frozen=True, slots=True)
class DataKey:
    """An opened data key; without its secret it has been destroyed."""

    id: UUID
    secret: bytes = field(default=b"", repr=False)
    aead: AESGCM = field(default=NO_CIPHER, repr=False, compare=False)

    @property
    def is_destroyed(self) -> bool:
        return not self.secret


class Keyring(threading.local):
    """Keys opened during one request or task, and the ids that its rows will need."""

    def __init__(self) -> None:
        self.opened: dict[UUID, DataKey] = {}
        self.current: dict[UUID, DataKey] = {}
        self.expected: dict[UUID, None] = {}

    def clear(self) -> None:
        self.opened.clear()
        self.current.clear()
        self.expected.clear()


_ring = Keyring()


def forget(**_: Any) -> None:
    """Drop every opened key of this thread."""
    _ring.clear()


def forget_between_requests() -> None:
    """No opened key outlives its request or task, so that a destroyed one is gone everywhere at once."""
    from celery.signals import task_postrun, task_prerun

    for signal in (request_started, request_finished, task_prerun, task_postrun):
        signal.connect(forget, dispatch_uid="privacy.vault.keys.forget")


def expect(key_id: UUID) -> None:
    """A row just read will need this key: all that are expected come in one query when the first is used."""
    if key_id not in _ring.opened:
        if len(_ring.expected) >= EXPECTED:
            _ring.expected.pop(next(iter(_ring.expected)))
        _ring.expected[key_id] = None


def for_reading(key_id: UUID) -> DataKey:
    """The key with this id. Raises KeyUnavailable if the vault doesn't hold it."""
    key = _ring.opened.get(key_id)
    if key is None:
        wanted = {key_id, *_ring.expected}
        _ring.expected.clear()
        _load(SubjectKey.objects.using(ALIAS).filter(id__in=wanted).values_list("id", "kek_id", "wrapped"))
        key = _ring.opened.get(key_id)
    if key is None:
        raise KeyUnavailable(f"The vault holds no key {key_id}. Was it restored from an older backup?")
    return key


def read_many(ids: Collection[bytes]) -> dict[bytes, AESGCM | None]:
    """What opens values under these keys (ids as bytes), None for a destroyed one: in one query, remembered by the
    caller only. Raises KeyUnavailable.
    """
    if not ids:
        return {}
    listed = f"{{{','.join(each.hex() for each in ids)}}}"  # the driver takes ten times longer over a list
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM {TABLE} WHERE id = ANY(%s::uuid[])", [listed])  # noqa: S608
        rows = cursor.fetchall()
    if len(rows) < len(ids):
        raise KeyUnavailable("The vault doesn't hold every key. Was it restored from an older backup?")
    living = [kek.Wrapped(key_id, kek_id, bytes(held)) for key_id, kek_id, held in rows if held is not None]
    secrets = kek.provider().unwrap_many(living)
    opened = {each.key_id.bytes: AESGCM(secret) for each, secret in zip(living, secrets, strict=True)}
    return dict.fromkeys(ids) | opened


def for_writing(subject_id: UUID) -> DataKey:
    """The subject's current key, minted at first use. Raises SubjectErased for an erased person."""
    key = _ring.current.get(subject_id) or _find_current(subject_id) or _mint(subject_id)
    if key.is_destroyed:
        raise SubjectErased("This person's data was erased. Nothing new can be stored about them.")
    if len(_ring.current) >= KEPT:
        _ring.current.clear()
    _ring.current[subject_id] = key
    return key


def have_ready(subject_ids: Iterable[UUID]) -> None:
    """Find the current keys of all these subjects, or mint them, in two statements: ``for_writing`` asks no more."""
    wanted = [each for each in dict.fromkeys(subject_ids) if each not in _ring.current]
    _find_all_current(wanted)
    if missing := [each for each in wanted if each not in _ring.current]:
        SubjectKey.objects.using(ALIAS).bulk_create(map(_new_row, missing), ignore_conflicts=True)
        _find_all_current(missing)


def destroy(subject_id: UUID) -> int:
    """Destroy every key of a subject, for good; returns how many. Doing it again changes nothing."""
    SubjectKey.objects.using(ALIAS).get_or_create(
        subject_id=subject_id, is_current=True, defaults={"kek_id": "", "destroyed_at": timezone.now()}
    )
    keys = SubjectKey.objects.using(ALIAS).filter(subject_id=subject_id, wrapped__isnull=False)
    destroyed = keys.update(wrapped=None, kek_id="", destroyed_at=timezone.now())
    forget()
    if destroyed:
        handled.send(SubjectKey, what="destroyed", subject_id=subject_id)
    return destroyed


def ids_of(subject_id: UUID) -> list[UUID]:
    """The ids of all keys of a subject, destroyed ones included."""
    return list(SubjectKey.objects.using(ALIAS).filter(subject_id=subject_id).values_list("id", flat=True))


def destroy_all(subject_ids: Iterable[UUID]) -> int:
    """Destroy the keys of subjects that are gone without a trace: no tombstone for who never had one."""
    living = SubjectKey.objects.using(ALIAS).filter(subject_id__in=list(subject_ids), wrapped__isnull=False)
    destroyed = living.update(wrapped=None, kek_id="", destroyed_at=timezone.now())
    forget()
    if destroyed:
        handled.send(SubjectKey, what="destroyed", subject_id=None)
    return destroyed


def is_destroyed(subject_id: UUID) -> bool:
    """Whether this person was erased."""
    return bool(destroyed_among([subject_id]))


def destroyed_among(subject_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these persons who were erased."""
    if not subject_ids:
        return frozenset()
    keys = SubjectKey.objects.using(ALIAS).filter(subject_id__in=subject_ids, is_current=True)
    return frozenset(keys.filter(wrapped__isnull=True).values_list("subject_id", flat=True))


def hand_over(source_id: UUID, *, into_id: UUID) -> None:
    """Make the source's keys keys of another subject, so that erasing the latter destroys them too.

    The tombstone of an erased source stays where it is: no new key is minted for that person.
    """
    for_writing(into_id)
    living = SubjectKey.objects.using(ALIAS).filter(subject_id=source_id, wrapped__isnull=False)
    living.update(subject_id=into_id, is_current=False)
    forget()
    handled.send(SubjectKey, what="handed_over", subject_id=into_id)


def holders(subject_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these subjects that have a living key."""
    living = SubjectKey.objects.using(ALIAS).filter(subject_id__in=list(subject_ids), wrapped__isnull=False)
    return frozenset(living.values_list("subject_id", flat=True))


def _load(rows: Iterable[tuple[UUID, str, Any]]) -> None:
    if len(_ring.opened) > KEPT:
        _ring.opened.clear()
    _ring.opened.update((key.id, key) for key in _opened(rows))


def _opened(rows: Iterable[tuple[UUID, str, Any]]) -> Iterator[DataKey]:
    """The keys in these rows of the vault: id, what wraps it, the key as it is wrapped (none: it was destroyed)."""
    wrapped = []
    for key_id, kek_id, held in rows:
        if held is None:
            yield DataKey(key_id)
        else:
            wrapped.append(kek.Wrapped(key_id, kek_id, bytes(held)))
    for key_id, secret in kek.unwrap_all(wrapped).items():
        yield DataKey(key_id, secret, AESGCM(secret))


def _find_current(subject_id: UUID) -> DataKey | None:
    row = SubjectKey.objects.using(ALIAS).filter(subject_id=subject_id, is_current=True).first()
    if row is None:
        return None
    _load([(row.id, row.kek_id, row.wrapped)])
    return _ring.opened[row.id]


def _find_all_current(subject_ids: Collection[UUID]) -> None:
    """Into the ring, in one statement."""
    if not subject_ids:
        return
    found = SubjectKey.objects.using(ALIAS).filter(subject_id__in=subject_ids, is_current=True)
    rows = list(found.values_list("subject_id", "id", "kek_id", "wrapped"))
    _load([row[1:] for row in rows])
    _ring.current.update((subject_id, _ring.opened[key_id]) for subject_id, key_id, *_wrapped in rows)


def _new_row(subject_id: UUID) -> SubjectKey:
    wrapped = kek.provider().wrap(uuid4(), os.urandom(kek.KEY_BYTES))
    return SubjectKey(
        id=wrapped.key_id, subject_id=subject_id, kek_id=wrapped.kek_id, wrapped=wrapped.wrapped
    )


def _mint(subject_id: UUID) -> DataKey:
    """Make the subject's first key; when another process was quicker, take its key."""
    row = _new_row(subject_id)
    try:
        with transaction.atomic(using=ALIAS):
            row.save(using=ALIAS, force_insert=True)
    except IntegrityError:
        found = _find_current(subject_id)
        if found is None:
            raise KeyUnavailable(f"The vault did not keep the key of subject {subject_id}.") from None
        return found
    _load([(row.id, row.kek_id, row.wrapped)])
    return _ring.opened[row.id]
