"""Who is this? Each identity finds its contact, and nobody is made twice."""

from functools import partial
from typing import Any

import pytest
from django import forms
from django.db import IntegrityError, connection, transaction

from contacts import identification
from contacts.enums import IdentityKind
from contacts.models import Contact, Identity
from privacy.models import User
from privacy.vault import keys
from privacy.vault.errors import SubjectErased
from tests.factories import ContactFactory
from tests.threads import together

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

find, find_or_make = identification.find, identification.find_or_make


@pytest.fixture
def anna() -> Contact:
    made: Contact = ContactFactory(
        full_name="Anna Beispiel", email="anna@example.org", phone="030 901820", handle="@anna_b"
    )
    return made


@pytest.mark.parametrize(
    "value",
    ["anna@example.org", "ANNA@Example.ORG", "+49 30 901820", "030/901820", "@Anna_B", " anna@example.org "],
)
def test_every_identity_finds_its_contact(anna: Contact, stranger: Contact, value: str) -> None:
    assert find(value) == anna
    assert identification.search_exact(value) == [anna]
    assert find_or_make(value) == anna
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    "value", ["anna@example.com", "+49 30 901821", "@anna", "anna_b", "Anna Beispiel", ""]
)
def test_others_are_not_taken_for_them(anna: Contact, value: str) -> None:
    assert find(value) is None
    assert identification.search_exact(value) == []


def test_somebody_new_is_made_with_what_is_known(db: None, agent: User) -> None:
    made = find_or_make("Nina.Neu@Example.org", full_name="Nina Neu", language="de", by=agent)
    assert (made.full_name, made.language, made.primary_email) == ("Nina Neu", "de", "nina.neu@example.org")
    identity = made.identities.get()
    assert (identity.kind, identity.is_primary) == (IdentityKind.EMAIL, True)
    by_phone = find_or_make("030 5556677")
    assert (by_phone.primary_email, by_phone.display_name) == ("", "+49305556677")
    assert not by_phone.identities.get().is_primary


def test_whoever_makes_a_contact_is_written_down(agent: User) -> None:
    made = find_or_make("nina@example.org", full_name="Nina", by=agent)
    assert made.history.get().actor_id == agent.pk
    assert made.identities.get().history.get().actor_id == agent.pk


@pytest.mark.parametrize("value", ["", "Nina Neu", "nina@", "@", "42"])
def test_nobody_is_made_of_nothing(db: None, value: str) -> None:
    with pytest.raises(ValueError):
        find_or_make(value)
    assert not Contact.everything.exists()


def test_a_name_is_taken_once_and_never_overwritten(db: None) -> None:
    nameless = find_or_make("nina@example.org")
    assert find_or_make("nina@example.org", full_name="Nina").full_name == "Nina"
    assert find_or_make("nina@example.org", full_name="Somebody Else").pk == nameless.pk
    assert Contact.objects.get().full_name == "Nina"


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
@pytest.mark.parametrize("_turn", range(3))
def test_two_mails_at_once_make_one_contact(_turn: int) -> None:
    made = together(*[partial(find_or_make, "anna@example.org", full_name="Anna")] * 4)
    assert [type(each) for each in made] == [Contact] * 4
    assert len({each.pk for each in made}) == 1
    assert (Contact.everything.count(), Identity.everything.count()) == (1, 1)


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_two_at_once_inside_longer_transactions_make_one_contact() -> None:
    def open_something() -> Contact:
        with transaction.atomic():
            contact = find_or_make("anna@example.org")
            find_or_make(f"somebody{id(contact)}@example.org")
            return contact

    made = together(*[open_something] * 3)
    assert len({each.pk for each in made}) == 1


# -- adding


def test_the_first_address_identifies_the_contact(anna: Contact) -> None:
    second = identification.add_identity(anna, IdentityKind.EMAIL, "anna@work.example")
    assert not second.is_primary
    assert anna.primary_email == "anna@example.org"
    assert find("anna@work.example") == anna


