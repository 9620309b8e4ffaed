"""The administration of custom fields: defined, ordered, switched, deleted."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from privacy import binning, custom
from privacy.enums import Category, FieldType, LawfulBasis, PortalUse, Purpose
from privacy.models import CustomField, User
from tests.factories import DepartmentFactory, TicketFactory
from tests.privacy.custom.fields import EXAMPLES, make_field

LAW = {"category": Category.IDENTITY, "purpose": Purpose.SUPPORT, "basis": LawfulBasis.CONTRACT}
NEW = {"key": "product", "label_en": "Product", "label_de": "Produkt", "hint_en": "", "hint_de": ""}
NEW |= {"portal": PortalUse.NONE, "is_encrypted": "on", **LAW}


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def at(page: str, *args: Any) -> str:
    return reverse(f"admin:privacy_customfield_{page}", args=args)


def add(office: Client, kind: str, **given: Any) -> Any:
    return office.post(f"{at('add')}?module=tickets.ticket&type={kind}", NEW | given)


def test_a_field_is_added(office: Client) -> None:
    unit = DepartmentFactory()
    options = "lina = Lina | Lina\nAlba | Alba (klein)"

    answer = add(office, FieldType.CHOICE, options_text=options, bound_ids=[str(unit.pk)], is_filterable="on")

    assert answer.status_code == 302, answer.context["errors"]
    field = CustomField.objects.get()
    assert (field.module, field.type, field.key, field.label) == (
        "tickets.ticket",
        "choice",
        "product",
        "Product",
    )
    assert field.choices == [("lina", "Lina"), ("alba", "Alba")]
    assert field.bounds == [unit.pk]
    assert field.is_encrypted
    assert field.converted_at is not None
    assert "alba = Alba | Alba (klein)" in office.get(at("change", field.pk)).content.decode()
    assert "Product" in office.get(at("changelist")).content.decode()


def test_a_field_is_asked_its_words_in_each_language(office: Client) -> None:
    for address in (f"{at('add')}?module=tickets.ticket&type=text", at("change", make_field().pk)):
        page = office.get(address).content.decode()
        for name in ("label_en", "label_de", "hint_en", "hint_de"):
            assert f'name="{name}"' in page


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"category": ""}, "category"),
        ({"is_encrypted": ""}, "despite_personal"),
        ({"key": "Large"}, "key"),
        ({"label_en": ""}, "label_en"),
        ({"options_text": "a = A\na = B"}, "options_text"),
    ],
)
def test_what_is_missing_is_said(office: Client, given: dict[str, str], where: str) -> None:
    answer = add(office, FieldType.CHOICE, **{"options_text": "a = A", **given})
    assert answer.status_code == 200
    assert where in answer.context["adminform"].form.errors
    assert not CustomField.objects.exists()


def test_in_clear_by_confirmation_or_because_it_is_not_personal(office: Client) -> None:
    assert add(office, FieldType.TEXT, is_encrypted="", despite_personal="on").status_code == 302
    why = {"category": "", "purpose": "", "basis": "", "not_personal": "a product"}
    assert add(office, FieldType.TEXT, key="other", is_encrypted="", **why).status_code == 302
    assert [field.is_encrypted for field in CustomField.objects.all()] == [False, False]


def test_a_key_is_there_once(office: Client) -> None:
    make_field("product")
    answer = add(office, FieldType.TEXT)
    assert answer.status_code == 200
    assert CustomField.objects.count() == 1


def test_fields_are_put_in_order(office: Client) -> None:
    made = [make_field(key, position=place) for place, key in enumerate(("a", "b", "c"))]

    assert office.post(at("place", made[2].pk), {"place": "0"}).status_code == 302
    assert [field.key for field in CustomField.objects.all()] == ["c", "a", "b"]
    office.post(at("place", made[2].pk), {"place": "1"})
    assert [field.key for field in CustomField.objects.all()] == ["a", "c", "b"]
    assert office.post(at("place", made[2].pk), {"place": "x"}).status_code == 400
    assert office.get(at("place", made[2].pk)).status_code == 405


def test_encryption_is_switched_after_it_was_explained(office: Client) -> None:
    field = make_field("day", FieldType.DAY, is_filterable=True)
    custom.set_values(TicketFactory(), {"day": EXAMPLES[FieldType.DAY]}, by=None)
    text = office.get(at("protection", field.pk)).content.decode()
    assert "1 value, and all earlier ones in history, will be decrypted" in text

    refused = office.post(at("protection", field.pk), {"encrypted": "no"})
    assert refused.status_code == 422
    field.refresh_from_db()
    assert field.is_encrypted

    office.post(at("protection", field.pk), {"encrypted": "no", "despite_personal": "on"})
    field.refresh_from_db()
    assert (field.is_encrypted, field.converted_at) == (False, None)
    assert "0 of 2 stored values" in office.get(at("progress", field.pk)).content.decode()
    assert (
        "Lists can&#x27;t be filtered by a range" in office.get(at("protection", field.pk)).content.decode()
    )


def test_deleting_says_how_much_goes(office: Client) -> None:
    field = make_field()
    ticket = TicketFactory()
    custom.set_values(ticket, {"extra": "there"}, by=None)
    assert "1 record has a value in this field." in office.get(at("delete", field.pk)).content.decode()

    office.post(at("delete", field.pk), {"post": "yes"})

    assert not CustomField.objects.exists()
    binning.restore(CustomField.everything.get(), by=None)
    assert custom.values(type(ticket), [ticket.pk])[ticket.pk][field.pk] == "there"


def test_only_who_manages_fields(client: Client, agent: User) -> None:
    field = make_field()
    client.force_login(agent)
    for page in ("place", "protection"):
        assert client.post(at(page, field.pk), {"place": "0"}).status_code in (302, 403)
    assert client.get(at("progress", field.pk)).status_code in (302, 403)
