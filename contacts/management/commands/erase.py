"""``manage.py erase``: erases a person at once, without a request: for whoever runs the installation."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from contacts import identification
from privacy import actor, erasure, people
from privacy.enums import Via
from privacy.models import Person


class Command(BaseCommand):
    help = "Show what erasing a person would do; with --yes, do it. Safe to stop and to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom, and how."""
        parser.add_argument("who", help="an id (uuid), an e-mail address, a phone number or a @name")
        parser.add_argument("--yes", action="store_true", help="erase; without it nothing is changed")
        parser.add_argument("--settle", action="store_true", help="close or hand over what is open first")
        parser.add_argument("--silently", action="store_true", help="send the person no receipt")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Says what it would do, or did; never a name."""
        person = _find(options["who"])
        plan = erasure.plan(person)
        for line in plan.erased:
            self.stdout.write(f"{line.rows:>8}  {line.record}: {line.field or line.category} ({line.effect})")
        for hold in plan.holds:
            self.stdout.write(f"Held until {hold.until or 'lifted'} by legal hold {hold.pk}.")
        self.stdout.write(f"{plan.open_work} tickets are open.")
        if not options["yes"]:
            self.stdout.write("Nothing was changed. With --yes this person is erased.")
            return
        with actor.acting(None, via=Via.COMMAND):
            if options["settle"]:
                erasure.settle(person, by=None)
            try:
                entry = erasure.begin(person, by=None, tells=not options["silently"])
            except erasure.NotNow as why:
                raise CommandError(str(why)) from None
            done = erasure.carry_on(entry.pk)
        self.stdout.write(
            "Erased." if done else "The receipt could not be sent yet. The timetable goes on with it."
        )


def _find(who: str) -> Person:
    try:
        found = people.find(UUID(who))
    except ValueError:
        try:
            found = identification.find(who)
        except ValueError as why:
            raise CommandError(str(why)) from None
    if found is None:
        raise CommandError("Nobody is known by this.")
    return found
