"""The notice of a sign-in from a new browser: once, in the person's language, without saying where or with what."""

import pytest
from django.core import mail
from django.test import Client

from privacy import notices
from privacy.models import User, Visit
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(user: User) -> None:
    Client(headers={"user-agent": "Firefox/140.0 Windows"}, REMOTE_ADDR="203.0.113.77").post(
        "/sign-in/", {"username": user.email, "password": PASSWORD}
    )


@pytest.mark.parametrize(("language", "subject"), [("en", "A sign-in to"), ("de", "Eine Anmeldung")])
def test_a_new_browser_is_told_once(agent: User, language: str, subject: str) -> None:
    agent.language = language
    agent.save()
    sign_in(agent)
    assert notices.tell_of_new_browsers() == 0, "the first one is expected"
    sign_in(agent)
    assert notices.tell_of_new_browsers() == 1
    assert notices.tell_of_new_browsers() == 0
    (sent,) = mail.outbox
    assert (sent.to, sent.subject.startswith(subject)) == ([agent.email], True)
    parts = [sent.subject, sent.body, *(part.content for part in sent.alternatives)]
    for secret in ("203.0.113", "Firefox", "Windows", agent.email, "Alma"):
        assert not any(secret in part for part in parts)
    assert all("/desk/account/" in part for part in parts[1:])


def test_what_could_not_be_sent_stays_due(agent: User, settings: object) -> None:
    sign_in(agent)
    sign_in(agent)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    with pytest.raises(OSError):
        notices.tell_of_new_browsers()
    assert Visit.objects.filter(notice_due=True).count() == 1
