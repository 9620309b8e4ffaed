"""One person's package: complete by construction, in a documented form, without what is other people's."""

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import jsonschema
import pytest

from contacts.models import Contact, Identity
from privacy import binning, custom, erasure, registry, watching
from privacy.access import Denied
from privacy.declaration import INSTALLATION, SELF, subject_paths
from privacy.export import package as packing
from privacy.models import CustomValue, DataRequest, Disclosure, ParcelState, PersonPackage, User
from privacy.vault.fields import SealedField
from privacy.vault.files import SealedFileField
from tests import factories
from tests.privacy.custom.fields import make_field
from tests.privacy.erasure import specimens
from tests.privacy.erasure.specimens import CANARY
from tickets import lifecycle
from tickets.attaching import NewAttachment
from tickets.enums import Channel
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/person-package.schema.json").read_text())
#: Kept back, and why: docs/decisions/0012.
KEPT_BACK = {"privacy.LegalHold.reason", "tickets.InboundMail.raw", "privacy.PersonPackage.content"}


def packed(person: Any, by: Any = None) -> ZipFile:
    """The package as its asker gets it."""
    made = packing.ask(person, by=by or person)
    packing.make(made.pk)
    made.refresh_from_db()
    assert made.state == ParcelState.READY
    return ZipFile(io.BytesIO(made.content.read_plain()))


def data_of(archive: ZipFile) -> Any:
    found = json.loads(archive.read("data.json"))
    jsonschema.validate(found, SCHEMA, format_checker=jsonschema.FormatChecker())
    return found


def declared_fields() -> dict[str, tuple[Any, str]]:
    """Every declared field that can hold a customer's data, read from the registry; custom values apart."""
    return {
        f"{model._meta.label}.{entry.field}": (model, entry.field)
        for model, entry in registry.personal_fields()
        if not issubclass(model, CustomValue)
        and any(_leads_to_customers(model, p) for p in subject_paths(model))
    }


def _leads_to_customers(model: Any, path: str) -> bool:
    if path == INSTALLATION:
        return False
    return model is Contact if path == SELF else specimens._end(model, path) in (Contact, None)


def test_a_canary_in_every_declared_field_is_found_exactly_once(customer: Contact) -> None:
    customer.full_name, customer.notes = f"{CANARY}.contact.full_name", f"{CANARY}.contact.notes"
    customer.save()
    specimens.about(customer)
    archive = packed(customer)
    text = json.dumps(data_of(archive), ensure_ascii=False)
    files = [archive.read(name).decode() for name in archive.namelist() if name.startswith("files/")]
    found = {}
    for name, (model, field) in declared_fields().items():
        column = model._meta.get_field(field)
        if isinstance(column, SealedFileField):
            found[name] = files.count(f"{CANARY} {column}")
        else:
            label = f"{CANARY}.{model._meta.model_name}.{field}"
            found[name] = (
                text.count(f'"{label}"') + text.count(f'"{label}@') if field != "value" else text.count(label)
            )
    assert len(found) > 20
    assert found == {name: 0 if name in KEPT_BACK else 1 for name in found}


def test_what_stood_in_every_declared_field_before_is_found_exactly_once(customer: Contact) -> None:
    customer.full_name, customer.notes = f"{CANARY}.contact.full_name", f"{CANARY}.contact.notes"
    customer.save()
    made = {Contact: customer.pk} | specimens.about(customer)
    changed = [
        (model, field)
        for model, field in declared_fields().values()
        if registry.history_of(model) and isinstance(model._meta.get_field(field), SealedField)
    ]
    for model, field in changed:
        row = model.everything.get(pk=made[model])
        setattr(row, field, f"later.{field}@example.org")
        row.save()
    archive = packed(customer)
    data = data_of(archive)
    told = Counter((each["kind"], each["field"]) for each in data["earlier"] if CANARY in str(each["value"]))
    wanted = {(model._meta.label_lower, field) for model, field in changed}
    kept_back = {tuple(name.lower().rsplit(".", 1)) for name in KEPT_BACK}
    assert len(wanted) > 10
    assert told == Counter(wanted - kept_back)
    for model, field in changed:
        label = f'"{CANARY}.{model._meta.model_name}.{field}'
        assert archive.read("data.json").decode().count(label) == (
            0 if (model._meta.label_lower, field) in kept_back else 1
        )
    assert archive.read("csv/earlier.csv").decode().count(CANARY) == len(wanted - kept_back)


