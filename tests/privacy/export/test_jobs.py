"""Exports of modules: everything that the asker may see and nothing else, in each format, whole or not at all."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

from contacts.models import Contact
from privacy import binning, custom, profiles, registry, restriction
from privacy.access import Denied
from privacy.enums import Deed, FieldRight, FieldType, RestrictionGround
from privacy.export import jobs, parcels
from privacy.export.modules import rooms
from privacy.export.rows import Sheet
from privacy.governance import Closed, Own
from privacy.models import AuditEvent, CustomValue, Disclosure, ExportJob, Format, ParcelState, Profile, User
from privacy.vault import keys
from tests import factories
from tests.privacy.custom.fields import make_field
from tests.privacy.erasure import specimens
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


def exported(model: type[models.Model], by: User, kind: Format = Format.LINES) -> str:
    """The file as its asker gets it."""
    job = jobs.ask(model._meta.label_lower, kind, by=by)
    jobs.make(job.pk)
    job.refresh_from_db()
    assert job.state == ParcelState.READY
    text: str = job.content.read_plain().decode("utf-8-sig")
    return text


def lines(model: type[models.Model], by: User) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported(model, by).splitlines()]


@pytest.fixture
def ticket(customer: Contact, department: Department) -> Ticket:
    made: Ticket = factories.TicketFactory(requester=customer, subject="=1+1", department=department)
    return made


def offered(viewer: User) -> set[type[models.Model]]:
    return {model for models_of_room in rooms(viewer).values() for model in models_of_room}


def test_every_governed_model_can_be_exported(admin: User) -> None:
    """Later ones by themselves; what is one's own or closed is nobody's to export, custom values are columns."""
    governed = {model for model in registry.first_party_models() if getattr(model, "governed_by", None)}
    kept = {
        model
        for model in governed
        if isinstance(model.governed_by, Own | Closed) or issubclass(model, CustomValue)  # type: ignore[attr-defined]
    }
    assert offered(admin) == governed - kept
    assert {Ticket, Contact, User, AuditEvent} <= offered(admin)


def test_each_of_them_really_is(admin: User, customer: Contact) -> None:
    specimens.about(customer)
    for restricted in registry.model_called("privacy.restriction").objects.all():  # type: ignore[union-attr]
        restricted.bin(by=None)
    for model in offered(admin):
        manager: Any = getattr(model, "objects", model._default_manager)
        there = {str(pk) for pk in manager.values_list("pk", flat=True)}
        found = [str(row["id"]) for row in lines(model, admin)]
        assert len(found) == len(set(found))
        assert set(found) <= there or model is AuditEvent  # each export adds to it
        if model in (Ticket, Contact, registry.model_called("tickets.message")):
            assert set(found) == there


def test_values_are_opened_and_formats_agree(admin: User, ticket: Ticket) -> None:
    make_field("contract", is_encrypted=True)
    make_field("colours", FieldType.CHOICES, is_encrypted=False)
    custom.set_values(ticket, {"contract": "@SUM(1)", "colours": ("alba", "lina")}, by=None)
    (row,) = lines(Ticket, admin)
    assert row == json.loads(exported(Ticket, admin, Format.ARRAY))[0]
    assert (row["subject"], row["number"], row["requester_id"]) == (
        "=1+1",
        ticket.number,
        str(ticket.requester_id),
    )
    assert row["created_at"] == ticket.created_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert (row["custom.contract"], row["custom.colours"]) == ("@SUM(1)", ["alba", "lina"])
    (cells,) = csv.DictReader(io.StringIO(exported(Ticket, admin, Format.CSV)))
    assert (cells["subject"], cells["number"]) == ("'=1+1", str(ticket.number))
    assert (cells["custom.contract"], cells["custom.colours"]) == ("'@SUM(1)", "alba, lina")
    assert list(cells) == list(row)


def test_yes_and_no_numbers_and_nothing_are_written_plainly(admin: User, customer: Contact) -> None:
    identity = registry.model_called("contacts.identity")
    assert identity is not None
    (cells,) = csv.DictReader(io.StringIO(exported(identity, admin, Format.CSV)))
    (row,) = lines(identity, admin)
    assert (cells["is_primary"], cells["bounced_at"], cells["kind"]) == ("true", "", "email")
    assert (row["is_primary"], row["bounced_at"], row["kind"]) == (True, None, "email")


def test_a_value_that_looks_like_a_mark_stops_the_export(admin: User, ticket: Ticket) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_ticket SET status = E'\\x02'")
    job = jobs.ask("tickets.ticket", Format.CSV, by=admin)
    with pytest.raises(ValueError, match="mark"):
        jobs.make(job.pk)


def test_an_empty_module_is_an_empty_file(admin: User) -> None:
    assert exported(Ticket, admin) == ""
    assert json.loads(exported(Ticket, admin, Format.ARRAY)) == []
    assert list(csv.DictReader(io.StringIO(exported(Ticket, admin, Format.CSV)))) == []


def test_portions_meet_without_a_gap(
    admin: User, department: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy.export.rows.PORTION", 2)
    for _ in range(5):
        factories.TicketFactory(department=department)
    numbers = [row["number"] for row in lines(Ticket, admin)]
    assert numbers == list(Ticket.objects.order_by("pk").values_list("number", flat=True))
    assert len(numbers) == 5


@pytest.fixture
def exporter(agent: User) -> User:
    """Sees every ticket and contact, but not each of their fields."""
    profile: Profile = factories.ProfileFactory(rights=[*agent.profile.rights, "export"])
    profiles.set_field_right(profile, Ticket, "subject", FieldRight.HIDDEN, by=None)
    profiles.set_field_right(profile, Contact, "full_name", FieldRight.MASKED, by=None)
    make_field("contract")
    profiles.set_field_right(profile, Ticket, "custom.contract", FieldRight.HIDDEN, by=None)
    made: User = factories.UserFactory(profile=profile)
    return made


def test_hidden_columns_are_absent_and_masked_ones_masked(exporter: User, ticket: Ticket) -> None:
    custom.set_values(ticket, {"contract": "Contract 4711"}, by=None)
    (row,) = lines(Ticket, exporter)
    assert "subject" not in row
    assert "custom.contract" not in row
    (person,) = lines(Contact, exporter)
    assert person["full_name"] == "C••• C•••"
    for colleague in lines(User, exporter):
        assert not {"email", "last_login", "password"} & set(colleague)


def test_no_secret_leaves_the_house_even_for_administrators(admin: User) -> None:
    factories.MailboxFactory(password="swordfish")
    for model in offered(admin):
        text = exported(model, admin, Format.LINES)
        assert "swordfish" not in text
        assert "argon2" not in text
        assert '"password":' not in text


def test_what_is_binned_or_restricted_is_left_out(
    admin: User, ticket: Ticket, stranger: Contact, department: Department
) -> None:
    theirs = factories.TicketFactory(requester=stranger, department=department)
    restriction.restrict(stranger, RestrictionGround.CONTESTED, by=None)
    gone = factories.TicketFactory(requester=ticket.requester, department=department)
    factories.MessageFactory(ticket=gone)
    binning.bin(gone, by=None)
    assert {row["id"] for row in lines(Ticket, admin)} == {str(ticket.pk)}
    assert str(theirs.pk) not in exported(Ticket, admin)
    assert {row["id"] for row in lines(Contact, admin)} == {str(ticket.requester_id)}
    assert lines(registry.model_called("tickets.message"), admin) == []  # type: ignore[arg-type]


def test_records_that_one_may_not_see_are_not_in_it(ticket: Ticket) -> None:
    profile = factories.ProfileFactory(rights=["tickets.view", "export"])
    outsider = factories.UserFactory(profile=profile, role=None)
    assert lines(Ticket, outsider) == []


def test_it_needs_the_right_when_asked_when_made_and_when_fetched(agent: User, admin: User) -> None:
    with pytest.raises(Denied):
        jobs.ask("tickets.ticket", Format.CSV, by=agent)
    with pytest.raises(Denied):
        jobs.ask("tickets.draft", Format.CSV, by=admin)
    job = jobs.ask("tickets.ticket", Format.CSV, by=admin)
    admin.profile = agent.profile
    admin.save()
    with pytest.raises(Denied):
        jobs.make(job.pk)
    job.refresh_from_db()
    assert (job.state, job.content.name) == (ParcelState.FAILED, "")


def test_it_is_handed_over_until_it_arrived_and_written_down_once(
    admin: User, ticket: Ticket, time_machine: Any
) -> None:
    job = jobs.ask("tickets.ticket", Format.CSV, by=admin)
    with pytest.raises(parcels.NotThere):
        jobs.hand_over(job, by=admin)
    jobs.make(job.pk)
    job.refresh_from_db()
    jobs.hand_over(job, by=admin)  # and the line broke
    jobs.hand_over(job, by=admin)
    parcels.arrived(job, by=admin)
    parcels.arrived(job, by=admin)
    (note,) = Disclosure.objects.all()
    assert (note.by_id, note.module, note.format, note.rows) == (admin.pk, "tickets.ticket", "csv", 1)
    assert note.categories == ["content"]
    told = AuditEvent.objects.filter(object_id=job.pk).order_by("id").values_list("act", flat=True)
    assert list(told) == [*[Deed.CREATE, Deed.UPDATE, Deed.UPDATE], *[Deed.EXPORT] * 2, Deed.UPDATE]
    time_machine.move_to(timezone.now() + parcels.AFTER_FETCHING)
    with pytest.raises(parcels.NotThere):
        jobs.hand_over(job, by=admin)
    assert parcels.forget() == 1


def stored(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_it_goes_when_its_time_is_over(admin: User, ticket: Ticket, media: Path, time_machine: Any) -> None:
    job = jobs.ask("tickets.ticket", Format.CSV, by=admin)
    jobs.make(job.pk)
    assert b"=1+1" not in stored(media)[0].read_bytes()
    assert parcels.forget() == 0
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    job.refresh_from_db()
    assert not job.is_fetchable
    assert parcels.forget() == 1
    assert not ExportJob.everything.exists()


def test_what_a_killed_process_left_is_replaced(admin: User, ticket: Ticket, media: Path) -> None:
    job = jobs.ask("tickets.ticket", Format.CSV, by=admin)
    begun = parcels._begin(ExportJob, job.pk)  # and then the power went
    assert begun is not None
    half = media / str(begun.content.name)
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half a file")
    assert parcels.unfinished(ExportJob) == [job.pk]
    jobs.make(job.pk)
    assert stored(media) == [half]
    job.refresh_from_db()
    assert b"=1+1" in job.content.read_plain()
    assert parcels.unfinished(ExportJob) == []
    before = half.read_bytes()
    jobs.make(job.pk)  # the broker told it twice
    assert half.read_bytes() == before


def test_what_fails_leaves_nothing_and_ends(
    admin: User, ticket: Ticket, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("privacy.export.jobs.Sheet.portions", broken)
    job = jobs.ask("tickets.ticket", Format.CSV, by=admin)
    for _ in range(parcels.MOST_ATTEMPTS):
        assert parcels.unfinished(ExportJob) == [job.pk]
        with pytest.raises(OSError, match="full"):
            jobs.make(job.pk)
        assert stored(media) == []
    assert parcels.unfinished(ExportJob) == []
    job.refresh_from_db()
    assert job.state == ParcelState.FAILED


def test_an_erasure_withdraws_what_may_hold_the_person(
    admin: User, ticket: Ticket, stranger: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.ask("tickets.ticket", Format.CSV, by=admin)
    jobs.make(job.pk)
    keys.destroy(stranger.pk)
    job.refresh_from_db()
    with pytest.raises(parcels.NotThere):
        jobs.hand_over(job, by=admin)
    assert parcels.forget() == 1

    again = jobs.ask("tickets.ticket", Format.CSV, by=admin)
    portions = Sheet.portions

    def meanwhile(sheet: Sheet, meet: Any) -> Any:
        yield from portions(sheet, meet)
        keys.destroy(ticket.requester_id)

    monkeypatch.setattr(Sheet, "portions", meanwhile)
    jobs.make(again.pk)
    monkeypatch.undo()
    assert parcels.unfinished(ExportJob) == [again.pk]
    jobs.make(again.pk)
    again.refresh_from_db()
    assert again.is_fetchable
    assert b"=1+1" not in again.content.read_plain()
