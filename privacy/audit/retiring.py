"""Retention of the audit itself: old events go by whole sealed batches; the chain of seals stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from privacy.audit import merkle
from privacy.audit.recording import record
from privacy.enums import Deed
from privacy.models import AuditBatch, AuditEvent
from privacy.vault.seals import is_whole, seal

DOMAIN = "privacy.audit.retirement"


def retire(*, as_of: datetime | None = None) -> int:
    """Remove the events of batches sealed longer ago than AUDIT_MONTHS; returns how many events went."""
    limit = (as_of or timezone.now()) - timedelta(days=settings.AUDIT_MONTHS * 365 // 12)
    gone = 0
    for number in _old(limit):
        gone += _retire(number)
    if gone:
        record(Deed.AUDIT, by=None, fields=["retired"])
    return gone


def is_rightful(batch: AuditBatch) -> bool:
    """Whether retention retired this batch, and nobody else."""
    return is_whole(DOMAIN, _content(batch), bytes(batch.retirement or b""))


def _old(limit: datetime) -> list[int]:
    """Oldest first; the newest batch always stays, so that the chain has an end to grow from."""
    numbers = AuditBatch.objects.order_by("number").values_list("number", flat=True)
    old = list(numbers.filter(retired_at=None, sealed_at__lt=limit))
    return [number for number in old if number != numbers.last()]


@transaction.atomic
def _retire(number: int) -> int:
    batch = AuditBatch.objects.select_for_update().get(number=number)
    if batch.retired_at is not None:
        return 0
    batch.retired_at = timezone.now()
    batch.retirement = seal(DOMAIN, _content(batch))
    batch.index = None
    batch.save(update_fields=["retired_at", "retirement", "index"])
    gone, _per_model = AuditEvent.objects.filter(id__gte=batch.first_id, id__lte=batch.last_id).delete()
    return gone


def _content(batch: AuditBatch) -> bytes:
    return merkle.encoded((batch.number, batch.seal, batch.retired_at))
