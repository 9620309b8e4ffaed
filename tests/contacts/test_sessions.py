"""A customer's session holds an id and a moment, and ends with the customer."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from contacts import sessions
from contacts.models import Contact
from privacy.models import User
from privacy.sessions import SessionStore

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


@pytest.fixture
def request_(rf: Any) -> Any:
    made = rf.get("/")
    made.session, made.user, made.customer = SessionStore(), AnonymousUser(), None
    made.session.save()
    return made


def test_a_customer_comes_in_with_a_fresh_key(request_: Any, customer: Contact) -> None:
    before = request_.session.session_key
    sessions.sign_in(request_, customer)
    assert request_.customer == customer
    assert sessions.customer_of(request_) == customer
    assert request_.session.session_key != before
    assert set(request_.session.keys()) == {sessions.CUSTOMER, sessions.SINCE}
    assert "Carla" not in str(dict(request_.session))


def test_signing_out_forgets_them_and_nobody_else(request_: Any, customer: Contact, agent: User) -> None:
    request_.session["_auth_user_id"] = str(agent.pk)
    sessions.sign_in(request_, customer)
    sessions.sign_out(request_)
    assert (request_.customer, sessions.customer_of(request_)) == (None, None)
    assert list(request_.session.keys()) == ["_auth_user_id"]


def test_a_session_ends_with_its_customer(request_: Any, customer: Contact) -> None:
    sessions.sign_in(request_, customer)
    customer.bin(by=None)
    assert sessions.customer_of(request_) is None


@pytest.mark.parametrize("value", ["", "018f0000-0000-7000-8000-000000000001"])
def test_a_session_of_nobody(request_: Any, value: str) -> None:
    request_.session[sessions.CUSTOMER] = value
    assert sessions.customer_of(request_) is None
