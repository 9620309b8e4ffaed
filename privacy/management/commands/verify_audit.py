"""``manage.py verify_audit``: is the audit still what was written? Names every break; fails if there is one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from privacy.audit import verification
from privacy.models import AuditBatch, AuditEvent


class Command(BaseCommand):
    help = "Check all seals of the audit, their chain and the anchor; report every break and fail if there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        for restored in verification.restores():
            moment, number = restored.written_at, restored.number
            self.stdout.write(f"A backup was restored at {moment}: the chain went on after batch {number}.")
        found = list(verification.findings())
        for finding in found:
            where = f"batch {finding.batch}: " if finding.batch else ""
            which = f" [{', '.join(map(str, finding.events[:20]))}]" if finding.events else ""
            self.stderr.write(f"{finding.kind.value}: {where}{finding.kind.label}{which}")
        if found:
            raise CommandError(f"{len(found)} breaks in the audit.")
        batches, events = AuditBatch.objects.count(), AuditEvent.objects.count()
        self.stdout.write(
            f"{events} events, {batches} sealed batches: nothing was changed, nothing is missing."
        )
