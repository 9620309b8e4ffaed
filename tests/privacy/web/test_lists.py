"""Paging by key: whichever way one walks, each row comes once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import BadRequest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact
from privacy.web.lists import PAGE, by_key, key_of, parse_key
from tests.examples import example, few

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

LIKE_A_CURSOR = r"[<>]\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d_[0-9a-f]{32}"
START = datetime(2024, 1, 1, tzinfo=UTC)


def contacts(offsets: list[int]) -> list[Contact]:
    """One contact a number, made so many microseconds after the start; newest first."""
    made = [Contact(created_at=START + timedelta(microseconds=offset)) for offset in offsets]
    for contact in made:
        contact.save()
    return sorted(made, key=lambda contact: (contact.created_at, contact.pk), reverse=True)


@few(15)
@given(offsets=st.lists(st.integers(0, 5), max_size=14), size=st.integers(1, 6))
def test_walking_to_older_and_back_to_newer_gives_each_row_once(offsets: list[int], size: int) -> None:
    with example():
        expected = contacts(offsets)
        rows, pages = [], 0
        page = by_key(Contact.objects.all(), size=size)
        assert page.newer == ""
        rows += page.rows
        while page.older:
            page = by_key(Contact.objects.all(), page.older, size=size)
            pages += 1
            rows += page.rows
            assert page.newer
            assert 1 <= len(page.rows) <= size
        assert rows == expected
        back = list(page.rows)
        while page.newer:
            page = by_key(Contact.objects.all(), page.newer, size=size)
            assert 1 <= len(page.rows) <= size
            back = page.rows + back
        assert back == expected


@few(40)
@given(
    cursor=st.text(max_size=60)
    | st.from_regex(r"[<>]\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d_[0-9a-f-]{30,40}")
)
def test_a_cursor_that_is_not_ours_is_a_bad_request(cursor: str) -> None:
    try:
        page = by_key(Contact.objects.all(), cursor)
    except BadRequest:
        return
    assert page.rows == []


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "<",
        ">",
        "<2024-01-01T00:00:00_018f0000-0000-7000-8000-000000000001",  # no time zone
        "<2024-13-01T00:00:00+00:00_018f0000-0000-7000-8000-000000000001",
        "<2024-01-01T00:00:00+00:00_nobody",
        "<2024-01-01T00:00:00+00:00",
        "2024-01-01T00:00:00+00:00_018f0000-0000-7000-8000-000000000001",
        "<2024-01-01T00:00:00+00:00_018f0000-0000-7000-8000-000000000001'; DROP TABLE x",
    ],
)
def test_each_broken_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadRequest):
        by_key(Contact.objects.all(), cursor)


def test_a_cursor_survives_an_address_that_lost_its_plus() -> None:
    (contact,) = contacts([3])
    key = key_of(contact)
    assert parse_key(key) == parse_key(key.replace("+", " ")) == (contact.created_at, contact.pk)


def test_a_page_of_nothing_has_no_neighbours() -> None:
    page = by_key(Contact.objects.all())
    assert (page.rows, page.older, page.newer) == ([], "", "")


def test_another_moment_orders_and_pages() -> None:
    newest, *others = contacts([1, 2, 3])
    others[-1].save()  # changed last
    first = by_key(Contact.objects.all(), moment="updated_at", size=1)
    assert first.rows == [others[-1]]
    rest = by_key(Contact.objects.all(), first.older, moment="updated_at").rows
    assert rest == sorted([newest, *others[:-1]], key=lambda row: (row.updated_at, row.pk), reverse=True)


def test_a_row_that_goes_meanwhile_breaks_nothing() -> None:
    made = contacts(list(range(9)))
    first = by_key(Contact.objects.all(), size=3)
    made[2].bin(by=None)
    second = by_key(Contact.objects.all(), first.older, size=3)
    assert second.rows == made[3:6]
    assert by_key(Contact.objects.all(), second.newer, size=3).rows == made[:2]


def test_a_page_is_one_statement_of_fixed_length() -> None:
    contacts(list(range(8)))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        by_key(Contact.objects.all(), size=3)
    assert len(seen) == 1
    assert seen[0]["sql"].endswith("LIMIT 4")
    assert "OFFSET" not in seen[0]["sql"]
    assert PAGE == 50


def test_a_cursor_shows_nothing_but_a_moment_and_an_id(customer: Any) -> None:
    cursor = key_of(customer)
    assert cursor == f"{customer.created_at.isoformat()}_{customer.pk}"
