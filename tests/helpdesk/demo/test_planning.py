"""The plan: the same every time, in office hours, denser lately, nothing in the future."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.demo import planning
from helpdesk.demo.moments import OFFICE, at_work, awake
from helpdesk.demo.people import population

NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def plan() -> planning.Plan:
    return planning.planned(NOW)


def told(plan: planning.Plan) -> list[tuple[str, ...]]:
    return [
        (story.telling.subject, story.cast.customer.full_name, *(str(each.at) for each in story.happenings))
        for story in plan.stories
    ]


def test_it_is_the_same_every_time() -> None:
    assert told(planning.planned(NOW, 60)) == told(planning.planned(NOW, 60))


def test_nothing_happens_in_the_future_or_backwards(plan: planning.Plan) -> None:
    for story in plan.stories:
        moments = [happening.at for happening in story.happenings]
        assert moments == sorted(moments)
        assert moments[-1] <= NOW
        assert story.assigned_at is None or story.begun < story.assigned_at <= NOW


def test_agents_write_in_office_hours_only(plan: planning.Plan) -> None:
    hours = [each.at.astimezone(OFFICE) for story in plan.stories for each in story.happenings if each.author]
    assert {moment.weekday() for moment in hours} <= {0, 1, 2, 3, 4}
    assert all(8 <= moment.hour + moment.minute / 60 <= 18 for moment in hours)


def test_there_is_more_lately_and_it_reaches_months_back(plan: planning.Plan) -> None:
    ages = [NOW - story.begun for story in plan.stories]
    assert max(ages) > timedelta(days=200)
    assert sum(age < timedelta(days=30) for age in ages) > sum(age > timedelta(days=120) for age in ages)


def test_no_conversation_comes_too_often_and_nobody_has_it_twice(plan: planning.Plan) -> None:
    assert len(plan.stories) == planning.TICKETS
    assert max(Counter(story.script.key for story in plan.stories).values()) <= 12
    assert (
        max(Counter((story.cast.customer.emails[0], story.script.key) for story in plan.stories).values())
        == 1
    )
    assert all((story.cast.customer.firm is not None) == story.script.is_b2b for story in plan.stories)


def test_people_share_no_address_number_or_handle() -> None:
    people = population(random.Random(1), 300)
    known = Counter(known for person in people for known in person.known_by)
    assert (len(people), max(known.values())) == (300, 1)
    assert all(email.endswith(".example") for person in people for email in person.emails)


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("day", range(1, 8))
def test_moments_move_forward_into_their_hours(day: int, hour: int) -> None:
    chance, moment = random.Random(3), datetime(2026, 3, day, hour, 30, tzinfo=OFFICE)
    assert moment <= awake(moment, chance) < moment + timedelta(hours=12)
    assert moment <= at_work(moment, chance) < moment + timedelta(days=4)
