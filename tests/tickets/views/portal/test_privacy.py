"""The privacy page: sections in order, the own ones for whom they are about."""

import re
from typing import Any

import pytest
from django.test import Client

from tickets.views.portal import privacy
from tickets.views.portal.sections import Section, chapters

pytestmark = pytest.mark.django_db
URL = "/portal/privacy/"


class Visit:
    """As much of a request as sections ask for."""

    def __init__(self, customer: Any = None) -> None:
        self.customer = customer


def test_each_section_has_its_place_in_the_contents_and_on_the_page(client: Client, own: Client) -> None:
    for browser in (Client(), own):
        html = browser.get(URL).content.decode()
        told = re.findall(r'<section class="stack tight" id="(\w+)"', html)
        assert told == re.findall(r'<a href="#(\w+)">', html.partition('class="contents')[2])
        assert [each.name for each in privacy.SECTIONS if each.name in told] == told
        assert {each.name for each in privacy.SECTIONS if not each.is_own} <= set(told)


def test_own_sections_and_those_with_nothing_to_say_are_left_out() -> None:
    sections = (
        Section("all", "for all"),
        Section("own", "mine", lambda request: {"who": request.customer}, is_own=True),
        Section("silent", "nothing", lambda request: None),
    )
    assert [each.section.name for each in chapters(Visit(), sections)] == ["all"]
    assert [(each.section.name, each.about) for each in chapters(Visit("Carla"), sections)] == [
        ("all", {}),
        ("own", {"who": "Carla"}),
    ]
