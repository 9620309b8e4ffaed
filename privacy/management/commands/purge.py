"""``manage.py purge``: let go for good what has lain in the bin for its time; or only say what would go."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from privacy import purging
from privacy.enums import Via


class Command(BaseCommand):
    help = "Remove for good what has lain in the recycle bin for its time, and enforce the retention rules."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as-of", metavar="DATE", help="as if it were this day or moment (ISO 8601)")
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of = _moment(options["as_of"]) if options["as_of"] else timezone.now()
        if options["dry_run"]:
            counts = {model._meta.label: count for model, count in purging.preview(as_of).items()}
        elif as_of > timezone.now():
            raise CommandError("A day to come can only be looked at: add --dry-run.")
        else:
            counts = purging.purge(as_of=as_of, via=Via.COMMAND).counts
        for label, count in sorted(counts.items()):
            self.stdout.write(f"{count:>10}  {label}")
        done = "would go, with what belongs to them." if options["dry_run"] else "removed for good."
        self.stdout.write(f"{sum(counts.values()):>10}  rows {done}")


def _moment(text: str) -> datetime:
    """A moment, or the start of a day, in the installation's time zone unless it names one. Raises CommandError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}” is no date.") from None
    return timezone.make_aware(found) if timezone.is_naive(found) else found
