"""Sealing and verifying: whatever is done to the audit behind our back is found, and called by its name."""

import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from privacy import audit
from privacy.audit import anchor, retiring, sealing, verification
from privacy.audit.verification import Break
from privacy.models import AuditBatch, AuditEvent
from tests import factories
from tickets.models import Tag

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> list[AuditBatch]:
    """Three batches of four events."""
    sealing.seal_all()
    AuditEvent.objects.none()
    monkeypatch.setattr(sealing, "BATCH", 4)
    audit.record_rows(audit.Deed.PURGE, Tag, [uuid4() for _ in range(12)])
    sealing.seal_all()
    return list(AuditBatch.objects.order_by("number"))[-3:]


def found() -> list[tuple[Break, int | None]]:
    return [(finding.kind, finding.batch) for finding in verification.findings()]


def by_force(statement: str, *values: Any) -> None:
    """What somebody with all rights over the database can do."""
    with connection.cursor() as cursor:
        for table in ("privacy_auditevent", "privacy_auditbatch"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_keeps_rows")
        cursor.execute(statement, values)
        for table in ("privacy_auditevent", "privacy_auditbatch"):
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_keeps_rows")


def test_what_nobody_touched_is_whole(chain: list[AuditBatch]) -> None:
    assert [batch.events for batch in chain] == [4, 4, 4]
    assert found() == []
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "nothing was changed, nothing is missing" in out.getvalue()


def test_nothing_new_seals_nothing(chain: list[AuditBatch]) -> None:
    assert sealing.seal_all() == 0


def test_a_missing_event_is_a_gap(chain: list[AuditBatch]) -> None:
    by_force("DELETE FROM privacy_auditevent WHERE id = %s", chain[1].first_id + 1)
    assert list(verification.findings()) == [
        verification.Finding(Break.MISSING, chain[1].number, (chain[1].first_id + 1,))
    ]


@pytest.mark.parametrize(
    "change",
    [
        "act = 'update'",
        "moment = moment + interval '1 microsecond'",
        "actor_id = NULL",
        "fields = '{subject}'",
    ],
)
def test_an_altered_event_is_named(chain: list[AuditBatch], change: str) -> None:
    by_force("UPDATE privacy_auditevent SET actor_id = gen_random_uuid() WHERE id = %s", 0)
    touched = chain[1].first_id + 2
    if "actor_id" in change:
        change = "object_id = NULL"
    by_force(f"UPDATE privacy_auditevent SET {change} WHERE id = %s", touched)
    assert list(verification.findings()) == [verification.Finding(Break.ALTERED, chain[1].number, (touched,))]


def test_events_in_another_order_are_named(chain: list[AuditBatch]) -> None:
    one, other = chain[1].first_id, chain[1].first_id + 3
    by_force("UPDATE privacy_auditevent SET id = -id WHERE id IN (%s, %s)", one, other)
    by_force("UPDATE privacy_auditevent SET id = %s + id + %s WHERE id < 0", one, other)
    assert list(verification.findings()) == [
        verification.Finding(Break.REORDERED, chain[1].number, (one, other))
    ]


def test_an_event_planted_among_the_sealed_is_named(chain: list[AuditBatch]) -> None:
    by_force("DELETE FROM privacy_auditevent WHERE id = %s", chain[1].first_id)
    event = AuditEvent.objects.get(id=chain[1].first_id + 1)
    event.pk, event.act = chain[1].first_id, audit.Deed.EXPORT
    event.save(force_insert=True)
    assert found() == [(Break.ALTERED, chain[1].number)]


def test_an_event_planted_between_batches_is_named(chain: list[AuditBatch]) -> None:
    audit.record(audit.Deed.EXPORT)
    hole = AuditEvent.objects.latest("id").pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('privacy_auditevent', 'id'))")
    sealing.seal_all()
    planted = AuditEvent.objects.get(pk=hole)
    audit.record(audit.Deed.EXPORT)
    sealing.seal_all()
    planted.pk = hole + 1  # a number that a transaction which was rolled back had been given
    planted.save(force_insert=True)
    assert found() == [(Break.PLANTED, AuditBatch.objects.latest("number").number)]


def test_a_cut_tail_is_named(chain: list[AuditBatch]) -> None:
    by_force("DELETE FROM privacy_auditevent WHERE id >= %s", chain[2].first_id)
    by_force("DELETE FROM privacy_auditbatch WHERE number = %s", chain[2].number)
    assert found() == [(Break.TAIL_MISSING, chain[2].number)]


