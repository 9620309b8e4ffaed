"""Which conversations are told, by whom and when. Pure, and the same every time."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from helpdesk.demo.company import STAFF, Colleague
from helpdesk.demo.moments import at_work, awake, beginnings, stretched
from helpdesk.demo.people import Person, population
from helpdesk.demo.scripts import Script, Step, scripts
from helpdesk.demo.wording import Cast, Telling

SEED = 1898
TICKETS = 400
CLOSED_AFTER = timedelta(days=7)
STALE_AFTER = timedelta(days=12)
OWN_TICKETS = 5  # of each customer as whom the portal can be tried


@dataclass(slots=True)
class Happening:
    """One message at its moment, and who wrote it (a colleague; None for the customer)."""

    at: datetime
    step: Step
    author: Colleague | None


@dataclass(slots=True)
class Story:
    """One ticket from its beginning to where it is now."""

    telling: Telling
    begun: datetime
    happenings: list[Happening] = field(default_factory=list)
    copies_to: Person | None = None
    goes_through_front_desk: bool = False
    ends: datetime | None = None  # when it is closed for good
    assigned_at: datetime | None = None

    @property
    def script(self) -> Script:
        return self.telling.script

    @property
    def cast(self) -> Cast:
        return self.telling.cast


@dataclass(slots=True)
class Plan:
    """Everybody, and every ticket in the order of its beginning."""

    people: list[Person]
    stories: list[Story]


def planned(now: datetime, count: int = TICKETS) -> Plan:
    """The whole demo up to now."""
    chance = random.Random(SEED)  # noqa: S311  # nosec B311 - repeatable on purpose
    people = population(chance, max(60, count * 3 // 4))
    choose = Chooser(chance, people)
    stories = []
    for number, begun in enumerate(beginnings(chance, now, count)):
        script, customer = choose.next(recent=now - begun < timedelta(days=8), number=number, of=count)
        stories.append(
            _story(Telling(script, choose.cast(script, customer), begun, chance), begun, now, choose)
        )
    return Plan(people, stories)


class Chooser:
    """Picks scripts and people so that nothing comes too often."""

    def __init__(self, chance: random.Random, people: list[Person]) -> None:
        self.chance, self.people = chance, people
        self.told: Counter[str] = Counter()
        self.heard: set[tuple[str, str]] = set()
        self.lately: list[str] = []
        self.gone: set[str] = set()

    def next(self, *, recent: bool, number: int, of: int) -> tuple[Script, Person]:
        """A script, and somebody who hasn't had that trouble yet."""
        left = [
            each for each in scripts() if self.told[each.key] < each.limit and (recent or not each.is_recent)
        ]
        fresh = [each for each in left if each.key not in self.lately[-24:]] or left
        wanted = self._known(number, of)
        fitting = [each for each in fresh if wanted is None or self._suits(each, wanted)]
        rarest = min(self.told[each.key] / min(each.limit, 8) for each in fitting)
        script = self.chance.choice(
            [each for each in fitting if self.told[each.key] / min(each.limit, 8) <= rarest + 0.13]
        )
        self.told[script.key] += 1
        self.lately.append(script.key)
        customer = wanted or self._somebody(script)
        self.heard.add((customer.emails[0], script.key))
        if script.is_last:
            self.gone.add(customer.emails[0])
        return script, customer

    def cast(self, script: Script, customer: Person) -> Cast:
        """Who answers, and whom they ask."""
        unit = [each for each in STAFF if each.unit == script.department and each.works]
        agent = self.chance.choice(unit)
        others = [each for each in STAFF if each is not agent and each.works]
        near = [each for each in others if each.unit == agent.unit]
        return Cast(customer, agent, self.chance.choice(near or others))

    def colleague_of(self, customer: Person) -> Person | None:
        """Somebody else of the same company."""
        same = [each for each in self.people if each.firm == customer.firm and each is not customer]
        return self.chance.choice(same) if customer.firm and same and self.chance.random() < 0.35 else None

    def _known(self, number: int, of: int) -> Person | None:
        """Now and then a ticket of those who can be tried in the portal, the last one not long ago."""
        step = max(1, of // (2 * OWN_TICKETS))
        at = of - 1 - number
        return self.people[(at // step) % 2] if at % step == min(3, step - 1) else None

    def _somebody(self, script: Script) -> Person:
        fitting = [
            each
            for each in self.people[2:]
            if each.language == script.language
            and (each.firm is not None) == script.is_b2b
            and (each.emails[0], script.key) not in self.heard
            and each.emails[0] not in self.gone
        ]
        return self.chance.choice(fitting)

    def _suits(self, script: Script, person: Person) -> bool:
        """A new trouble, of the kind that private customers have."""
        is_new = (person.emails[0], script.key) not in self.heard
        return is_new and script.language == person.language and not script.is_b2b and script.limit > 8


def _story(telling: Telling, begun: datetime, now: datetime, choose: Chooser) -> Story:
    story, chance = Story(telling, begun), telling.chance
    cast, moment = telling.cast, begun
    for step in telling.script.steps:
        if step is not telling.script.steps[0]:
            moment += stretched(step.after, chance)
            moment = awake(moment, chance) if step.kind == "customer" else at_work(moment, chance)
        if moment > now:
            break
        story.happenings.append(Happening(moment, step, _author(step, story, cast)))
    story.copies_to = choose.colleague_of(cast.customer) if telling.script.is_b2b else None
    story.goes_through_front_desk = telling.script.department != "service" and chance.random() < 0.08
    _settle(story, now)
    _hand_out(story, now)
    return story


def _author(step: Step, story: Story, cast: Cast) -> Colleague | None:
    """The customer, the agent, or for a note that answers a note the other one."""
    if step.kind == "customer":
        return None
    before = story.happenings[-1] if story.happenings else None
    answers_note = step.kind == "note" and before is not None and before.step.kind == "note"
    return cast.mate if answers_note and before and before.author is cast.agent else cast.agent


def _settle(story: Story, now: datetime) -> None:
    """Closed a week after it was solved; and nothing stays undecided for weeks."""
    last = story.happenings[-1]
    is_told = len(story.happenings) == len(story.script.steps)
    if is_told and "resolve" in _acts(story) and last.at + CLOSED_AFTER < now:
        story.ends = last.at + CLOSED_AFTER
    elif is_told and "resolve" not in _acts(story) and last.at + STALE_AFTER < now:
        story.ends = last.at + STALE_AFTER


def _hand_out(story: Story, now: datetime) -> None:
    """Somebody takes it before they answer; of those not answered yet, some have been taken too."""
    first = next((each for each in story.happenings if each.author), None)
    if first:
        story.assigned_at = max(story.begun + timedelta(seconds=40), first.at - timedelta(minutes=4))
    elif story.telling.chance.random() < 0.4 and now - story.begun > timedelta(hours=1):
        story.assigned_at = story.begun + (now - story.begun) / 2


def _acts(story: Story) -> set[str]:
    return {act for happening in story.happenings for act in happening.step.acts}
