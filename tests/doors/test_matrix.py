"""Every address, with every inner id swapped, answers everybody as the reviewed table says, and shows no more."""

import os

import pytest

from tests.doors import table, world
from tests.doors.visiting import walk

pytestmark = pytest.mark.django_db(databases=["default", "vault"])

OUTSIDERS = {"stranger", "customer b", "other"}
COLLEAGUES = {"User.full_name"}  # know each other by name
WORDS_OF_PEOPLE = {
    "Contact.full_name",
    "Identity.value",
    "Ticket.subject",
    "Message.body_text",
    "User.full_name",
}


@pytest.mark.parametrize("person", table.PEOPLE)
def test_everybody_gets_what_the_table_says(person: str) -> None:
    house = world.build()
    met = walk(house, house.everybody[person], table.METHODS)
    if "WRITE_STATUSES" in os.environ:
        table.replace(person, met.statuses)
    assert table.differences(person, met.statuses) == {}
    if person in OUTSIDERS:
        assert met.shown - COLLEAGUES == set()
    if person == "admin":  # the canaries are there to be found
        assert met.shown >= WORDS_OF_PEOPLE
