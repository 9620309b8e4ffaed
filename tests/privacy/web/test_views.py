"""The doors: who comes in, what they get to see, and where they are sent."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse

from contacts.models import Contact
from privacy import actor
from privacy.enums import ActorKind, Via
from privacy.models import User
from privacy.web import views
from tests import factories
from tickets.enums import MessageKind
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@views.desk
def a_desk_page(request: Any) -> HttpResponse:
    return HttpResponse(f"{actor.current().kind} {actor.current().via} {views.viewer_of(request).pk}")


@views.portal
def a_portal_page(request: Any) -> HttpResponse:
    return HttpResponse(f"{actor.current().kind} {actor.current().via} {views.viewer_of(request).pk}")


@views.public
def a_public_page(request: Any) -> HttpResponse:
    return HttpResponse("for all")


@pytest.fixture
def ask(rf: Any) -> Any:
    """A request as the middleware hands it on."""

    def request(
        path: str = "/", user: Any = None, customer: Any = None, htmx: bool = False, **post: str
    ) -> Any:
        made = rf.post(path, post) if post else rf.get(path)
        made.user, made.customer, made.htmx = user or AnonymousUser(), customer, False
        return made

    return request


def test_each_view_bears_its_audience() -> None:
    audiences = [view.audience for view in (a_desk_page, a_portal_page, a_public_page)]  # type: ignore[attr-defined]
    assert audiences == ["desk", "portal", "public"]


def test_staff_come_in_at_the_desk(ask: Any, agent: User) -> None:
    answer = a_desk_page(ask(user=agent))
    assert answer.content.decode() == f"{ActorKind.STAFF} {Via.DESK} {agent.pk}"


def test_customers_come_in_at_the_portal(ask: Any, customer: Contact) -> None:
    answer = a_portal_page(ask(customer=customer))
    assert answer.content.decode() == f"{ActorKind.CUSTOMER} {Via.PORTAL} {customer.pk}"


def test_somebody_with_both_hats_wears_the_one_of_the_door(ask: Any, agent: User, customer: Contact) -> None:
    request = ask(user=agent, customer=customer)
    assert str(agent.pk) in a_desk_page(request).content.decode()
    assert str(customer.pk) in a_portal_page(request).content.decode()
    assert views.viewer_of(request) == agent


def test_nobody_is_sent_to_sign_in_and_comes_back(ask: Any, customer: Contact, agent: User) -> None:
    answer = a_desk_page(ask("/desk/tickets/7/?page=2", customer=customer))
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/sign-in/?next=%2Fdesk%2Ftickets%2F7%2F%3Fpage%3D2",
    )
    answer = a_portal_page(ask("/portal/tickets/7/", user=agent))
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=%2Fportal%2Ftickets%2F7%2F")


def test_what_was_posted_is_not_put_into_the_address(ask: Any) -> None:
    answer = a_desk_page(ask("/desk/tickets/7/replies/", body="a secret"))
    assert answer["Location"] == "/sign-in/"


def test_inactive_staff_stay_outside(ask: Any, agent: User) -> None:
    agent.is_active = False
    assert a_desk_page(ask(user=agent)).status_code == 302


# -- get_visible


def test_what_is_not_there_and_what_is_not_theirs_look_alike(
    ask: Any, agent: User, customer: Contact, stranger: Contact
) -> None:
    theirs = factories.TicketFactory(requester=customer)
    others = factories.TicketFactory(requester=stranger)
    note = factories.MessageFactory(ticket=theirs, kind=MessageKind.NOTE)
    with actor.acting(customer):
        request = ask(customer=customer)
        assert views.get_visible(request, Ticket, number=theirs.number) == theirs
        for lookup in ({"number": others.number}, {"number": 0}):
            with pytest.raises(Http404):
                views.get_visible(request, Ticket, **lookup)
        with pytest.raises(Http404):
            views.get_visible(request, Message, pk=note.pk)
        with pytest.raises(Http404):
            views.get_visible(request, Ticket.objects.exclude(pk=theirs.pk), pk=theirs.pk)
    with actor.acting(agent):
        assert views.get_visible(ask(user=agent), Message, pk=note.pk) == note
    for request in (ask(), ask(customer=customer)):  # nobody, and a customer on a public page
        with pytest.raises(Http404):
            views.get_visible(request, Ticket, number=theirs.number)


def test_the_bin_is_not_visible(ask: Any, agent: User) -> None:
    ticket = factories.TicketFactory()
    ticket.bin(by=agent)
    with pytest.raises(Http404), actor.acting(agent):
        views.get_visible(ask(user=agent), Ticket, pk=ticket.pk)


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/desk/", "/desk/"),
        ("/desk/?page=2", "/desk/?page=2"),
        ("", "/fallback/"),
        ("https://evil.example/", "/fallback/"),
        ("//evil.example/", "/fallback/"),
        ("/\\evil.example/", "/fallback/"),
        ("javascript:alert(1)", "/fallback/"),
        ("http://testserver/desk/", "http://testserver/desk/"),
    ],
)
def test_the_way_on_stays_on_this_site(ask: Any, wanted: str, goes: str) -> None:
    assert views.safe_next(ask("/", next=wanted or ""), "/fallback/") == goes
