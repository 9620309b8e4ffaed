"""Template tags: words for moments, marks for states, safe text."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from helpdesk.marks import MARKS, mark_of
from helpdesk.templatetags import ui
from privacy.vault.fields import Erased
from tickets.enums import DeliveryState, Priority, Status

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "short", "long"),
    [
        (timedelta(seconds=-30), "now", "just now"),
        (timedelta(seconds=59), "now", "just now"),
        (timedelta(minutes=1), "1 min", "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 min", "59 minutes ago"),
        (timedelta(hours=1), "1 h", "1 hour ago"),
        (timedelta(days=1), "1 d", "1 day ago"),
        (timedelta(days=6, hours=23), "6 d", "6 days ago"),
        (timedelta(days=7), "16 Nov", "16 November"),
        (timedelta(days=500), "Jul 2025", "11 July 2025"),
        (timedelta(hours=-2), "23 November 2026, 16:02", "23 November 2026, 16:02"),
    ],
)
def test_moments_in_words(before: timedelta, short: str, long: str) -> None:
    assert ui.ago(NOW - before, NOW, short=True) == short
    assert ui.ago(NOW - before, NOW) == long


def test_a_moment_is_exact_on_hover_and_for_screen_readers() -> None:
    with timezone.override("Europe/Berlin"):
        said = ui.moment(NOW)

    assert 'datetime="2026-11-23T15:02:00+01:00"' in said
    assert 'title="23 November 2026, 15:02"' in said
    assert '<span class="visually-hidden">23 November 2026, 15:02</span>' in said
    assert ui.moment(None) == ""


def test_every_status_priority_and_state_has_a_mark_and_a_word() -> None:
    for kind, marks in MARKS.items():
        for value in marks:
            assert mark_of(kind, value.value)[1] == str(value.label)
    assert set(MARKS["status"]) == set(Status)
    assert set(MARKS["priority"]) == set(Priority)
    assert set(MARKS["delivery"]) == set(DeliveryState)


def test_badges_show_icon_and_word() -> None:
    said = ui.badge("pending", "status")

    assert said.startswith('<span class="badge wait"><svg')
    assert said.endswith("Waiting for customer</span>")


def test_icons_are_decoration_and_unknown_ones_fail_loudly() -> None:
    assert 'aria-hidden="true"' in ui.icon("lock")
    assert "style=" not in ui.icon("lock")
    with pytest.raises(Exception, match="does not exist"):
        ui.icon("no-such-icon")


def test_values_are_text() -> None:
    template = Template(
        "{{ value|shown:'nothing' }}|{{ value|linked }}|{{ value|gist }}|{{ value|marked:'b <' }}"
    )

    said = template.render(Context({"value": "<b>"}))

    assert said == "&lt;b&gt;|&lt;b&gt;|&lt;b&gt;|<mark>&lt;</mark><mark>b</mark>&gt;"


def test_marking_breaks_no_sign() -> None:
    assert ui.marked("a & b", "amp a") == "<mark>a</mark> &amp; b"


def test_what_is_erased_says_so() -> None:
    assert ui.shown(Erased("erased")) == '<span class="erased">erased</span>'
    assert ui.linked(Erased("erased")) == '<span class="erased">erased</span>'
    assert ui.shown("", "nothing") == "nothing"


def test_links_open_elsewhere_and_tell_nobody() -> None:
    said = ui.linked("See https://example.org/a?b=1&c=2, please")

    assert 'href="https://example.org/a?b=1&amp;c=2"' in said
    assert 'rel="noopener noreferrer nofollow" target="_blank"' in said


@pytest.mark.parametrize(
    ("text", "gist"),
    [
        ("One line", "One line"),
        ("Dear team,\n\nthe brake\nsqueaks.", "the brake squeaks."),
        ("Call me,", "Call me,"),
        ("a" * 200, "a" * 160 + "…"),
        ("", ""),
    ],
)
def test_the_gist_of_a_text(text: str, gist: str) -> None:
    assert ui.gist(text) == gist


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Mia Sommer", "MS"), ("Dr. Ingeborg von Lindqvist", "DL"), ("anna@x.example", "A"), ("", "?")],
)
def test_avatars_have_two_letters_at_most(name: str, letters: str) -> None:
    assert f">{letters}</span>" in ui.avatar(name, "key")


def test_a_person_keeps_their_colour() -> None:
    assert ui.avatar("Mia Sommer", 7).split('"')[1] == ui.avatar("Mia Winter", 7).split('"')[1]


def test_numbers_follow_the_language() -> None:
    assert ui.thousands(12000) == "12,000"
    with translation.override("de"):
        assert ui.thousands(12000) == "12.000"