def test_a_batch_cut_out_of_the_middle_is_named(chain: list[AuditBatch]) -> None:
    by_force("DELETE FROM privacy_auditevent WHERE id BETWEEN %s AND %s", chain[1].first_id, chain[1].last_id)
    by_force("DELETE FROM privacy_auditbatch WHERE number = %s", chain[1].number)
    assert found() == [(Break.BATCH_MISSING, chain[1].number)]


def test_a_chain_recomputed_without_the_key_is_forged(chain: list[AuditBatch], settings: Any) -> None:
    """Somebody alters an event and then makes root, index and seals anew, with all our code but not our key."""
    by_force("UPDATE privacy_auditevent SET act = 'update' WHERE id = %s", chain[1].first_id)
    ours, settings.PRIVACY_SEAL_KEY = settings.PRIVACY_SEAL_KEY, "ab" * 32
    _recompute(chain[1:], bytes(chain[0].seal))
    settings.PRIVACY_SEAL_KEY = ours
    assert set(found()) == {
        (kind, batch.number) for kind in (Break.FORGED, Break.NOT_AS_ANCHORED) for batch in chain[1:]
    }


def test_a_chain_recomputed_with_the_key_is_not_as_anchored(chain: list[AuditBatch]) -> None:
    by_force("UPDATE privacy_auditevent SET act = 'update' WHERE id = %s", chain[1].first_id)
    _recompute(chain[1:], bytes(chain[0].seal))
    assert found() == [(Break.NOT_AS_ANCHORED, batch.number) for batch in chain[1:]]


def test_a_row_of_a_batch_that_was_altered_is_named(chain: list[AuditBatch]) -> None:
    by_force("UPDATE privacy_auditbatch SET root = sha256('x') WHERE number = %s", chain[1].number)
    kinds = found()
    assert (Break.SEAL_BROKEN, chain[1].number) in kinds
    by_force(
        "UPDATE privacy_auditbatch SET sealed_at = now() - interval '1 day' WHERE number = %s",
        chain[2].number,
    )
    assert (Break.FORGED, chain[2].number) in found()


def test_events_that_wait_too_long_are_named(chain: list[AuditBatch]) -> None:
    audit.record(audit.Deed.EXPORT)
    assert found() == []
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert found() == [(Break.UNSEALED, None)]


def test_without_an_anchor_it_says_so(chain: list[AuditBatch], settings: Any) -> None:
    Path(settings.AUDIT_ANCHOR_FILE).unlink()
    assert found() == [(Break.UNANCHORED, None)]
    anchor.write()
    assert found() == []


def test_the_command_fails_and_names_the_break(chain: list[AuditBatch]) -> None:
    by_force("DELETE FROM privacy_auditevent WHERE id = %s", chain[0].first_id)
    err = StringIO()
    with pytest.raises(CommandError, match="1 breaks"):
        call_command("verify_audit", stderr=err)
    assert f"missing: batch {chain[0].number}" in err.getvalue()


# -- after a restore


@pytest.fixture
def restored(chain: list[AuditBatch]) -> list[AuditBatch]:
    """The database is as it was before the last batch: a backup of then was restored, and said so."""
    _cut(chain[2])
    sealing.go_on_after_restore()
    sealing.seal_all()
    return chain


def _cut(batch: AuditBatch) -> None:
    by_force("DELETE FROM privacy_auditevent WHERE id >= %s", batch.first_id)
    by_force("DELETE FROM privacy_auditbatch WHERE number >= %s", batch.number)


def test_an_honest_restore_is_no_break_and_is_told(restored: list[AuditBatch]) -> None:
    assert found() == []
    assert [line.number for line in verification.restores()] == [restored[1].number]
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert f"the chain went on after batch {restored[1].number}." in said.getvalue()
    told = AuditEvent.objects.latest("id")
    assert (told.act, told.fields) == (audit.Deed.AUDIT, ["restored"])
    audit.record(audit.Deed.EXPORT)
    sealing.seal_all()
    assert found() == []


def test_a_tail_cut_after_a_restore_is_named(restored: list[AuditBatch]) -> None:
    audit.record(audit.Deed.EXPORT)
    sealing.seal_all()
    last = AuditBatch.objects.latest("number")
    _cut(last)
    assert found() == [(Break.TAIL_MISSING, last.number)]