def test_there_is_one_primary_address(anna: Contact) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        identification.add_identity(anna, IdentityKind.EMAIL, "anna@work.example", primary=True)


def test_nobody_takes_what_another_has(anna: Contact, stranger: Contact) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        identification.add_identity(stranger, IdentityKind.EMAIL, "ANNA@example.org")


def test_what_is_in_the_bin_is_free_again(anna: Contact, stranger: Contact) -> None:
    identity = anna.identities.get(value="anna@example.org")
    identity.bin(by=None)
    assert find("anna@example.org") is None
    identification.add_identity(stranger, IdentityKind.EMAIL, "anna@example.org")
    assert find("anna@example.org") == stranger
    with pytest.raises(IntegrityError), transaction.atomic():
        identity.restore()


def test_the_values_are_kept_in_their_normal_form(anna: Contact) -> None:
    values = {identity.kind: identity.value for identity in anna.identities.all()}
    assert values == {"email": "anna@example.org", "phone": "+4930901820", "handle": "@anna_b"}


def test_a_phone_number_and_a_handle_of_the_same_digits_are_two(db: None) -> None:
    one, other = ContactFactory(email="", phone="030 901820"), ContactFactory(email="", handle="@4930901820")
    assert (find("+4930901820"), find("@4930901820")) == (one, other)


class IdentityForm(forms.ModelForm):
    class Meta:
        model = Identity
        fields = ("kind", "value")


def form_for(contact: Contact, kind: str, value: str, instance: Any = None) -> IdentityForm:
    return IdentityForm({"kind": kind, "value": value}, instance=instance or Identity(contact=contact))


def test_a_form_normalises_and_finds_what_is_taken(anna: Contact, stranger: Contact) -> None:
    form = form_for(stranger, "email", " Stan.NEU@Stranger.example ")
    assert form.is_valid(), form.errors
    assert form.save().value == "stan.neu@stranger.example"
    taken = form_for(stranger, "email", "Anna@Example.org")
    assert taken.errors == {"value": ["Another contact has this already."]}
    mine = form_for(anna, "email", "ANNA@example.org", instance=anna.identities.get(kind="email"))
    assert mine.is_valid(), mine.errors


@pytest.mark.parametrize(
    ("kind", "value"), [("email", "no address"), ("phone", "abc"), ("handle", "a b"), ("email", "")]
)
def test_a_form_refuses_what_is_none(anna: Contact, kind: str, value: str) -> None:
    assert list(form_for(anna, kind, value).errors) == ["value"]


# -- as people are shown


def test_how_a_contact_is_shown(anna: Contact) -> None:
    assert (anna.display_name, anna.get_short_name(), anna.initials) == ("Anna Beispiel", "Anna", "AB")
    nobody = ContactFactory(full_name="", email="")
    assert (nobody.display_name, nobody.get_short_name(), nobody.initials) == ("", "", "?")
    known = ContactFactory(full_name="", email="zoe@example.org")
    assert (known.display_name, known.initials) == ("zoe@example.org", "Z")


# -- who is gone


def test_somebody_erased_is_still_recognised_and_not_written_about(anna: Contact) -> None:
    """Until erasure has removed the index; nothing new can be stored about them meanwhile."""
    keys.destroy(anna.pk)
    assert find("anna@example.org") == anna
    with pytest.raises(SubjectErased):
        identification.add_identity(anna, IdentityKind.EMAIL, "anna@work.example")


def test_a_contact_in_the_bin_comes_back_when_they_write_again(anna: Contact) -> None:
    """Their address still is theirs: the mail is not lost, and nobody is doubled."""
    anna.bin(by=None)
    assert find("anna@example.org") is None
    again = find_or_make("anna@example.org")
    assert again == anna
    assert Contact.objects.get() == anna


def test_the_index_is_all_that_can_be_looked_up(anna: Contact) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(i)::text FROM contacts_identity i")
        rows = " ".join(row[0] for row in cursor.fetchall())
    for plain in ("anna", "example.org", "901820"):
        assert plain not in rows
        assert plain.encode().hex() not in rows
