"""Makes rows for tests: one factory a model, sensible values, nothing that you did not ask for."""

from functools import cache
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from contacts import identification
from contacts.enums import IdentityKind
from contacts.models import Contact, Organisation
from privacy import roles, sharing
from privacy.access import rights
from privacy.enums import Level
from privacy.governance import ADMINISTRATION
from privacy.models import Profile, Role, User
from tickets import numbering
from tickets.enums import Channel, MessageKind
from tickets.models import Department, Mailbox, Membership, Message, Tag, Ticket

PASSWORD = "correct horse battery staple"


@cache
def hashed(password: str) -> str:
    """Argon2 is slow on purpose: each password is hashed once a run."""
    return make_password(password)


def trusted_profile() -> Profile:
    """What agents of tests have who aren't there to be refused: every right, in an open house, sets nothing up."""
    administrative = {each.code for each in rights.named_rights().values() if each.room == ADMINISTRATION}
    codes = sorted(rights.all_codes() - administrative)
    made, is_new = Profile.objects.get_or_create(name="trusted", defaults={"rights": codes})
    if is_new:
        for module in rights.modules():
            sharing.set_level(module, Level.PUBLIC_ALL, by=None)
    return made  # type: ignore[no-any-return]


class ProfileFactory(factory.django.DjangoModelFactory):
    """A profile of one's own, without any right unless ``rights`` are given."""

    name = factory.Sequence(lambda n: f"profile {n}")

    class Meta:
        model = Profile


class UserFactory(factory.django.DjangoModelFactory):
    """A member of staff who can sign in with ``PASSWORD``."""

    email = factory.Sequence(lambda n: f"agent{n}@helpdesk.example")
    full_name = factory.Sequence(lambda n: f"Agent Number{n}")
    password = factory.LazyFunction(lambda: hashed(PASSWORD))
    role = factory.LazyFunction(lambda: Role.objects.get(name=roles.CEO))
    profile = factory.LazyFunction(trusted_profile)

    class Meta:
        model = User


class OrganisationFactory(factory.django.DjangoModelFactory):
    name = factory.Sequence(lambda n: f"Company {n} Ltd")

    class Meta:
        model = Organisation


class ContactFactory(factory.django.DjangoModelFactory):
    """A contact with one primary address (none with ``email=""``); ``phone`` and ``handle`` add more."""

    full_name = factory.Sequence(lambda n: f"Customer Number{n}")

    class Meta:
        model = Contact
        skip_postgeneration_save = True

    @factory.post_generation
    def email(self, create: bool, given: str | None, **_: Any) -> None:
        if given != "":
            identification.add_identity(self, IdentityKind.EMAIL, given or f"c{self.pk.hex}@customer.example")

    @factory.post_generation
    def phone(self, create: bool, given: str | None, **_: Any) -> None:
        if given:
            identification.add_identity(self, IdentityKind.PHONE, given)

    @factory.post_generation
    def handle(self, create: bool, given: str | None, **_: Any) -> None:
        if given:
            identification.add_identity(self, IdentityKind.HANDLE, given)


class MembershipFactory(factory.django.DjangoModelFactory):
    """An agent works in a department."""

    user = factory.SubFactory(UserFactory)
    department = factory.SubFactory("tests.factories.DepartmentFactory")

    class Meta:
        model = Membership


class DepartmentFactory(factory.django.DjangoModelFactory):
    name = factory.Sequence(lambda n: f"Department {n}")
    slug = factory.Sequence(lambda n: f"department-{n}")

    class Meta:
        model = Department


class MailboxFactory(factory.django.DjangoModelFactory):
    department = factory.SubFactory(DepartmentFactory)
    name = factory.Sequence(lambda n: f"Mailbox {n}")
    address = factory.Sequence(lambda n: f"mailbox{n}@helpdesk.example")
    from_name = "Helpdesk"

    class Meta:
        model = Mailbox


class TicketFactory(factory.django.DjangoModelFactory):
    """A ticket without messages; for a whole one with its first message use ``tickets.lifecycle.open``."""

    number = factory.LazyFunction(numbering.next_number)
    subject = factory.Sequence(lambda n: f"Question {n}")
    department = factory.SubFactory(DepartmentFactory)
    requester = factory.SubFactory(ContactFactory)
    channel = Channel.EMAIL
    last_message_at = factory.LazyFunction(timezone.now)
    last_message_kind = MessageKind.CUSTOMER

    class Meta:
        model = Ticket


class MessageFactory(factory.django.DjangoModelFactory):
    """A customer's message; give ``kind`` and ``author_user`` for another."""

    ticket = factory.SubFactory(TicketFactory)
    kind = MessageKind.CUSTOMER
    channel = Channel.EMAIL
    body_text = factory.Sequence(lambda n: f"Text of message {n}")

    class Meta:
        model = Message


class TagFactory(factory.django.DjangoModelFactory):
    name = factory.Sequence(lambda n: f"tag {n}")

    class Meta:
        model = Tag
