"""The privacy notice says what the declarations say, about customers only."""

from contacts.models import Contact, Identity
from privacy import registry
from privacy.models import User
from tickets.models import Message, Ticket
from tickets.notice import kept_about_customers


def test_every_record_with_data_of_customers_is_told() -> None:
    told = {record for row in kept_about_customers() for record in row.records}

    assert {str(model._meta.verbose_name) for model in (Contact, Identity, Ticket, Message)} <= told
    assert str(User._meta.verbose_name) not in told


def test_purpose_and_ground_are_those_declared() -> None:
    declared = {
        (str(entry.purpose.label), str(entry.basis.label)) for _model, entry in registry.personal_fields()
    }

    assert {(row.purpose, row.basis) for row in kept_about_customers()} <= declared


def test_fields_are_named_for_people() -> None:
    for row in kept_about_customers():
        assert not any("_" in line or "()" in line for line in row.where)
