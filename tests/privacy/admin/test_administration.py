"""What every page keeps: no address in a URL, nothing personal in Django's log, no deletion."""

from typing import Any

import pytest
from django.contrib import admin as administration
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, Identity
from privacy.models import Record, User
from privacy.web.rooms import Room
from tests import factories
from tickets.models import Department, Tag

OURS = [model for model in administration.site._registry if issubclass(model, Record)]


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    """The browser of an administrator."""
    client.force_login(admin)
    return client


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_these_are_administered() -> None:
    assert {model.__name__ for model in administration.site._registry} == {
        "User", "Role", "Profile", "SharingRule", "Group", "CustomField", "ConsentPurpose", "RetentionRule", "PurgeRun",
        "Contact", "Organisation", "Department", "Mailbox", "Tag", "Ticket",
        "TwitterAccount",
    }  # fmt: skip


def test_the_front_says_what_each_is_about_room_by_room(office: Client) -> None:
    page = office.get("/admin/").content.decode()
    for each in administration.site._registry.values():
        assert each.about, each  # type: ignore[attr-defined]
        assert str(each.about) in page  # type: ignore[attr-defined]
    for room in Room:
        assert f'<h2 id="room-{room.value}">{room.label}</h2>' in page


def test_a_form_stands_under_the_name_of_what_it_changes(office: Client, customer: Contact) -> None:
    page = office.get(address(Contact, "change", customer.pk)).content.decode()
    assert "<h1>Carla Customer</h1>" in page
    assert "<h1>Add tag</h1>" in office.get(address(Tag, "add")).content.decode()
    assert "<h1>Tags</h1>" in office.get(address(Tag, "changelist")).content.decode()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_each_form_names_its_fields_and_nothing_is_done_in_bulk(model: Any, rf: Any, admin: User) -> None:
    ours = administration.site._registry[model]
    request = rf.get("/admin/")
    request.user = admin
    assert ours.fields or ours.fieldsets
    assert ours.get_actions(request) == {}
    assert ours.search_fields == ()
    assert ours.autocomplete_fields == ()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_pages_open(office: Client, model: Any) -> None:
    assert office.get(address(model, "changelist")).status_code == 200
    expected = 403 if model.__name__ == "Ticket" else 200
    assert office.get(address(model, "add")).status_code == expected
    assert office.get(address(model, "search")).status_code == 405


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_agents_do_not_come_in(client: Client, agent: User, model: Any) -> None:
    client.force_login(agent)
    assert client.get(address(model, "changelist")).status_code == 302
    assert client.post(address(model, "search"), {"text": "x"}).status_code == 302


def test_one_hit_is_opened_and_its_address_stays_out_of_the_url(office: Client, customer: Contact) -> None:
    answer = office.post(address(Contact, "search"), {"text": " CARLA@customer.example "})
    assert (answer.status_code, answer.headers["Location"]) == (302, address(Contact, "change", customer.pk))


def test_several_hits_are_listed_under_a_name_that_says_nothing(office: Client) -> None:
    for name in ("Wasserschaden", "Wasserfilter", "Garantie"):
        factories.TagFactory(name=name)
    answer = office.post(address(Tag, "search"), {"text": "wasser"})
    assert "wasser" not in answer.headers["Location"].lower()
    page = office.get(answer.headers["Location"]).content.decode()
    assert [name in page for name in ("Wasserschaden", "Wasserfilter", "Garantie")] == [True, True, False]
    assert "wasser" not in str(dict(office.session)).lower()


def test_somebody_elses_search_shows_nothing_special(office: Client) -> None:
    factories.TagFactory(name="Garantie")
    assert "Garantie" in office.get(address(Tag, "changelist"), {"found": "made-up"}).content.decode()


def test_nothing_found_is_said_without_repeating_it(office: Client) -> None:
    answer = office.post(address(User, "search"), {"text": "nobody@secret.example"}, follow=True)
    page = answer.content.decode()
    assert "Nothing found" in page
    assert "secret.example" not in page + str(office.cookies)


@pytest.mark.parametrize("lookup", ["email", "email__exact", "identities__value", "full_name__isnull"])
def test_sealed_values_are_not_looked_up_through_an_address(office: Client, admin: User, lookup: str) -> None:
    model = Contact if lookup.startswith("identities") else User
    answer = office.get(address(model, "changelist"), {lookup: "ada.admin@helpdesk.example"})
    assert answer.status_code in (302, 400)
    assert answer.headers.get("Location", "?e=1").endswith("?e=1")


def test_djangos_log_names_nobody(office: Client, admin: User, customer: Contact) -> None:
    identity = customer.identities.get()
    form = {"full_name": "Carla Needle-Customer", "language": "de", "timezone": "", "organisation": ""}
    form |= {"notes": "needle", "identities-TOTAL_FORMS": "2", "identities-INITIAL_FORMS": "1"}
    rows = ((str(identity.pk), "email", "needle@customer.example"), ("", "phone", "+49 30 23125 123"))
    for number, (pk, kind, value) in enumerate(rows):
        row = {"id": pk, "contact": str(customer.pk), "kind": kind, "value": value}
        form |= {f"identities-{number}-{name}": text for name, text in row.items()}
    assert office.post(address(Contact, "change", customer.pk), form).status_code == 302
    rights = {"is_active": "on", "role": str(admin.role_id), "profile": str(admin.profile_id)}
    office.post(
        address(User, "change", admin.pk), {"email": admin.email, "full_name": "Ada Needle", **rights}
    )
    logged = [(entry.object_repr, entry.change_message) for entry in LogEntry.objects.all()]
    assert len(logged) == 2
    assert not any(word in str(logged).lower() for word in ("needle", "carla", "23125 123", "ada "))


def test_deletion_is_the_bin(office: Client, admin: User, customer: Contact) -> None:
    page = office.get(address(Contact, "delete", customer.pk)).content.decode()
    assert "recycle bin" in page
    assert office.post(address(Contact, "delete", customer.pk), {"post": "yes"}).status_code == 302
    binned = Contact.everything.get(pk=customer.pk)
    assert (binned.deleted_by, Identity.everything.filter(contact=customer).count()) == (admin.pk, 1)
    assert office.get(address(Contact, "change", customer.pk)).status_code == 302


def test_history_says_who_and_through_which_door(office: Client, admin: User) -> None:
    department = factories.DepartmentFactory(name="Sales", slug="sales")
    form = {"name": "Sales and more", "slug": "sales", "description": "", "signature": "", "position": "1"}
    assert office.post(address(Department, "change", department.pk), form).status_code == 302
    entry = department.history.order_by("-history_date").first()
    assert (entry.name, entry.actor_id, entry.via) == ("Sales and more", admin.pk, "admin")
