"""Carrying an erasure out: the ledger first, the key last, everything between in small steps that can be repeated."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy import actor, audit, people
from privacy.erasure import hooks, ledger, person, rows
from privacy.erasure.ledger import Lease, NotNow
from privacy.erasure.planning import plan
from privacy.models import ErasureMark, Person
from privacy.vault import keys
from privacy.vault.models import Erasure, Farewell

PATIENCE = timedelta(
    days=3
)  # how long a mail server may be away until the person is erased without a receipt

BEST = [Farewell.NO_ADDRESS, Farewell.FAILED, Farewell.WAITING, Farewell.SENT]


def begin(subject: Person, *, by: Any, request_id: UUID | None = None, tells: bool = True) -> Erasure:
    """Enter it in the ledger and close the doors; ``carry_on`` does the rest. Raises NotNow.

    Not inside a transaction: what is in the ledger happens, even if something else is rolled back.
    """
    made = plan(subject)
    if not made.is_possible:
        raise NotNow(" ".join(made.obstacles) or _("A legal hold keeps this person's data."))
    if made.open_work:
        raise NotNow(_("Something is still open. Finish it or hand it over first."))
    entry = ledger.enter(made, by=by, request_id=request_id, tells=tells)
    with actor.acting(by), transaction.atomic():
        person.close(subject, entry.started_at)
        audit.record(audit.Deed.ERASE, subject)
    nudge(entry.pk)
    return entry


def nudge(entry_id: UUID) -> None:
    """Tell a worker; if the broker is away, the timetable finds the entry."""
    transaction.on_commit(
        lambda: current_app.send_task("privacy.tasks.carry_on_erasure", [str(entry_id)], retry=False),
        robust=True,
    )


def carry_on(entry_id: UUID) -> bool:
    """Go on with an erasure from wherever it stands; whether it is finished now."""
    with ledger.leased(entry_id) as lease:
        if lease is None:
            return ledger.entries().filter(pk=entry_id, finished_at__isnull=False).exists()
        return _carry_on(lease)


def carry_on_all() -> int:
    """Go on with every erasure that is unfinished; how many are finished by it."""
    return sum(carry_on(entry_id) for entry_id in ledger.unfinished())


def sweep(subject_id: UUID, entry: Erasure, lease: Lease | None = None) -> None:
    """Everything of a person that is still there goes, their key last. Safe to repeat, also in a restored backup."""
    found = people.find(subject_id)
    ids = [subject_id]
    if found:
        ids = people.ids_of(found)
        person.close(found, entry.started_at)
    for _looked_at in rows.clear(ids, spares_ways_to_reach=False):
        if lease:
            lease.renew()
    if found:
        person.empty(ids, type(found))
    ErasureMark.objects.get_or_create(erasure_id=entry.pk)
    for each in ids:
        keys.destroy(each)


def _carry_on(lease: Lease) -> bool:
    entry = lease.entry
    subject = people.find(entry.subject_id)
    if subject is not None:
        person.close(subject, entry.started_at)
        if entry.cleared_at is None:
            for _looked_at in rows.clear(people.ids_of(subject), spares_ways_to_reach=True):
                lease.renew()
            lease.note(cleared_at=timezone.now())
        if _tell(lease, subject) == Farewell.WAITING:
            return False
    sweep(entry.subject_id, entry, lease)
    for follow in hooks.finished:
        follow(entry.subject_id)
    lease.note(finished_at=timezone.now())
    return True


def _tell(lease: Lease, subject: Person) -> str:
    """The receipt, as long as there is an address to send it to."""
    entry = lease.entry
    if entry.farewell != Farewell.WAITING:
        return entry.farewell
    told = [tell(subject, entry) for tell in hooks.farewells]
    outcome = max(told, key=BEST.index, default=Farewell.NO_ADDRESS)
    if outcome == Farewell.WAITING and timezone.now() - entry.started_at > PATIENCE:
        outcome = Farewell.FAILED
    if outcome != Farewell.WAITING:
        lease.note(farewell=outcome)
    return outcome


def settle(subject: Person, *, by: Any) -> None:
    """Finish what is open about a person, because whoever decides said so."""
    for finish in hooks.settling:
        finish(subject, by)
