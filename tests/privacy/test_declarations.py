"""Declarations: every mistake fails the check, every model of ours passes, and the rest follows from them."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core import checks as django_checks
from django.core.management import call_command
from django.db import models
from django.test.utils import isolate_apps

from privacy import registry
from privacy.checks import check_model, holds_free_text
from privacy.declaration import (
    INSTALLATION_ID,
    NotPersonal,
    Personal,
    Secret,
    declared,
    subject_id,
    subject_lookups,
)
from privacy.enums import Category, LawfulBasis, OnErase, Purpose
from privacy.governance import Closed
from privacy.models import SealedRow, User
from privacy.vault.fields import BlindIndexField, SealedCharField, SealedField
from privacy.vault.files import SealedFileField
from tests import factories
from tickets.models import Attachment, InboundMail, Mailbox, Message, Ticket

BASIS = (Category.IDENTITY, Purpose.SUPPORT, LawfulBasis.CONTRACT)


def model_with(**attributes: Any) -> type[models.Model]:
    """A model of a test: a sealed row with what is given."""
    meta = type("Meta", (), {"app_label": "privacy"})
    said = {"governed_by": Closed("a specimen"), **attributes}
    return type("Specimen", (SealedRow,), {"__module__": __name__, "Meta": meta, **said})


def complaints(model: type[models.Model]) -> list[str | None]:
    return [found.id for found in check_model(model)]


FREE_TEXT = [
    lambda: models.CharField(max_length=10),
    lambda: models.TextField(),
    lambda: models.EmailField(),
    lambda: models.URLField(),
    lambda: models.SlugField(),
    lambda: models.FileField(),
    lambda: models.JSONField(),
    lambda: models.DateField(),
    lambda: models.GenericIPAddressField(),
    lambda: models.FilePathField(),
    lambda: ArrayField(models.CharField(max_length=9)),
    lambda: type("Homemade", (models.Field,), {})(),
    lambda: SealedCharField(),
    lambda: SealedFileField(),
]


@isolate_apps("privacy")
@pytest.mark.parametrize("make", FREE_TEXT)
def test_an_undeclared_field_is_an_error(make: Any) -> None:
    model = model_with(data_subject="self", field=make())
    (found,) = check_model(model)
    assert (found.id, found.level) == ("privacy.E001", django_checks.ERROR)
    assert "Specimen.field is not declared" in found.msg


@isolate_apps("privacy")
@pytest.mark.parametrize(
    "field",
    [
        models.IntegerField(),
        models.BooleanField(),
        models.DateTimeField(),
        models.UUIDField(),
        models.CharField(max_length=5, choices=[("a", "A")]),
    ],
)
def test_what_can_hold_no_free_text_needs_no_declaration(field: Any) -> None:
    assert complaints(model_with(field=field)) == []


@isolate_apps("privacy")
@pytest.mark.parametrize(
    ("attributes", "ids"),
    [
        ({"personal_data": [NotPersonal("nothing", "why")]}, ["privacy.E002"]),
        (
            {"field": SealedCharField(), "personal_data": [Personal("field", Category.IDENTITY, None, None)]},
            ["privacy.E003"],
        ),
        ({"field": models.TextField(), "personal_data": [NotPersonal("field", " ")]}, ["privacy.E004"]),
        ({"field": models.TextField(), "personal_data": [Personal("field", *BASIS)]}, ["privacy.E005"]),
        ({"field": models.JSONField(), "personal_data": [Secret("field")]}, ["privacy.E005"]),
        (
            {"field": SealedCharField(), "personal_data": [Personal("field", *BASIS)], "data_subject": ()},
            ["privacy.E006"],
        ),
        ({"data_subject": "nowhere"}, ["privacy.E007"]),
        ({"data_subject": ("self", "field"), "field": models.IntegerField()}, ["privacy.E007"]),
        ({"field": SealedCharField(), "personal_data": [Personal("field", *BASIS)]}, []),
        ({"field": models.TextField(), "personal_data": [NotPersonal("field", "a code")]}, []),
        (
            {"data_subject": "installation", "field": SealedCharField(), "personal_data": [Secret("field")]},
            [],
        ),
    ],
)
def test_each_mistake_has_its_number(attributes: dict[str, Any], ids: list[str]) -> None:
    assert complaints(model_with(**{"data_subject": "self", **attributes})) == ids


@isolate_apps("privacy")
@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("person", []),
        ("person.pk", ["privacy.E007"]),
        ("person.favourite", ["privacy.E007"]),  # a ticket is nobody
        ("person.nobody", ["privacy.E007"]),
        ("friends", ["privacy.E007"]),  # which of them?
    ],
)
def test_the_path_to_the_subject_ends_at_a_person(path: str, ids: list[str]) -> None:
    class Favourite(models.Model):
        class Meta:
            app_label = "privacy"

    class Person(SealedRow):
        data_subject = "self"
        favourite = models.ForeignKey(Favourite, on_delete=models.CASCADE)

        class Meta:
            app_label = "privacy"

    model = model_with(
        data_subject=path,
        person=models.ForeignKey(Person, on_delete=models.CASCADE),
        friends=models.ManyToManyField(Person, related_name="+"),
    )
    assert complaints(model) == ids


@isolate_apps("privacy")
def test_a_model_inherits_declarations_and_may_replace_them() -> None:
    class Base(SealedRow):
        one = SealedCharField()
        two = SealedCharField()
        governed_by = Closed("a specimen")
        data_subject = "self"
        personal_data = [Personal("one", *BASIS), Personal("two", *BASIS)]

        class Meta:
            abstract = True

    class Child(Base):
        personal_data = [Personal("two", *BASIS, on_erase=OnErase.KEEP)]

        class Meta:
            app_label = "privacy"

    assert [(name, entry.on_erase) for name, entry in declared(Child).items()] == [
        ("one", OnErase.SHRED),
        ("two", OnErase.KEEP),
    ]
    assert check_model(Child) == []


# -- what there is


def test_every_model_of_ours_passes() -> None:
    assert [found for model in registry.first_party_models() for found in check_model(model)] == []
    call_command("check", fail_level="WARNING")


def test_the_check_runs_with_manage_py_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ticket, "personal_data", [])
    found = {error.id for error in django_checks.run_checks(app_configs=[apps.get_app_config("tickets")])}
    assert "privacy.E001" in found
    monkeypatch.undo()
    assert [found for found in django_checks.run_checks() if not found.is_silenced()] == []


def test_no_model_of_ours_is_overlooked() -> None:
    ours = {model._meta.label for model in registry.first_party_models()}
    histories = {
        history._meta.label
        for model in registry.first_party_models()
        if (history := registry.history_of(model))
    }
    rooms = {"privacy", "vault", "contacts", "tickets", "helpdesk"}
    assert ours | histories == {m._meta.label for m in apps.get_models() if m._meta.app_label in rooms}


def test_every_record_keeps_history_and_every_sealed_column_is_sealed_there() -> None:
    """Under the same constant, so that the same ciphertext opens; and without the blind index."""
    columns = 0
    for model in registry.first_party_models():
        history = registry.history_of(model)
        assert (history is not None) is hasattr(model, "deleted_at"), model
        if history is None:
            continue
        kept = {field.name: field for field in history._meta.concrete_fields}
        assert not any(isinstance(field, BlindIndexField) for field in kept.values()), model
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                columns += 1
                assert type(kept[field.name]) is type(field)
                assert (kept[field.name].column_id, kept[field.name].index) == (field.column_id, None)
            elif isinstance(field, SealedFileField):
                assert isinstance(kept[field.name], models.CharField | models.TextField), (
                    "only the random name"
                )
    assert columns > 15


def test_history_has_no_free_text_of_its_own() -> None:
    for model in registry.first_party_models():
        history = registry.history_of(model)
        if history is None:
            continue
        own = {field.name for field in model._meta.concrete_fields}
        added = [field for field in history._meta.concrete_fields if field.name not in own]
        assert [field.name for field in added if holds_free_text(field)] == ["history_change_reason"]


def test_column_constants_are_unique() -> None:
    constants = [
        field.column_id
        for model in registry.first_party_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField | SealedFileField)
    ]
    assert len(constants) == len(set(constants))
    assert "contacts.contact.full_name" in constants


def test_personal_fields_are_found() -> None:
    found = {f"{model._meta.label}.{entry.field}" for model, entry in registry.personal_fields()}
    assert {"privacy.User.email", "contacts.Identity.value", "tickets.Message.body_text"} <= found
    assert "tickets.Mailbox.password" not in found


# -- whose data


@pytest.mark.django_db(databases=["default", "vault"])
def test_whose_data_a_row_is() -> None:
    message = factories.MessageFactory()
    person = message.ticket.requester
    identity = person.identities.get()
    attachment = Attachment(message=message, filename="x")
    rows = [person, identity, message.ticket, message, attachment, InboundMail(message=message)]
    assert {row.data_subject_id() for row in rows} == {person.pk}
    alone = InboundMail()
    assert alone.data_subject_id() == alone.pk
    assert subject_id(Mailbox()) == INSTALLATION_ID
    user = User(email="a@b.example")
    assert user.data_subject_id() == user.pk
    with pytest.raises(LookupError):
        subject_id(Message(ticket=Ticket()))


def test_paths_as_lookups() -> None:
    assert list(subject_lookups(InboundMail)) == ["message__ticket__requester", "pk"]
    assert list(subject_lookups(Message)) == ["ticket__requester"]
    assert list(subject_lookups(Mailbox)) == []
