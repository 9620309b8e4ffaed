"""The page of one person: all their names and tickets, and as much of the rest as the viewer may see."""

import re
from typing import Any

import pytest
from django.test import Client

from contacts import identification, merging
from contacts.enums import IdentityKind
from contacts.models import Contact
from privacy import consent, custom, holds, requests, restriction
from privacy.enums import Arrival, RequestKind, RestrictionGround
from privacy.models import Opening, User
from tests import factories
from tests.privacy.custom.fields import make_field
from tests.tickets.views.desk.conftest import HTMX, page, queries
from tickets import lifecycle
from tickets.enums import Channel
from tickets.models import Department, Ticket

pytestmark = pytest.mark.django_db


def url(person: Contact, noun: str = "") -> str:
    return f"/desk/people/{person.pk}/{noun}"


def asked(person: Contact, subject: str, channel: Channel = Channel.EMAIL) -> Ticket:
    return lifecycle.open(requester=person, subject=subject, body_text="?", channel=channel, by=person)


@pytest.fixture
def keeper(client: Client, admin: User) -> Client:
    """The browser of somebody who may everything."""
    client.force_login(admin)
    return client


def test_names_tickets_and_organisation_stand_on_one_page(
    desk: Client, customer: Contact, stranger: Contact, department: Department
) -> None:
    customer.organisation = factories.OrganisationFactory(name="Harbour Ltd")
    customer.save()
    identification.add_identity(customer, IdentityKind.PHONE, "+49 461 123456")
    identification.add_identity(customer, IdentityKind.HANDLE, "@carla")
    asked(customer, "By mail")
    asked(customer, "Tweeted", Channel.TWITTER)
    asked(stranger, "Not hers")

    text = page(desk, url(customer))

    for words in ("Carla Customer", "carla@customer.example", "+49461123456", "@carla", "Harbour Ltd"):
        assert words in text, words
    assert "By mail" in text
    assert "Tweeted" in text
    assert "Not hers" not in text


def test_a_ticket_of_the_list_keeps_the_list_beside_it(
    desk: Client, customer: Contact, department: Department
) -> None:
    asked(customer, "By mail")
    link = re.search(r'href="(/desk/tickets/\d+/\?in=[^"]+)"', page(desk, url(customer)))
    assert link is not None

    assert f'hx-get="{url(customer)}"' in page(desk, link[1])
    beside = page(desk, url(customer), **HTMX)
    assert beside.startswith("<section") or 'id="list"' in beside[:200]
    assert "<html" not in beside


def test_a_long_list_goes_on_by_key(desk: Client, customer: Contact, department: Department) -> None:
    for number in range(52):
        factories.TicketFactory(requester=customer, subject=f"Number {number:02}.", department=department)

    first = page(desk, url(customer))
    older = re.search(r'hx-get="([^"]+page=[^"]+)"', first)
    assert older is not None
    rest = page(desk, older[1].replace("&amp;", "&"), **HTMX)

    assert set(re.findall(r"Number (\d\d)\.", first + rest)) == {f"{n:02}" for n in range(52)}


def test_it_is_reached_from_ticket_search_and_request(
    keeper: Client, customer: Contact, admin: User, department: Department
) -> None:
    ticket = asked(customer, "By mail")
    wish = requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)

    assert f'href="{url(customer)}"' in page(keeper, f"/desk/tickets/{ticket.number}/")
    assert f'href="{url(customer)}"' in page(keeper, f"/desk/requests/{wish.pk}/")
    found = keeper.post("/desk/search/", {"words": "carla@customer.example"}).content.decode()
    assert f'href="{url(customer)}"' in found


def test_what_their_data_is_under_is_for_those_who_handle_it(
    keeper: Client, agent: User, admin: User, customer: Contact
) -> None:
    requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)
    restriction.object_to(customer, "security", by=admin)
    holds.place(customer, "Case 7 at court", until=None, by=admin)

    text = page(keeper, url(customer))
    for words in ("Access", "Protecting the service", "Case 7 at court", "Record a request"):
        assert words in text, words

    keeper.force_login(agent)
    agent.profile = factories.ProfileFactory(rights=["contacts.view", "tickets.view"])
    agent.save()
    text = page(keeper, url(customer))
    for words in ("Protecting the service", "Case 7 at court", "Record a request", "Merge…"):
        assert words not in text, words


def test_who_looked_is_named_only_to_readers_of_the_audit(
    keeper: Client, agent: User, customer: Contact, colleague: User
) -> None:
    keeper.force_login(colleague)
    page(keeper, url(customer))
    assert Opening.objects.get().subject_id == customer.pk

    keeper.force_login(agent)
    agent.profile = factories.ProfileFactory(rights=["contacts.view", "tickets.view"])
    agent.save()
    text = page(keeper, url(customer))
    assert "Ben Colleague" not in text
    assert str(colleague.role) in text

    agent.profile.rights += ["audit_log"]
    agent.profile.save()
    assert "Ben Colleague" in page(keeper, url(customer))


