"""Where somebody is named in other people's tickets: by all that they are known by, once, and on from a kill."""

from typing import Any

import pytest

from contacts.models import Contact, Identity
from privacy import erasure, requests
from privacy.access import Denied
from privacy.enums import Arrival, RequestKind
from privacy.models import DataRequest, RetentionRule, User
from tests import factories
from tickets import bystanders, lifecycle, reading
from tickets.attaching import NewAttachment
from tickets.enums import Channel
from tickets.models import Bystander, BystanderScan, Department, Message, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def request_of_stan(stranger: Contact, admin: User) -> DataRequest:
    Identity(contact=stranger, kind="phone", value="+49301234567").save()
    Identity(contact=stranger, kind="handle", value="@stan_the_man").save()
    made: DataRequest = requests.record(RequestKind.ERASURE, stranger, by=admin, arrival=Arrival.PHONE)
    return made


def ticket(customer: Contact, **given: Any) -> Ticket:
    told = {"subject": "About us", "body_text": "Hello", "channel": Channel.EMAIL} | given
    return lifecycle.open(requester=customer, by=customer, **told)


def looked(request: DataRequest, by: User) -> BystanderScan:
    scan = bystanders.look(request, by=by)
    bystanders.carry_on(scan.pk)
    scan.refresh_from_db()
    return scan


def test_all_that_they_are_known_by_is_found_and_nothing_else(
    customer: Contact, stranger: Contact, request_of_stan: DataRequest, admin: User, department: Department
) -> None:
    named = [
        ticket(customer, body_text="It was STAN\nStranger."),
        ticket(customer, body_text="Write to stan@stranger.example, stan@stranger.example"),
        ticket(customer, body_text="Call +49 (30) 123-4567"),
        ticket(customer, body_text="Ask @stan_the_man"),
        ticket(customer, subject="Stan Stranger again"),
        ticket(customer, attachments=[NewAttachment("Stan Stranger.pdf", "application/pdf", b"%PDF")]),
        ticket(customer, attachments=[NewAttachment("list.csv", "text/csv", b"who;number\nStan Stranger;1")]),
        ticket(customer, attachments=[NewAttachment("page.html", "text/html", b"<b>Stan</b>\nStranger")]),
    ]
    ticket(customer, body_text="Stan is a nice name, stranger. Call +49 30 12345678.")
    ticket(stranger, body_text="I am Stan Stranger")
    ticket(customer, attachments=[NewAttachment("picture.png", "image/png", b"Stan Stranger")])
    scan = looked(request_of_stan, admin)
    mentions = list(bystanders.found(scan, admin))
    assert {each.message.ticket_id for each in mentions} == {each.pk for each in named}
    assert [each.places for each in mentions if each.message.ticket_id == named[1].pk] == [2]
    assert len(mentions) == len(named)
    assert scan.finished_at is not None
    assert scan.looked == scan.total


def test_killed_between_portions_it_goes_on_there_and_counts_nothing_twice(
    customer: Contact, request_of_stan: DataRequest, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bystanders, "PORTION", 2)
    for _ in range(5):
        ticket(customer, subject="Stan Stranger", body_text="Stan Stranger and Stan Stranger")
    scan = bystanders.look(request_of_stan, by=admin)
    read, times = bystanders._read, iter(range(4))

    def breaks(scan: BystanderScan) -> Any:
        if next(times, None) is None:
            raise OSError("killed")
        return read(scan)

    monkeypatch.setattr(bystanders, "_read", breaks)
    with pytest.raises(OSError, match="killed"):
        bystanders.carry_on(scan.pk)
    scan.refresh_from_db()
    assert scan.looked == 5  # three portions of messages; the fourth found that there are no more
    assert bystanders.unfinished() == [scan.pk]
    monkeypatch.setattr(bystanders, "_read", read)
    bystanders.carry_on(scan.pk)
    bystanders.carry_on(scan.pk)
    assert sorted(Bystander.objects.values_list("places", flat=True)) == [3] * 5
    assert bystanders.unfinished() == []


def test_large_files_are_not_opened(customer: Contact, request_of_stan: DataRequest, admin: User) -> None:
    named = b"It was Stan Stranger."
    for content in (named, named + b" " * reading.LARGEST):
        ticket(customer, attachments=[NewAttachment("letter.txt", "text/plain", content)])
    assert [each.places for each in bystanders.found(looked(request_of_stan, admin), admin)] == [1]


def test_many_files_are_gone_through_in_portions(
    customer: Contact, request_of_stan: DataRequest, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bystanders, "FILES_AT_ONCE", 2)
    for _ in range(5):
        ticket(customer, attachments=[NewAttachment("a.txt", "text/plain", b"Stan Stranger, Stan Stranger")])
    scan = looked(request_of_stan, admin)
    assert [each.places for each in bystanders.found(scan, admin)] == [2] * 5
    assert scan.looked == scan.total == 20


def test_two_clicks_are_one_look_and_it_needs_the_right(
    request_of_stan: DataRequest, admin: User, agent: User
) -> None:
    assert bystanders.look(request_of_stan, by=admin) == bystanders.look(request_of_stan, by=admin)
    with pytest.raises(Denied):
        bystanders.look(request_of_stan, by=agent)


def test_what_the_viewer_may_not_see_is_counted_only(
    customer: Contact, request_of_stan: DataRequest, admin: User
) -> None:
    hidden = factories.UserFactory(profile=factories.ProfileFactory(rights=["data_requests"]))
    ticket(customer, body_text="It was Stan Stranger.")
    scan = looked(request_of_stan, admin)
    assert not bystanders.found(scan, hidden).exists()
    assert scan.found.count() == 1


def test_nothing_that_they_are_known_by_is_kept(
    customer: Contact, request_of_stan: DataRequest, admin: User
) -> None:
    ticket(customer, body_text="It was Stan Stranger.")
    scan = looked(request_of_stan, admin)
    for row in (scan, Bystander.objects.get()):
        assert "tan" not in "".join(str(value) for name, value in vars(row).items() if name != "_state")


def test_it_is_forgotten_in_the_end(request_of_stan: DataRequest, admin: User, time_machine: Any) -> None:
    scan = looked(request_of_stan, admin)
    assert bystanders.forget() == 0
    time_machine.move_to(scan.created_at + bystanders.KEPT * 1.1)
    assert bystanders.forget() == 1
    assert Message.objects.count() == 0


def test_the_dry_run_says_when_what_stays_goes(
    stranger: Contact, request_of_stan: DataRequest, admin: User, department: Department
) -> None:
    ticket(stranger)
    looked(request_of_stan, admin)

    def terms() -> dict[str, list[str]]:
        return {each.record: each.terms for each in erasure.plan(stranger).kept}

    label = str(BystanderScan._meta.verbose_name_plural)
    assert (terms()[label], terms()["tickets"]) == (["after 90 days"], [])
    RetentionRule(term="tickets.closed", days=730).save()
    assert terms()["tickets"] == ["Closed tickets go to the recycle bin: after 730 days"]
