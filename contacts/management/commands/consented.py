"""manage.py consented: who agrees to a purpose at this moment, for a newsletter or a survey."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contacts import agreeing
from privacy import actor
from privacy.enums import Via
from privacy.models import ConsentPurpose


class Command(BaseCommand):
    """Each person is asked about anew right before they are printed."""

    help = (
        "Print everybody who agrees to a purpose now: their ids, or with --addresses their e-mail addresses."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The purpose, by its key."""
        parser.add_argument("purpose", metavar="KEY", help="the key of a consent purpose")
        parser.add_argument("--addresses", action="store_true", help="print addresses instead of ids")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError for a purpose that doesn't exist."""
        key = options["purpose"]
        if not ConsentPurpose.objects.filter(key=key).exists():
            known = ", ".join(ConsentPurpose.objects.values_list("key", flat=True))
            raise CommandError(f"There is no purpose “{key}”. There are: {known or 'none'}.")
        with actor.acting(None, via=Via.COMMAND):
            for contact in agreeing.contacts(key):
                line = contact.primary_email if options["addresses"] else str(contact.pk)
                if line:
                    self.stdout.write(line)
