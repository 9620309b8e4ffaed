"""Reminders of deadlines: to who handles requests, once before and once after, and without a name in them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Contact
from privacy import requests
from privacy.enums import Arrival, RequestKind
from privacy.models import DataRequest, User
from privacy.requests import reminding

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(customer: Contact, admin: User, agent: User) -> DataRequest:
    """By somebody, today; the agent doesn't handle such."""
    return requests.record(RequestKind.ACCESS, customer, by=admin, arrival=Arrival.PHONE)


def move(request: DataRequest, days: int) -> None:
    """Let it be due in so many days."""
    request.due_on = timezone.localdate() + timedelta(days=days)
    request.save(update_fields=["due_on"])


def test_once_before_and_once_after(asked: DataRequest, admin: User, mailoutbox: Any) -> None:
    move(asked, 20)
    assert reminding.remind() == 0

    move(asked, 6)
    assert (reminding.remind(), reminding.remind()) == (1, 0)
    move(asked, -1)
    asked.refresh_from_db()
    assert (reminding.remind(), reminding.remind()) == (1, 0)

    assert [mail.to for mail in mailoutbox] == [[admin.email], [admin.email]]
    assert mailoutbox[1].subject.startswith("Overdue")
    for mail in mailoutbox:
        assert f"/desk/requests/{asked.pk}/" in mail.body
        assert "Carla" not in mail.body + mail.subject


def test_what_is_late_at_once_is_told_as_late_alone(asked: DataRequest, mailoutbox: Any) -> None:
    move(asked, -3)
    assert reminding.remind() == 1
    assert reminding.remind() == 0
    assert len(mailoutbox) == 1


def test_what_is_settled_is_not_told(asked: DataRequest, admin: User, mailoutbox: Any) -> None:
    move(asked, -3)
    asked.refresh_from_db()
    requests.withdraw(asked, by=admin)
    assert reminding.remind() == 0
    assert mailoutbox == []


def test_an_extended_one_is_told_of_anew(asked: DataRequest, admin: User, mailoutbox: Any) -> None:
    move(asked, 3)
    reminding.remind()
    asked.refresh_from_db()
    extended = requests.extend(asked, "Much to look through.", by=admin)
    assert reminding.remind() == 0
    move(extended, 3)
    assert reminding.remind() == 1


def test_a_mail_server_that_is_away_costs_no_reminder(
    asked: DataRequest, mailoutbox: Any, settings: Any
) -> None:
    move(asked, 3)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    with pytest.raises(OSError, match=""):
        reminding.remind()
    settings.EMAIL_BACKEND = working
    assert reminding.remind() == 1
