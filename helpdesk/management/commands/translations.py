"""manage.py translations: what is missing in the catalogues, brings them up to date, compiles them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk import translating


class Command(BaseCommand):
    """One act each; ``--check`` is the one for CI."""

    help = "Check, update or compile the translations (no gettext programs needed)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Exactly one of three."""
        acts = parser.add_mutually_exclusive_group(required=True)
        acts.add_argument(
            "--check", action="store_true", help="fail if anything is missing, fuzzy or left over"
        )
        acts.add_argument("--update", action="store_true", help="write new messages into the .po files")
        acts.add_argument("--compile", action="store_true", help="make the .mo files that Django reads")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError with the list of what is wrong."""
        if options["compile"]:
            translating.compile_all()
        for language in translating.languages() if not options["compile"] else ():
            if options["update"]:
                translating.write(language)
            self._report(language, must_be_complete=options["check"])

    def _report(self, language: str, *, must_be_complete: bool) -> None:
        wrong = translating.complaints(language)
        if wrong and must_be_complete:
            raise CommandError("\n".join([f"{language}: {len(wrong)} messages", *wrong]))
        self.stdout.write(f"{language}: {f'{len(wrong)} messages to look at' if wrong else 'complete'}")