def test_earlier_values_of_custom_fields_and_of_notes_are_told_as_discreetly(
    customer: Contact, stranger: Contact, ticket: Ticket
) -> None:
    make_field("contract", module="tickets.ticket")
    for version in ("first", "second", "second"):
        custom.set_values(ticket, {"contract": version}, by=None)
    note = ticket.messages.get(kind="note")
    note.body_text = "Nothing of it was true."
    note.save()
    archive = packed(customer)
    found = {(each["kind"], each["field"]): each["value"] for each in data_of(archive)["earlier"]}
    assert found["tickets.ticket", "custom.contract"] == "first"
    assert found["tickets.message", "body_text"].startswith("█████: Stan (█████, █████) complained")
    assert "What stood there before" in archive.read("index.html").decode()


def test_what_was_somebody_elses_then_is_left_out(
    customer: Contact, stranger: Contact, ticket: Ticket
) -> None:
    foreign = factories.TicketFactory(requester=stranger, subject="Stan’s own words")
    foreign.requester, foreign.subject = customer, "Now it is Carla’s"
    foreign.save()
    archive = packed(customer)
    assert "Now it is Carla’s" in archive.read("data.json").decode()
    assert "Stan’s own words" not in archive.read("data.json").decode()


def test_names_of_others_are_blacked_out_wherever_they_are_known(
    customer: Contact, ticket: Ticket, agent: User, department: Department
) -> None:
    for name in ("Berta Müller-Lüdenscheidt", "Yi", "Cher", "Customer Cologne"):
        factories.ContactFactory(full_name=name)
    said = "BERTA MÜLLER-LÜDENSCHEIDT, Cher and @berta_m know Carla Customer. Cherry pie, Yi."
    lifecycle.note(ticket, by=agent, body_text=said)
    notes = [each["body_text"] for each in data_of(packed(customer))["records"]["tickets.message"]]
    assert "█████, █████ and █████ know Carla Customer. Cherry pie, Yi." in notes


def test_custom_fields_stand_with_their_record(customer: Contact, department: Department) -> None:
    make_field("contract", module="tickets.ticket")
    make_field("birthday", module="contacts.contact", labels={"en": "Birthday", "de": "Geburtstag"})
    ticket = factories.TicketFactory(requester=customer, department=department)
    custom.set_values(ticket, {"contract": f"{CANARY} 4711"}, by=None)
    custom.set_values(customer, {"birthday": f"{CANARY} May"}, by=None)
    archive = packed(customer)
    data = data_of(archive)
    assert data["records"]["tickets.ticket"][0]["custom.contract"] == f"{CANARY} 4711"
    assert data["records"]["contacts.contact"][0]["custom.birthday"] == f"{CANARY} May"
    assert archive.read("data.json").decode().count(CANARY) == 2
    told = {(each["kind"], each["field"]): each["label"] for each in data["fields"]}
    assert told["contacts.contact", "custom.birthday"] == "Birthday"


@pytest.fixture
def ticket(customer: Contact, stranger: Contact, agent: User, department: Department) -> Ticket:
    """With an answer, a note that names others, and files; a bystander got copies."""
    made = lifecycle.open(
        requester=customer,
        subject="Black display",
        body_text="It is black.",
        channel=Channel.EMAIL,
        by=customer,
        department=department,
        attachments=[NewAttachment("../display.png", "image/png", b"a picture")],
    )
    note = "Alma Agent: Stan (stan@stranger.example, +49 30 1234567) complained about carla@customer.example, too."
    lifecycle.note(made, by=agent, body_text=note, attachments=[NewAttachment("list.txt", "", b"of all")])
    answer = lifecycle.reply(made, by=agent, body_text="Is it plugged in?")
    answer.cc = "carla@customer.example, stan@stranger.example"
    answer.save()
    watching.opened(agent, [made])
    return made


def test_what_is_other_peoples_is_left_out(customer: Contact, ticket: Ticket) -> None:
    archive = packed(customer)
    for name in archive.namelist():
        text = archive.read(name).decode()
        for needle in ("Alma", "alma.agent", "stan@stranger", "1234567", "Stan Stranger", "of all"):
            assert needle not in text, (name, needle)
    messages = data_of(archive)["records"]["tickets.message"]
    by_kind = {each["kind"]: each for each in messages}
    assert (
        by_kind["note"]["body_text"]
        == "█████: Stan (█████, █████) complained about carla@customer.example, too."
    )
    assert by_kind["agent"]["cc"] == "carla@customer.example, █████"
    assert (by_kind["agent"]["author_user"], by_kind["customer"]["author_contact"]) == ("CEO", "you")