def test_masked_addresses_stay_masked(desk: Client, agent: User, customer: Contact) -> None:
    profile = factories.ProfileFactory(rights=["contacts.view", "tickets.view"])
    profile.field_permissions.create(model="contacts.identity", field="value", right="masked")
    agent.profile = profile
    agent.save()

    text = page(desk, url(customer))

    assert "carla@customer.example" not in text
    assert "c•••@c•••" in text


def test_who_was_merged_is_found_on_the_page_of_who_is_left(
    desk: Client, customer: Contact, stranger: Contact, agent: User
) -> None:
    third = factories.ContactFactory()
    merging.merge(third, into=stranger, by=agent)
    merging.merge(stranger, into=customer, by=agent)

    answer = desk.get(url(third))

    assert (answer.status_code, answer["Location"]) == (302, url(customer))


def test_of_who_is_restricted_nothing_is_shown_but_that(
    keeper: Client, agent: User, customer: Contact, admin: User
) -> None:
    restriction.restrict(customer, RestrictionGround.CONTESTED, by=admin)

    text = page(keeper, url(customer))
    assert "data is restricted" in text
    assert "Carla" not in text

    keeper.force_login(agent)
    assert keeper.get(url(customer)).status_code == 404


def test_two_become_one_after_both_were_shown(
    desk: Client, customer: Contact, stranger: Contact, department: Department,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    asked(stranger, "Of the other one")

    assert "Merge with another contact" in page(desk, url(customer, "merger/"))
    answer = desk.post(url(customer, "merger/"), {"who": "stan@stranger.example"})
    text = answer.content.decode()
    assert "Stan Stranger" in text
    assert "1 ticket" in text
    assert Contact.objects.filter(pk=stranger.pk).exists()

    with django_capture_on_commit_callbacks(execute=True):
        desk.post(url(customer, f"merger/{stranger.pk}/"))
    text = page(desk, url(customer))
    assert "stan@stranger.example" in text
    assert "Of the other one" in text


@pytest.mark.parametrize("who", ["nobody@else.example", "no name at all", "carla@customer.example"])
def test_nobody_or_themselves_is_not_merged(desk: Client, customer: Contact, who: str) -> None:
    answer = desk.post(url(customer, "merger/"), {"who": who})

    assert answer.status_code == 422
    assert "Make them one" not in answer.content.decode()


def test_who_may_not_merge_is_refused(
    desk: Client, agent: User, customer: Contact, stranger: Contact
) -> None:
    agent.profile = factories.ProfileFactory(rights=["contacts.view", "contacts.update", "tickets.view"])
    agent.save()

    assert desk.get(url(customer, "merger/")).status_code == 403
    assert desk.post(url(customer, f"merger/{stranger.pk}/")).status_code == 403
    assert Contact.objects.filter(pk=stranger.pk).exists()


def test_the_page_costs_the_same_for_little_and_much(
    keeper: Client, customer: Contact, admin: User, department: Department
) -> None:
    asked(customer, "One")
    requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)
    page(keeper, url(customer))
    one = queries(keeper, url(customer))
    for number in range(5):
        asked(customer, f"More {number}")
        identification.add_identity(customer, IdentityKind.PHONE, f"+49 461 12345{number}")
        requests.record(RequestKind.PORTABILITY, customer, by=admin, arrival=Arrival.PHONE)
        restriction.object_to(customer, f"purpose-{number}", by=admin)
        holds.place(customer, "Because", until=None, by=admin)

    assert queries(keeper, url(customer)) == one <= 25


def test_somebody_new_is_written_down_with_what_they_agreed_to(desk: Client, agent: User) -> None:
    made = factories.purpose("newsletter", placed_on=["desk_contact"])
    field = make_field("room", module="contacts.contact")
    assert "/desk/people/new/" in desk.post("/desk/search/", {"words": "nina@new.example"}).content.decode()
    [words] = [each for each in consent.newest(made) if each.language == "en"]

    given = {
        "known_by": "Nina@New.example",
        "full_name": "Nina New",
        "custom_room": "12",
        "consent_newsletter": "on",
        "consent_newsletter_shown": words.digest,
        "consent_evidence": "said so at the counter",
    }
    answer = desk.post("/desk/people/new/", given)

    nina = identification.find("nina@new.example")
    assert nina is not None
    assert (answer["Location"], nina.full_name, nina.owner) == (url(nina), "Nina New", agent)
    assert consent.may_process(nina.pk, "newsletter")
    assert custom.values(Contact, [nina.pk]) == {nina.pk: {field.pk: "12"}}


def test_what_nobody_can_be_known_by_is_said_in_the_agents_language(desk: Client, agent: User) -> None:
    agent.language = "de"
    agent.save()
    refused = desk.post("/desk/people/new/", {"known_by": "?", "full_name": "X"})
    assert "Das ist weder eine E-Mail-Adresse" in refused.content.decode()


def test_nobody_is_written_down_twice_nor_by_whom_may_not(
    desk: Client, agent: User, customer: Contact
) -> None:
    refused = desk.post("/desk/people/new/", {"known_by": "carla@customer.example", "full_name": "X"})
    assert refused.status_code == 422
    agent.profile = factories.ProfileFactory(rights=["contacts.view"])
    agent.save()
    assert desk.get("/desk/people/new/").status_code == 403
