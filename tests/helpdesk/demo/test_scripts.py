"""The conversations are complete: every one can be told, in its language, without a hole."""

import random
import re
from datetime import UTC, datetime

import pytest

from helpdesk.demo.company import STAFF, UNITS
from helpdesk.demo.enclosures import enclosed
from helpdesk.demo.people import population
from helpdesk.demo.scripts import Script, parse, scripts
from helpdesk.demo.wording import Cast, Telling
from tickets.attaching import image_type
from tickets.enums import Priority

BEGUN = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)


def telling(script: Script) -> Telling:
    chance = random.Random(7)
    people = [
        each
        for each in population(chance, 120)
        if each.language == script.language and (each.firm is not None) == script.is_b2b
    ]
    return Telling(script, Cast(people[0], STAFF[4], STAFF[5]), BEGUN, chance)


def test_there_are_enough_of_them_in_both_languages() -> None:
    assert len(scripts()) >= 60
    assert min(sum(script.language == language for script in scripts()) for language in ("de", "en")) >= 30
    assert len({script.key for script in scripts()}) == len(scripts())


@pytest.mark.parametrize("script", scripts(), ids=lambda script: f"{script.language}-{script.key}")
def test_every_script_can_be_told(script: Script) -> None:
    told = telling(script)
    assert script.department in {unit.key for unit in UNITS}
    assert Priority[script.priority.upper()]
    assert script.steps[0].kind == "customer"
    assert len(script.steps) >= 2
    texts = [told.subject, *(told.told(step.text, by=step.kind) for step in script.steps)]
    assert all(text and not re.search(r"[{}]|\[\[|\|", text) for text in texts)
    for step in script.steps:
        for name in step.files:
            assert enclosed(name, told).content


def test_pictures_and_documents_are_what_they_say() -> None:
    told = telling(next(script for script in scripts() if script.key == "fehler-e05"))
    picture, document = enclosed("photo:display:E05", told), enclosed("pdf:label", told)
    assert isinstance(picture.content, bytes)
    assert image_type(picture.content[:16]) == "image/png"
    assert isinstance(document.content, bytes)
    assert document.content.startswith(b"%PDF-1.4")
    assert told.cast.customer.full_name.encode("cp1252") in document.content


@pytest.mark.parametrize("text", ["words before a name", "# a\nno header"])
def test_a_line_that_fits_nowhere_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"conversation|header"):
        parse(text, "de")