def test_files_come_along_but_those_of_notes(customer: Contact, ticket: Ticket) -> None:
    archive = packed(customer)
    told = {each["filename"]: each["content"] for each in data_of(archive)["records"]["tickets.attachment"]}
    (path,) = [each["path"] for each in told.values() if "path" in each]
    assert archive.read(path) == b"a picture"
    assert ".." not in path
    assert told["list.txt"] == {"withheld": True}
    assert archive.testzip() is None


def test_it_says_why_how_long_and_who(customer: Contact, ticket: Ticket, admin: User) -> None:
    Disclosure(
        by_id=admin.pk, module="contacts.contact", format="csv", rows=2, categories=["identity"]
    ).save()
    data = data_of(packed(customer))
    (name,) = [
        each for each in data["fields"] if (each["kind"], each["field"]) == ("contacts.contact", "full_name")
    ]
    assert (name["purpose"], name["basis"]) == ("Answering requests", "Contract (Art. 6 (1) b)")
    assert (name["days_in_bin"], name["on_erasure"]) == (60, "Made unreadable by destroying its key")
    assert [(each["who"], each["what"]) for each in data["looked"]] == [("CEO", "ticket")]
    assert [(each["who"], each["what"]) for each in data["recipients"]] == [
        ("CEO", "contacts")
    ]  # nobody knows
    assert {"what": "Recycle bin: Tickets", "days": 60} in data["retention"]


def test_the_page_is_whole_in_itself_and_in_the_persons_language(customer: Contact, ticket: Ticket) -> None:
    customer.language, customer.full_name = "de", "<script>alert(1)</script>"
    customer.save()
    archive = packed(customer)
    page = archive.read("index.html").decode()
    assert '<html lang="de">' in page
    assert "Ihre Daten bei" in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert 'src="' not in page
    assert "<link" not in page
    assert "Is it plugged in?" in page
    assert "csv/tickets.message.csv" in archive.namelist()


def test_it_holds_what_lies_in_the_bin_and_nothing_of_others(
    customer: Contact, ticket: Ticket, stranger: Contact, department: Department
) -> None:
    lifecycle.open(requester=stranger, subject="Not hers", body_text="?", channel=Channel.EMAIL, by=stranger)
    make_field("contract", module="tickets.ticket")
    custom.set_values(ticket, {"contract": "Contract 4711"}, by=None)
    binning.bin(ticket, by=None)
    data = data_of(packed(customer))
    assert data["records"]["tickets.ticket"][0]["custom.contract"] == "Contract 4711"
    assert [each["id"] for each in data["records"]["tickets.ticket"]] == [str(ticket.pk)]
    assert "Not hers" not in json.dumps(data)
    addresses = [each["value"] for each in data["records"]["contacts.identity"]]
    assert addresses == list(Identity.objects.get(contact=customer).value.split())


def test_staff_have_a_package_too(agent: User, admin: User, ticket: Ticket) -> None:
    archive = packed(agent, by=admin)
    data = data_of(archive)
    assert data["records"]["privacy.user"][0]["email"] == "alma.agent@helpdesk.example"
    assert "argon2" not in archive.read("data.json").decode()
    assert '"password"' not in archive.read("data.json").decode()


def test_only_the_person_and_holders_of_the_right_may_ask(
    customer: Contact, stranger: Contact, agent: User, admin: User
) -> None:
    for nobody in (stranger, agent):
        with pytest.raises(Denied):
            packing.ask(customer, by=nobody)
    mine, theirs = packing.ask(customer, by=customer), packing.ask(customer, by=admin)
    assert (mine.by, theirs.by) == (None, admin)
    assert packing.ask(customer, by=customer) == mine
    assert PersonPackage.objects.count() == 2
    for _ in range(2):  # the second time, it is done
        packing.make(mine.pk)
    mine.refresh_from_db()
    packing.hand_over(mine, by=customer)
    with pytest.raises(Denied):
        packing.hand_over(mine, by=agent)


def test_an_erased_person_has_none(customer: Contact) -> None:
    made = packing.ask(customer, by=customer)
    packing.make(made.pk)
    entry = erasure.begin(customer, by=None)
    erasure.carry_on(entry.pk)
    assert not PersonPackage.everything.exists()
    customer.refresh_from_db()
    with pytest.raises(Denied):
        packing.ask(customer, by=customer)
    assert DataRequest.objects.count() == 0
