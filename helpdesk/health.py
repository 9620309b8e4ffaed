"""Whether the parts that the helpdesk is made of do their work: asked by monitoring, answered in milliseconds.

Worker and timetable are known by a heartbeat: the timetable notes when it hands one over, a worker when it gets it.
"""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import redis
from celery.signals import before_task_publish
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min, Q
from django.utils import timezone

from tickets.models import Mailbox

HEARTBEAT = "helpdesk.tasks.heartbeat"
WORKER, TIMETABLE = "health.worker", "health.timetable"
SILENT = 180.0  # seconds without a heartbeat
KEPT = 24 * 3600
UNFETCHED = timedelta(minutes=15)
PATIENCE = 2.0  # seconds that the broker may take
ROOM = 256 * 1024 * 1024
_migrated: set[str] = set()


@dataclass(frozen=True, slots=True)
class Part:
    """How a part stands; ``age`` is how many seconds ago it last showed that it works, where that is known."""

    is_well: bool
    age: int | None = None


def of_the_web() -> dict[str, Part]:
    """What an answer to anybody needs: with one of these away, restarting this process may help."""
    return {
        "database": _answers(lambda: _selects("default")),
        "vault": _answers(lambda: _selects("vault")),
        "cache": _answers(lambda: cache.get(WORKER)),
    }


def of_everything() -> dict[str, Part]:
    """All parts, by name. A part that can't be asked isn't well."""
    return {
        **of_the_web(),
        "broker": _answers(_broker),
        "worker": _asked(lambda: _beaten(WORKER)),
        "timetable": _asked(lambda: _beaten(TIMETABLE)),
        "storage": _answers(_storage),
        "mail": _asked(_mail),
        "migrations": _answers(_migrations),
    }


def beat(who: str) -> None:
    """Note that ``WORKER`` or ``TIMETABLE`` is alive."""
    cache.set(who, time.time(), KEPT)


def listen() -> None:
    """Only the timetable hands the heartbeat over: when it does, it is alive."""
    before_task_publish.connect(_note_timetable, sender=HEARTBEAT)


def _note_timetable(**_: object) -> None:
    beat(TIMETABLE)


def _asked(ask: Callable[[], Part]) -> Part:
    try:
        return ask()
    except Exception:  # whatever the reason: it didn't show that it works
        return Part(is_well=False)


def _answers(ask: Callable[[], object]) -> Part:
    """Well, unless it raises, or says False."""
    return _asked(lambda: Part(is_well=ask() is not False))


def _selects(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> bool:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE) as broker:
        return bool(broker.ping())


def _beaten(who: str) -> Part:
    last = cache.get(who)
    if last is None:
        return Part(is_well=False)
    age = max(0.0, time.time() - last)
    return Part(is_well=age < SILENT, age=int(age))


def _storage() -> bool:
    """A store elsewhere answers; a folder can be written to, and has room."""
    default_storage.exists("health")
    if (location := getattr(default_storage, "base_location", None)) is None:
        return True
    folder = Path(location).absolute()
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def _mail() -> Part:
    """Every mailbox in use was fetched lately; the age is that of the one that waits longest."""
    now = timezone.now()
    fetched = Mailbox.objects.filter(is_active=True).exclude(imap_host="").order_by()
    never = Q(state__last_success_at=None, created_at__lt=now - UNFETCHED)
    late = fetched.filter(never | Q(state__last_success_at__lt=now - UNFETCHED))
    oldest = fetched.aggregate(moment=Min("state__last_success_at"))["moment"]
    age = None if oldest is None else int((now - oldest).total_seconds())
    return Part(is_well=not late.exists(), age=age)


def _migrations() -> bool:
    """None is pending. Once that is so, it stays so while this process lives: its migrations don't change."""
    for alias in {*connections} - _migrated:
        executor = MigrationExecutor(connections[alias])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(alias)
    return True
