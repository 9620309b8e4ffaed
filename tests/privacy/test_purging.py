"""What has lain in the bin for its time goes, to the second; nothing goes that something keeps."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, connections, models, transaction
from django.db.models import Q

from contacts.models import Contact
from privacy import audit, binning, holds, purging, retention
from privacy.enums import Cause, Deed, Via
from privacy.models import AuditEvent, PurgeRun, RetentionRule, User
from tests import factories
from tests.privacy.test_removal import ids_of, mentions, opened
from tickets import tagging
from tickets.models import Department, Message, Tagging, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
DELETED = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.fixture
def ticket(customer: Contact, agent: User, department: Department) -> Ticket:
    return opened(customer, agent)


def left(model: Any) -> int:
    return int(model.everything.count())


@pytest.mark.parametrize(
    ("deleted", "zone"),
    [
        (DELETED, "Europe/Berlin"),
        (
            datetime(2026, 1, 29, 2, 30, tzinfo=BERLIN),
            "Europe/Berlin",
        ),  # day 60 is the night of the change of clocks
        (datetime(2026, 8, 26, 2, 30, tzinfo=BERLIN), "Europe/Berlin"),  # and back
        (datetime(2026, 1, 29, 2, 30, tzinfo=BERLIN), "Pacific/Auckland"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=ZoneInfo("Pacific/Honolulu")), "UTC"),
    ],
)
def test_sixty_days_are_sixty_days(ticket: Ticket, settings: Any, deleted: datetime, zone: str) -> None:
    settings.TIME_ZONE = zone
    start = deleted.astimezone(UTC)
    with time_machine.travel(start, tick=False):
        binning.bin(ticket, by=None)
    gone = ids_of(ticket)
    for moment, kept in (
        (start + 59 * DAY, 1),
        (start + 60 * DAY - timedelta(seconds=1), 1),
        (start + 60 * DAY, 0),
        (start + 61 * DAY, 0),
    ):
        purging.purge(as_of=moment)
        assert left(Ticket) == kept
    assert mentions(gone) == []


def test_what_came_back_stays(ticket: Ticket) -> None:
    with time_machine.travel(DELETED):
        binning.bin(ticket, by=None)
        binning.restore(ticket, by=None)
    assert purging.purge(as_of=DELETED + 100 * DAY).counts == {}


def test_each_deletion_has_its_own_time(ticket: Ticket, agent: User) -> None:
    """A message and a tag that went earlier go earlier; what is taken off by hand is purged, too."""
    with time_machine.travel(DELETED):
        binning.bin(ticket.messages.first(), by=None)
        tagging.untag(ticket, Tagging.objects.get().tag, by=agent)
    with time_machine.travel(DELETED + 10 * DAY):
        binning.bin(ticket, by=None)
    counts = purging.purge(as_of=DELETED + 61 * DAY).counts
    assert counts == {
        "tickets.Message": 1,
        "tickets.Attachment": 1,
        "tickets.Tagging": 1,
        "tickets.OutboundMail": 1,
    }
    assert left(Ticket) == 1
    purging.purge(as_of=DELETED + 71 * DAY)
    assert (left(Ticket), left(Message)) == (0, 0)


def test_a_module_has_its_own_period(ticket: Ticket, customer: Contact) -> None:
    RetentionRule(term="bin.tickets", days=10).save()
    with time_machine.travel(DELETED):
        binning.bin(customer, by=None)
    purging.purge(as_of=DELETED + 11 * DAY)
    assert (left(Ticket), Contact.everything.filter(pk=customer.pk).count()) == (0, 1)
    purging.purge(as_of=DELETED + 61 * DAY)
    assert Contact.everything.filter(pk=customer.pk).count() == 0


def test_a_person_waits_for_what_is_theirs_and_stays_longer(ticket: Ticket, customer: Contact) -> None:
    RetentionRule(term="bin.tickets", days=100).save()
    with time_machine.travel(DELETED):
        binning.bin(customer, by=None)
    purging.purge(as_of=DELETED + 61 * DAY)
    assert (left(Ticket), Contact.everything.filter(pk=customer.pk).count()) == (1, 1)
    purging.purge(as_of=DELETED + 101 * DAY)
    assert (left(Ticket), Contact.everything.filter(pk=customer.pk).count()) == (0, 0)


def test_a_hold_on_any_part_keeps_the_whole(
    ticket: Ticket, customer: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = ticket.messages.first()

    def hold(model: type[models.Model]) -> Q | None:
        return Q(pk=held.pk) if model is Message else None

    monkeypatch.setattr(retention, "keepers", [retention.Keeper(hold, lambda: True)])
    with time_machine.travel(DELETED):
        binning.bin(customer, by=None)
    late = DELETED + 1000 * DAY
    assert purging.preview(late) == {}
    assert purging.purge(as_of=late).counts == {}
    assert (left(Ticket), left(Message)) == (1, 3)


def test_a_hold_that_comes_meanwhile_counts(
    customer: Contact, stranger: Contact, admin: User, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 1)
    first, second = (
        factories.TicketFactory(requester=each, department=department) for each in (customer, stranger)
    )
    with time_machine.travel(DELETED):
        binning.bin(first, by=None)
        binning.bin(second, by=None)

    def meanwhile(execute: Any, statement: str, *rest: Any) -> Any:
        done = execute(statement, *rest)
        if 'DELETE FROM "tickets_ticket"' in statement and not holds.is_keeping():
            holds.place(second, "A court asked for it.", until=None, by=admin)
        return done

    with connection.execute_wrapper(meanwhile):
        purging.purge(as_of=DELETED + 61 * DAY)
    assert list(Ticket.everything.all()) == [second]


def test_what_others_still_need_waits(department: Department, ticket: Ticket) -> None:
    with time_machine.travel(DELETED):
        department.bin(by=None)
    purging.purge(as_of=DELETED + 61 * DAY)
    assert left(Department) == 1
    with time_machine.travel(DELETED):
        binning.bin(ticket, by=None)
    assert [purging.purge(as_of=DELETED + 61 * DAY) and left(Department) for _ in range(2)][-1] == 0


def test_the_report_counts_and_names_nobody(ticket: Ticket) -> None:
    with time_machine.travel(DELETED):
        binning.bin(ticket, by=None)
    assert purging.preview(DELETED + 61 * DAY)[Ticket] == 1
    run = purging.purge(as_of=DELETED + 61 * DAY)
    stored = PurgeRun.objects.get()
    assert stored == run
    assert stored.finished_at is not None
    assert stored.counts == {
        "tickets.Ticket": 1, "tickets.Message": 3, "tickets.Attachment": 2, "tickets.Tagging": 1,
        "tickets.Participant": 1, "tickets.Draft": 1, "tickets.OutboundMail": 2,
    }  # fmt: skip


def test_the_audit_has_the_sum_and_what_started_it(ticket: Ticket) -> None:
    with time_machine.travel(DELETED):
        binning.bin(ticket, by=None)
    run = purging.purge(as_of=DELETED + 61 * DAY, via=Via.COMMAND)
    told = AuditEvent.objects.get(model="privacy.purgerun")
    assert (told.act, told.via, told.cause) == (Deed.PURGE, Via.COMMAND, Cause.COMMAND)
    assert audit.sum_of(told) == {label.lower(): count for label, count in run.counts.items()}


def test_the_command_says_what_would_go_and_lets_it_go(
    ticket: Ticket, capsys: pytest.CaptureFixture[str]
) -> None:
    with time_machine.travel(DELETED, tick=False):
        binning.bin(ticket, by=None)
    with time_machine.travel(DELETED + 50 * DAY):
        call_command("purge")
        assert capsys.readouterr().out.split() == ["0", "rows", "removed", "for", "good."]
        call_command("purge", "--dry-run", "--as-of", "2026-04-03")
        assert "1  tickets.Ticket\n" in capsys.readouterr().out
        with pytest.raises(CommandError, match="--dry-run"):
            call_command("purge", "--as-of", "2026-04-03")
        with pytest.raises(CommandError, match="no date"):
            call_command("purge", "--as-of", "soon")
    assert left(Ticket) == 1
    with time_machine.travel(DELETED + 60 * DAY):
        call_command("purge")
    assert left(Ticket) == 0


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_at_once_share_the_work_and_leave_what_is_held(
    customer: Contact, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 5)
    with time_machine.travel(DELETED):
        for _ in range(40):
            row = factories.MessageFactory(ticket__requester=customer, ticket__department=department)
            binning.bin(row.ticket, by=None)
    locked = Ticket.everything.order_by("pk").first()

    def work(_: int) -> PurgeRun:
        try:
            return purging.purge(as_of=DELETED + 61 * DAY)
        finally:
            connections.close_all()

    with transaction.atomic():
        Ticket.everything.select_for_update().get(pk=locked.pk)
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(work, range(2)))
    assert sum(run.counts.get("tickets.Ticket", 0) for run in runs) == 39
    assert list(Ticket.everything.all()) == [locked]
    assert connection.in_atomic_block is False
