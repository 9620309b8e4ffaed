"""M10: the register of processing names every field there is, and can't be forgotten."""

import csv
import io
import json
import re
from collections import Counter
from typing import Any

import pytest
from django.db import models
from django.test import Client, override_settings
from django.test.utils import isolate_apps

from privacy import checks, custom, registry
from privacy.enums import Category, FieldType, LawfulBasis, Purpose
from privacy.models import AuditEvent, CustomField, SealedRow, User
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

PAGE = "/desk/register/"


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def own_fields(admin: User) -> None:
    """A personal field and one that holds nobody's data."""
    law = {"category": Category.IDENTITY, "purpose": Purpose.SUPPORT, "basis": LawfulBasis.CONTRACT}
    common: dict[str, Any] = {"module": "contacts.contact", "type": FieldType.TEXT}
    CustomField(key="passport", labels={"en": "Passport"}, **law, **common).save()
    CustomField(key="machine", labels={"en": "Machine"}, not_personal="a type of machine", **common).save()


def declared() -> set[tuple[str, str]]:
    """Every declared field and every custom field: model and name."""
    own = {(model._meta.label_lower, field.name) for model, field, _said in custom.declarations()}
    return own | {(model._meta.label_lower, entry.field) for model, entry in registry.declarations()}


def test_every_field_is_in_the_csv_and_in_the_json(office: Client, own_fields: None) -> None:
    rows = csv.DictReader(io.StringIO(office.post(f"{PAGE}file/", {"format": "csv"}).content.decode()))
    whole = json.loads(office.post(f"{PAGE}file/", {"format": "json"}).content)
    fields = [each for activity in whole["activities"] for each in activity["fields"]] + whole["not_personal"]

    assert len(declared()) > 100
    assert {(row["model"], row["field"]) for row in rows} == declared()
    assert {(each["model"], each["field"]) for each in fields} == declared()


def test_what_rests_on_consent_is_named_with_its_version(office: Client) -> None:
    factories.purpose("newsletter")
    section = office.get(PAGE).content.decode().partition('id="consents-title"')[2].partition("<tbody>")[2]
    assert re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", section)[:3] == ["newsletter", "1", "0"]


def test_every_field_is_on_the_page(office: Client, own_fields: None) -> None:
    page = office.get(PAGE).content.decode()
    shown = Counter(re.findall(r"<code[^>]*>([^<]+)</code>", page))
    assert shown == Counter(name for _model, name in declared())


def test_what_nobody_declared_fails_the_check() -> None:
    with isolate_apps("tests"):

        class Forgotten(SealedRow):
            nickname = models.CharField(max_length=80)
            data_subject = "self"

            class Meta:
                app_label = "tests"

    assert "privacy.E001" in [each.id for each in checks.check_model(Forgotten)]


def test_it_says_who_answers_for_the_data(office: Client) -> None:
    office.post(f"{PAGE}controller/", {"name": "Kaffee & Co", "officer_name": "Dora Datenschutz"})
    with override_settings(REGION="EU (Frankfurt)"):
        page = office.get(PAGE).content.decode()
    assert "Kaffee &amp; Co" in page
    assert "Dora Datenschutz" in page
    assert "EU (Frankfurt)" in page


def test_where_a_recipient_is_can_be_said(office: Client) -> None:
    factories.MailboxFactory(imap_host="imap.shop.example")
    office.post(f"{PAGE}places/", {"key": "imap:imap.shop.example", "place": "adequate"})
    page = office.get(PAGE).content.decode()
    assert "These are outside the EU and the EEA:" in page


def test_taking_it_out_leaves_a_trace(office: Client, admin: User) -> None:
    office.post(f"{PAGE}file/", {"format": "csv"})
    event = AuditEvent.objects.filter(act="export").get()
    assert (event.actor_id, event.fields) == (admin.pk, ["register"])


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}controller/"])
def test_it_takes_the_right(client: Client, agent: User, address: str) -> None:
    client.force_login(agent)
    assert client.get(address).status_code == 403
