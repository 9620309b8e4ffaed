"""Sealed fields in queries: what finds through the blind index, and what is refused, not silently wrong."""

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.db.models import Case, Count, Exists, F, IntegerField, Max, OuterRef, Q, Value, When
from django.db.models.functions import Lower

from contacts.models import Contact, Identity
from privacy.models import UnauditedWrite, User
from privacy.vault.errors import PlaintextRefused
from privacy.vault.fields import Ciphertext
from tests import factories
from tickets.enums import MessageKind
from tickets.models import Draft, Message, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

NEEDLE = "Carla Customer"


@pytest.fixture
def ticket(customer: Contact, department: object) -> Ticket:
    made: Ticket = factories.TicketFactory(requester=customer, subject=NEEDLE, department=department)
    return made


# -- what finds


@pytest.mark.parametrize(
    "lookup",
    [
        {"email": "alma.agent@helpdesk.example"},
        {"email": "  ALMA.Agent@HelpDesk.example "},
        {"email__exact": "alma.agent@helpdesk.example"},
        {"email__iexact": "Alma.Agent@Helpdesk.Example"},
        {"email__in": ["nobody@x.example", "Alma.Agent@helpdesk.example"]},
        {"email__in": {"alma.agent@helpdesk.example"}},
    ],
)
def test_the_blind_index_finds(agent: User, colleague: User, lookup: dict[str, Any]) -> None:
    assert list(User.objects.filter(**lookup)) == [agent]
    assert list(User.objects.exclude(**lookup)) == [colleague]
    assert list(User.objects.filter(Q(**lookup) | Q(pk=colleague.pk)).order_by("created_at")) == [
        agent,
        colleague,
    ]


@pytest.mark.parametrize(
    "lookup",
    [
        {"email": "somebody@else.example"},
        {"email": ""},
        {"email": "not an address"},
        {"email": 42},
        {"email": None},
        {"email__in": []},
        {"email__in": ["not an address"]},
        {"email__isnull": True},
    ],
)
def test_what_is_not_there_or_no_address_finds_nobody(agent: User, lookup: dict[str, Any]) -> None:
    assert list(User.objects.filter(**lookup)) == []
    assert list(User.objects.exclude(**lookup)) == [agent]


def test_it_finds_across_relations(customer: Contact, stranger: Contact, ticket: Ticket) -> None:
    other = factories.TicketFactory(requester=stranger)
    by_address = {"requester__identities__value": "CARLA@customer.example"}
    assert list(Ticket.objects.filter(**by_address)) == [ticket]
    assert list(Ticket.objects.exclude(**by_address)) == [other]
    wanted = {"requester__identities__value__in": ["carla@customer.example", "stan@stranger.example"]}
    assert set(Ticket.objects.filter(**wanted)) == {ticket, other}


def test_it_finds_in_conditions_and_subqueries(customer: Contact, stranger: Contact) -> None:
    carla = Q(identities__value="carla@customer.example")
    counted = Contact.objects.aggregate(n=Count("pk", filter=carla))
    assert counted == {"n": 1}
    known = Exists(Identity.objects.filter(contact=OuterRef("pk"), value="carla@customer.example"))
    assert list(Contact.objects.filter(known)) == [customer]
    marked = Case(When(carla, then=Value(1)), default=Value(0), output_field=IntegerField())
    assert set(Contact.objects.annotate(n=marked).values_list("pk", "n")) == {
        (customer.pk, 1),
        (stranger.pk, 0),
    }
    inner = Identity.objects.filter(value="carla@customer.example").values("contact")
    assert list(Contact.objects.filter(pk__in=inner)) == [customer]


def test_an_annotation_of_it_can_be_compared(agent: User, colleague: User) -> None:
    rows = User.objects.annotate(address=F("email")).filter(address="Alma.agent@helpdesk.example")
    assert list(rows) == [agent]


def test_get_or_create_and_update_or_create_find_by_it(db: None) -> None:
    made, is_new = User.objects.get_or_create(email="Nina@Helpdesk.example", defaults={"full_name": "Nina"})
    again, is_new_again = User.objects.get_or_create(
        email="nina@helpdesk.example", defaults={"full_name": "N"}
    )
    assert (is_new, is_new_again, again.pk, again.full_name) == (True, False, made.pk, "Nina")
    changed, is_new = User.objects.update_or_create(
        email="NINA@helpdesk.example", defaults={"full_name": "Nina Neu"}
    )
    assert (is_new, changed.pk) == (False, made.pk)
    assert User.objects.get(email="nina@helpdesk.example").full_name == "Nina Neu"


