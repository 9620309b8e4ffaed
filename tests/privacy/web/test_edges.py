"""Where a visitor comes from, how often something may be tried, and how sealed files go out."""

import time
from typing import Any

import pytest
import redis
from django.core.files.base import ContentFile
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from privacy.vault import keys
from privacy.vault.files import CHUNK
from privacy.web import origin, throttle
from privacy.web.files import sealed_file_response
from tests import factories
from tickets.models import Attachment

pytestmark = pytest.mark.django_db(databases=["default", "vault"])


# -- origin


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # nobody is trusted: the header is made up
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # what the visitor wrote comes first
        (2, "203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_whose_word_is_taken(rf: Any, settings: Any, trusted: int, forwarded: str, address: str) -> None:
    settings.TRUSTED_PROXIES = trusted
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})
    assert origin.client_address(request) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1:2%eth0", "fe80::/64"),
        ("", "::/64"),
        ("unix:", "::/64"),
    ],
)
def test_the_network_around_an_address(rf: Any, address: str, network: str) -> None:
    assert origin.network(rf.get("/", REMOTE_ADDR=address)) == network


# -- throttle


def test_so_many_tries_and_no_more() -> None:
    tries = [throttle.is_allowed("test", "anna@example.org", limit=3, seconds=60) for _ in range(5)]
    assert tries == [True, True, True, False, False]
    assert throttle.is_allowed("test", "ben@example.org", limit=3, seconds=60)
    assert throttle.is_allowed("another", "anna@example.org", limit=3, seconds=60)


def test_after_the_period_it_begins_anew() -> None:
    assert throttle.is_allowed("short", "anna", limit=1, seconds=1)
    assert not throttle.is_allowed("short", "anna", limit=1, seconds=1)
    time.sleep(1.1)
    assert throttle.is_allowed("short", "anna", limit=1, seconds=1)


def test_the_cache_is_told_no_names(settings: Any) -> None:
    throttle.is_allowed("told", "anna@example.org", limit=3, seconds=60)
    server = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    (key,) = server.keys("*throttle:told:*")
    assert b"anna" not in key
    assert server.get(key) == b"1"


@given(st.text(st.characters(), max_size=30))
def test_whoever_it_is_can_be_counted(who: str) -> None:
    assert throttle.is_allowed("any", who, limit=10_000, seconds=5)


# -- files


@pytest.fixture
def attachment() -> Attachment:
    row = Attachment(message=factories.MessageFactory(), filename="Grüße “an” Anna.pdf")
    row.content.save("", ContentFile(b"x" * (2 * CHUNK + 5)), save=False)
    row.save()
    return row


def test_a_file_is_streamed_as_a_download(attachment: Attachment) -> None:
    answer = sealed_file_response(
        attachment.content, filename=attachment.filename, content_type="text/html", as_picture=False
    )
    assert [len(piece) for piece in answer] == [CHUNK, CHUNK, 5]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_picture_is_shown(attachment: Attachment) -> None:
    answer = sealed_file_response(
        attachment.content, filename="a.png", content_type="image/png", as_picture=True
    )
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize("name", ['a"b.txt', "a\r\nSet-Cookie: x=1.txt", "../../etc/passwd", "x" * 300])
def test_no_name_breaks_out_of_its_header(attachment: Attachment, name: str) -> None:
    answer = sealed_file_response(attachment.content, filename=name, content_type="text/plain")
    assert not {"\r", "\n"} & set(answer["Content-Disposition"])
    assert "Set-Cookie" not in answer.headers


def test_an_erased_or_missing_file_is_not_there(attachment: Attachment) -> None:
    attachment.content.storage.delete(attachment.content.name)
    with pytest.raises(Http404):
        sealed_file_response(attachment.content, filename="x", content_type="text/plain")


def test_an_erased_file_is_not_there(attachment: Attachment) -> None:
    keys.destroy(attachment.message.ticket.requester_id)
    again = Attachment.objects.get(pk=attachment.pk)
    with pytest.raises(Http404):
        sealed_file_response(again.content, filename=again.filename, content_type="text/plain")
