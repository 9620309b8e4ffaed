"""Contacts in the administration: identities through their verb, values as the viewer may see them."""

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts import identification
from contacts.models import Contact, Identity, Organisation
from privacy import custom
from privacy.enums import FieldType
from privacy.models import User
from privacy.vault import keys
from tests import factories
from tests.privacy.custom.fields import make_field


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def form(contact: Contact | None = None, *identities: dict[str, str], **values: str) -> dict[str, str]:
    there = list(contact.identities.all()) if contact else []
    rows = [{"id": str(each.pk), "kind": each.kind, "value": each.value} for each in there]
    rows = [{**row, **change} for row, change in zip(rows, identities, strict=False)] + list(
        identities[len(there) :]
    )
    made = {"full_name": "", "language": "", "timezone": "", "organisation": "", "notes": "", **values}
    made |= {"identities-TOTAL_FORMS": str(len(rows)), "identities-INITIAL_FORMS": str(len(there))}
    for number, row in enumerate(rows):
        made |= {f"identities-{number}-{name}": value for name, value in row.items()}
        made[f"identities-{number}-contact"] = str(contact.pk) if contact else ""
    return made


def change(contact: Contact) -> str:
    return reverse("admin:contacts_contact_change", args=[contact.pk])


def test_a_contact_is_made_with_its_identities(office: Client) -> None:
    organisation = factories.OrganisationFactory(name="Blue Door")
    rows = ({"kind": "email", "value": "Emma@Post.example"}, {"kind": "phone", "value": "030 23125 118"})
    values = form(None, *rows, full_name="Emma Archer", organisation=str(organisation.pk))
    assert office.post(reverse("admin:contacts_contact_add"), values).status_code == 302
    made = identification.find("emma@post.example")
    assert made is not None
    assert (made.full_name, made.primary_email, made.organisation) == (
        "Emma Archer",
        "emma@post.example",
        organisation,
    )
    assert identification.find("+493023125118") == made


def test_a_second_address_does_not_identify(office: Client, customer: Contact) -> None:
    values = form(customer, {}, {"kind": "email", "value": "second@customer.example"}, full_name="Carla")
    assert office.post(change(customer), values).status_code == 302
    primary = Identity.objects.filter(contact=customer, is_primary=True)
    assert [identity.value for identity in primary] == ["carla@customer.example"]


def test_an_identity_of_somebody_else_is_an_error_beside_it(office: Client, customer: Contact) -> None:
    factories.ContactFactory(email="taken@customer.example")
    values = form(customer, {}, {"kind": "email", "value": "taken@customer.example"})
    assert "Another contact has this already." in office.post(change(customer), values).content.decode()


def test_what_is_no_phone_number_is_an_error_beside_it(office: Client, customer: Contact) -> None:
    page = office.post(change(customer), form(customer, {}, {"kind": "phone", "value": "call me"}))
    assert "This is not a phone number." in page.content.decode()


def test_a_struck_out_identity_goes_to_the_bin(office: Client, admin: User, customer: Contact) -> None:
    identification.add_identity(customer, "phone", "+49 30 23125 118")
    values = form(customer, {}, {"DELETE": "on"})
    assert office.post(change(customer), values).status_code == 302
    binned = Identity.everything.get(contact=customer, kind="phone")
    assert binned.deleted_by == admin.pk
    assert binned.history.order_by("-history_date").first().history_type == "~"


@pytest.mark.parametrize("text", ["carla@customer.example", "+49 171 3920011", "0171 3920011", "@carla_c"])
def test_a_contact_is_found_by_whatever_it_is_known_by(office: Client, customer: Contact, text: str) -> None:
    identification.add_identity(customer, "phone", "+49 171 3920011")
    identification.add_identity(customer, "handle", "@carla_c")
    answer = office.post(reverse("admin:contacts_contact_search"), {"text": text})
    assert answer.headers["Location"] == change(customer)


def test_what_was_erased_is_shown_as_erased(office: Client, customer: Contact) -> None:
    keys.destroy(customer.pk)
    for page in (reverse("admin:contacts_contact_changelist"), change(customer)):
        shown = office.get(page)
        assert (shown.status_code, "erased" in shown.content.decode()) == (200, True)


def test_a_list_asks_the_vault_as_often_for_many_as_for_few(office: Client) -> None:
    counted = []
    for _ in range(2):
        factories.ContactFactory.create_batch(4)
        keys.forget()
        with CaptureQueriesContext(connections["vault"]) as vault:
            office.get(reverse("admin:contacts_contact_changelist"))
        counted.append(len(vault))
    assert counted[0] == counted[1] <= 4


def test_organisations_are_found_by_name_or_domain(office: Client) -> None:
    wanted = factories.OrganisationFactory(name="Reederei Tidenhub", domain="tidenhub.example")
    factories.OrganisationFactory(name="Other")
    for text in ("tiden", "TIDENHUB.example"):
        answer = office.post(reverse("admin:contacts_organisation_search"), {"text": text})
        assert answer.headers["Location"] == reverse("admin:contacts_organisation_change", args=[wanted.pk])
    assert Organisation.objects.count() == 2


def test_custom_fields_are_asked_checked_and_kept(client: Client, admin: User) -> None:
    client.force_login(admin)
    size = make_field("size", FieldType.NUMBER, module="contacts.organisation", is_unique=True)
    given = {"name": "Example Ltd", "domain": "", "notes": "", "owner": "", "custom_size": "12"}
    add = reverse("admin:contacts_organisation_add")
    assert 'name="custom_size"' in client.get(add).content.decode()

    assert client.post(add, given).status_code == 302

    made = Organisation.objects.get()
    assert custom.values(Organisation, [made.pk]) == {made.pk: {size.pk: 12}}
    change = reverse("admin:contacts_organisation_change", args=[made.pk])
    assert 'value="12"' in client.get(change).content.decode()
    assert client.post(change, given | {"custom_size": "13"}).status_code == 302
    assert custom.values(Organisation, [made.pk]) == {made.pk: {size.pk: 13}}
    refused = client.post(add, given | {"custom_size": "13"})
    assert "Another record has this value already." in refused.content.decode()
    assert Organisation.objects.count() == 1