def test_the_index_is_used(agent: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = User.objects.filter(email="alma.agent@helpdesk.example").explain()
    assert "Index Scan" in plan
    assert "email_index" in plan


def test_no_address_is_in_the_statement(agent: User) -> None:
    sql = str(User.objects.filter(email="alma.agent@helpdesk.example").query)
    assert "alma" not in sql.lower()


# -- what is refused

REFUSED_LOOKUPS = [
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "regex",
    "iregex",
    "gt",
    "range",
]


@pytest.mark.parametrize("lookup", [*REFUSED_LOOKUPS, "lower", "length", "unaccent"])
@pytest.mark.parametrize(
    ("model", "path"),
    [(Contact, "full_name"), (User, "email"), (Ticket, "subject"), (Ticket, "requester__identities__value")],
)
def test_every_other_lookup_is_refused(model: Any, path: str, lookup: str) -> None:
    value: Any = ["a", "b"] if lookup == "range" else "a"
    for condition in (Q(**{f"{path}__{lookup}": value}), ~Q(**{f"{path}__{lookup}": value})):
        with pytest.raises(FieldError):
            list(model.objects.filter(condition))


@pytest.mark.parametrize("lookup", ["full_name", "full_name__exact", "full_name__iexact", "full_name__in"])
def test_names_have_no_index(lookup: str, customer: Contact) -> None:
    with pytest.raises(FieldError, match="is sealed"):
        Contact.objects.filter(**{lookup: [NEEDLE] if lookup.endswith("in") else NEEDLE})


def test_names_cannot_be_got_or_made_by(customer: Contact) -> None:
    with pytest.raises(FieldError, match="is sealed"):
        Contact.objects.get_or_create(full_name=NEEDLE)


@pytest.mark.parametrize(
    "make",
    [
        lambda: User.objects.filter(email=F("full_name")),
        lambda: User.objects.filter(full_name=F("email")),
        lambda: User.objects.filter(email__in=User.objects.values("email")),
        lambda: Identity.objects.filter(value=OuterRef("x")),
        lambda: User.objects.annotate(n=F("full_name")).filter(n="a"),
        lambda: User.objects.annotate(n=F("full_name")).filter(n__icontains="a"),
    ],
)
def test_sealed_values_are_compared_with_values_only(agent: User, make: Any) -> None:
    with pytest.raises((FieldError, PlaintextRefused)):
        list(make())


ORDERINGS: list[Any] = [
    "full_name",
    "-full_name",
    F("full_name"),
    F("full_name").desc(),
    F("full_name").asc(nulls_last=True),
]


@pytest.mark.parametrize(
    "order", [*ORDERINGS, "identities__value", "merged_into__full_name", Lower("full_name")]
)
def test_ordering_by_ciphertext_is_refused(customer: Contact, order: Any) -> None:
    with pytest.raises(FieldError, match="is sealed"):
        Contact.objects.order_by(order)
    with pytest.raises(FieldError, match="is sealed"):
        Contact.everything.order_by("created_at", order)


@pytest.mark.parametrize(
    "act",
    [
        lambda: Contact.objects.annotate(n=F("full_name")).order_by("-n"),
        lambda: Contact.objects.alias(n=Lower("full_name")).order_by("n"),
        lambda: Contact.objects.latest("full_name"),
        lambda: Contact.objects.earliest("full_name"),
        lambda: Ticket.objects.order_by("requester__full_name"),
        lambda: Ticket.objects.newest_first().order_by("requester__identities__value"),
        lambda: Draft.objects.order_by("body"),
        lambda: Identity.objects.all().order_by("contact__full_name"),
    ],
)
def test_other_ways_to_order_by_ciphertext_are_refused(ticket: Ticket, act: Any) -> None:
    with pytest.raises(FieldError, match="is sealed"):
        act()


def test_ordering_by_what_is_not_sealed_works(ticket: Ticket) -> None:
    for order in ("pk", "-created_at", "requester__created_at", "?", "requester", F("number").desc()):
        assert list(Ticket.objects.order_by(order)) == [ticket]
    assert list(Ticket.objects.annotate(n=F("number")).order_by("n")) == [ticket]
    assert Ticket.objects.latest("created_at") == ticket


# -- what would go past sealing, or past history


@pytest.mark.parametrize(
    "act",
    [
        lambda: Contact.objects.update(full_name="x"),
        lambda: Contact.everything.filter(pk=None).update(language="de"),
        lambda: Contact.objects.bulk_update([], ["full_name"]),
        lambda: Contact.objects.bulk_create([Contact(full_name="x")]),
        lambda: Contact._base_manager.update(language="de"),
        lambda: Contact._default_manager.all().update(language="de"),
        lambda: Ticket.objects.active().update(status="open"),
        lambda: factories.ContactFactory().identities.update(is_primary=False),
    ],
)
def test_bulk_writes_on_records_are_refused(act: Any) -> None:
    with pytest.raises(UnauditedWrite):
        act()


def test_plaintext_is_refused_in_bulk_writes_of_rows_without_history(ticket: Ticket, agent: User) -> None:
    draft = Draft(user=agent, ticket=ticket, kind=MessageKind.AGENT, body="begun")
    draft.save()
    with pytest.raises(PlaintextRefused), transaction.atomic():
        Draft.objects.update(body="in clear")
    draft.body = "in clear"
    with pytest.raises(PlaintextRefused), transaction.atomic():
        Draft.objects.bulk_update([draft], ["body"])
    assert Draft.objects.get().body == "begun"


def test_bulk_create_of_rows_without_history_seals(ticket: Ticket, agent: User) -> None:
    Draft.objects.bulk_create([Draft(user=agent, ticket=ticket, kind=MessageKind.AGENT, body=NEEDLE)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM tickets_draft")
        stored = bytes(cursor.fetchone()[0])
    assert stored[:2] == b"\xc5\x01"
    assert NEEDLE.encode() not in stored
    assert Draft.objects.get().body == NEEDLE


def test_values_hands_out_ciphertext_that_shows_nothing(ticket: Ticket) -> None:
    for sealed in (
        Ticket.objects.values("subject").get()["subject"],
        Ticket.objects.values_list("subject", flat=True).get(),
        Ticket.objects.annotate(s=F("subject")).get().s,
        Ticket.objects.values_list("requester__full_name", flat=True).get(),
    ):
        assert isinstance(sealed, Ciphertext)
        assert (repr(sealed), str(sealed), f"{sealed}") == ("<sealed>",) * 3


def test_aggregates_do_not_open_anything(ticket: Ticket) -> None:
    with pytest.raises(FieldError):
        Ticket.objects.aggregate(Max("subject__lower"))
    assert Ticket.objects.aggregate(n=Count("subject")) == {"n": 1}
    assert Message.objects.filter(body_text__isnull=True).count() == 0
