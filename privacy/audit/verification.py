"""Verifying: reads the whole audit against its seals and the anchor, and names every break."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.audit import anchor, retiring, sealing
from privacy.models import AuditBatch, AuditEvent

SEALED_WITHIN = timedelta(minutes=15)
SHOWN = 20


class Break(TextChoices):
    """What can be wrong."""

    MISSING = "missing", _("events are missing (gap)")
    ALTERED = "altered", _("events were altered")
    REORDERED = "reordered", _("events stand in another order")
    PLANTED = "planted", _("events were added after sealing")
    BATCH_MISSING = "batch_missing", _("a whole batch is missing")
    FORGED = "forged", _("recomputed without the key: the seal is not ours")
    SEAL_BROKEN = "seal_broken", _("the batch's own row was altered")
    RETIRED_WRONGLY = "retired_wrongly", _("removed, but not by retention")
    TAIL_MISSING = "tail_missing", _("the end of the chain is missing")
    NOT_AS_ANCHORED = "not_as_anchored", _("the chain is another one than the one anchored")
    FALSE_RESTORE = "false_restore", _("a restore was noted that isn’t ours")
    UNSEALED = "unsealed", _("events wait too long for their seal")
    UNANCHORED = "unanchored", _("no anchor outside the database")


@dataclass(frozen=True, slots=True)
class Finding:
    """One break: in which batch, which events."""

    kind: Break
    batch: int | None = None
    events: tuple[int, ...] = ()


def findings() -> Iterator[Finding]:
    """Every break, oldest first. What is sealed doesn't change, so it can be read while people work."""
    seals: dict[int, bytes] = {}
    last_id = 0
    for batch, broken in _chain():
        seals[batch.number], last_id = bytes(batch.seal), batch.last_id
        yield from broken
    yield from _tail(last_id)
    yield from _anchored(seals)


def _chain() -> Iterator[tuple[AuditBatch, list[Finding]]]:
    """Each batch, with what is wrong with it; their indexes are read only where they are needed."""
    batches = AuditBatch.objects.order_by("number").defer("index").iterator(chunk_size=500)
    before, number, last_id = b"", 0, 0
    for batch in batches:
        is_linked = batch.number == number + 1
        found = [] if is_linked else [Finding(Break.BATCH_MISSING, number + 1)]
        between = AuditEvent.objects.filter(id__gt=last_id, id__lt=batch.first_id)
        if is_linked and (planted := tuple(between.order_by("id").values_list("id", flat=True)[:SHOWN])):
            found.append(Finding(Break.PLANTED, batch.number, planted))
        yield batch, [*found, *_batch(batch, before, is_linked=is_linked)]
        before, number, last_id = bytes(batch.seal), batch.number, batch.last_id


def _batch(batch: AuditBatch, before: bytes, *, is_linked: bool) -> Iterator[Finding]:
    events = AuditEvent.objects.filter(id__gte=batch.first_id, id__lte=batch.last_id).order_by("id")
    hashed = list(sealing.hashes(events.values_list("id", *sealing.SAID)))
    is_sealed = not is_linked or sealing.seal_of(batch, before) == bytes(batch.seal)
    if batch.retired_at is not None:
        if hashed or not retiring.is_rightful(batch):
            yield Finding(Break.RETIRED_WRONGLY, batch.number)
        elif not is_sealed:
            yield Finding(Break.SEAL_BROKEN, batch.number)
        return
    agrees = len(hashed) == batch.events and sealing.root_of(hashed) == bytes(batch.root)
    if not is_sealed:
        yield Finding(Break.FORGED if agrees else Break.SEAL_BROKEN, batch.number)
    if not agrees:
        yield from _differences(batch, hashed)


def _differences(batch: AuditBatch, hashed: list[tuple[int, bytes]]) -> Iterator[Finding]:
    """What was done to a batch's events, told with the help of its index."""
    known, found = _index(batch), {number: content[:8] for number, content in hashed}
    missing, planted = sorted(known.keys() - found.keys()), sorted(found.keys() - known.keys())
    changed = sorted(number for number in known.keys() & found.keys() if known[number] != found[number])
    moved = {number for number in (*changed, *planted) if found[number] in known.values()}
    if moved and sorted(known.values()) == sorted(found.values()):
        yield Finding(Break.REORDERED, batch.number, tuple(sorted({*changed, *missing, *planted})))
        return
    if missing:
        yield Finding(Break.MISSING, batch.number, tuple(missing))
    if planted:
        yield Finding(Break.PLANTED, batch.number, tuple(planted))
    if changed or not (missing or planted):
        yield Finding(Break.ALTERED, batch.number, tuple(changed))


def _index(batch: AuditBatch) -> dict[int, bytes]:
    data = bytes(batch.index or b"")
    entries = (data[start : start + 16] for start in range(0, len(data), 16))
    return {int.from_bytes(entry[:8], "big"): entry[8:] for entry in entries}


def _tail(last_id: int) -> Iterator[Finding]:
    """Events that the sealer should have reached by now."""
    late = AuditEvent.objects.filter(id__gt=last_id, moment__lt=timezone.now() - SEALED_WITHIN)
    if waiting := tuple(late.order_by("id").values_list("id", flat=True)[:SHOWN]):
        yield Finding(Break.UNSEALED, None, waiting)


def _anchored(seals: dict[int, bytes]) -> Iterator[Finding]:
    """Where the chain isn't the one that was anchored, or ends before it."""
    lines = anchor.lines()
    if seals and not lines:
        yield Finding(Break.UNANCHORED)
    expected: dict[int, bytes] = {}
    for before, line in pairwise([None, *lines]):
        assert line is not None
        if line.proof is not None:
            if not line.is_ours(before):
                yield Finding(Break.FALSE_RESTORE, line.number)
                continue
            expected = {number: seal for number, seal in expected.items() if number <= line.number}
        if line.number:
            expected.setdefault(line.number, line.seal)
    yield from _unlike(seals, expected)


def _unlike(seals: dict[int, bytes], expected: dict[int, bytes]) -> Iterator[Finding]:
    end = max(seals, default=0)
    for number, seal in expected.items():
        if number > end:
            yield Finding(Break.TAIL_MISSING, number)
            return
        if seals.get(number, seal) != seal:
            yield Finding(Break.NOT_AS_ANCHORED, number)


def restores() -> list[anchor.Anchored]:
    """The restores that were noted: what had been written after their last batch is gone, and that is known."""
    return [
        line
        for before, line in pairwise([None, *anchor.lines()])
        if line and line.proof and line.is_ours(before)
    ]