def test_nobody_without_the_key_notes_a_restore(chain: list[AuditBatch], settings: Any) -> None:
    _cut(chain[2])
    ours, settings.PRIVACY_SEAL_KEY = settings.PRIVACY_SEAL_KEY, "ab" * 32
    anchor.note_restore()
    settings.PRIVACY_SEAL_KEY = ours
    assert found() == [(Break.FALSE_RESTORE, chain[1].number), (Break.TAIL_MISSING, chain[2].number)]


def test_the_note_of_an_old_restore_excuses_no_later_cut(restored: list[AuditBatch], settings: Any) -> None:
    file = Path(settings.AUDIT_ANCHOR_FILE)
    [note] = [line for line in file.read_text().splitlines() if " restored " in line]
    last = AuditBatch.objects.latest("number")
    _cut(last)
    with file.open("a") as anchored:
        anchored.write(f"{note}\n")
    assert found() == [(Break.FALSE_RESTORE, restored[1].number), (Break.TAIL_MISSING, last.number)]


# -- retention


def test_old_batches_go_whole_and_the_chain_stays(chain: list[AuditBatch]) -> None:
    retiring.retire(as_of=timezone.now() + timedelta(days=4000))
    sealing.seal_all()
    assert found() == []
    kept = AuditEvent.objects.filter(id__gte=chain[0].first_id)
    assert [event.id for event in kept.order_by("id")][:4] == list(
        range(chain[2].first_id, chain[2].last_id + 1)
    )
    assert AuditBatch.objects.get(number=chain[0].number).retired_at is not None


def test_young_batches_stay(chain: list[AuditBatch]) -> None:
    assert retiring.retire() == 0


def test_a_batch_retired_by_somebody_else_is_named(chain: list[AuditBatch]) -> None:
    """The trigger lets a batch go that claims to be retired; the claim has to bear our seal."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE privacy_auditbatch SET retired_at = now(), retirement = 'x', index = NULL WHERE number = %s",
            [chain[1].number],
        )
        cursor.execute(
            "DELETE FROM privacy_auditevent WHERE id BETWEEN %s AND %s", [chain[1].first_id, chain[1].last_id]
        )
    assert found() == [(Break.RETIRED_WRONGLY, chain[1].number)]


# -- transactions that commit late


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_events_of_a_transaction_that_commits_late_are_sealed_in_their_place() -> None:
    """A lower number that appears after a higher one: the sealer waits for it, or leaves both for the next time."""
    sealing.seal_all()
    written, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            audit.record(audit.Deed.EXPORT)
            written.set()
            go_on.wait(10)
        connection.close()

    writer = threading.Thread(target=late)
    writer.start()
    assert written.wait(10)
    audit.record(audit.Deed.MERGE)
    assert sealing.seal_all(patience=0.2) == 0, "somebody still writes"
    waiting = threading.Timer(0.3, go_on.set)
    waiting.start()
    assert sealing.seal_all(patience=10) == 1
    writer.join()
    acts = list(AuditEvent.objects.order_by("-id").values_list("act", flat=True)[:2])
    assert acts == [audit.Deed.MERGE, audit.Deed.EXPORT]
    assert AuditBatch.objects.latest("number").events >= 2
    assert found() == []


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_who_begins_meanwhile_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writes that never pause don't keep the sealer from its work."""
    factories.TagFactory()
    first: Callable[[], set[str]] = sealing._writers
    seen = iter([{"old"}, {"new"}])
    monkeypatch.setattr(sealing, "_writers", lambda: next(seen, first()))
    assert sealing.seal_all(patience=5) >= 1


def _recompute(batches: list[AuditBatch], before: bytes) -> None:
    for batch in batches:
        events = AuditEvent.objects.filter(id__gte=batch.first_id, id__lte=batch.last_id).order_by("id")
        hashed = list(sealing.hashes(events.values_list("id", *sealing.SAID)))
        batch.root = sealing.root_of(hashed)
        batch.seal = before = sealing.seal_of(batch, before)
        index = b"".join(number.to_bytes(8, "big") + content[:8] for number, content in hashed)
        by_force(
            "UPDATE privacy_auditbatch SET root = %s, seal = %s, index = %s WHERE number = %s",
            batch.root,
            batch.seal,
            index,
            batch.number,
        )
