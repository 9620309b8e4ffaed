"""When things happen: customers from early till late, agents in office hours, more of it lately. Pure."""

import random
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Europe/Berlin")
OPENS, CLOSES = time(8, 0), time(18, 0)
WAKES, SLEEPS = time(6, 40), time(23, 20)
DEPTH = timedelta(days=240)
SATURDAY = 5


def beginnings(chance: random.Random, now: datetime, count: int) -> list[datetime]:
    """When each ticket came in: over eight months, getting denser, quieter at weekends; in order."""
    found: list[datetime] = []
    while len(found) < count:
        age = DEPTH * chance.random() ** 1.6 if len(found) % 5 else timedelta(days=5) * chance.random() ** 1.2
        moment = awake(now - age, chance)
        is_weekend = moment.astimezone(OFFICE).weekday() >= SATURDAY
        if moment < now - timedelta(minutes=9) and not (is_weekend and chance.random() < 0.6):
            found.append(moment)
    return sorted(found)


def stretched(after: timedelta, chance: random.Random) -> timedelta:
    """About that long: no two conversations keep the same time."""
    return after * chance.uniform(0.55, 1.5) + timedelta(seconds=chance.randrange(20, 400))


def awake(moment: datetime, chance: random.Random) -> datetime:
    """The moment itself, or the next morning if people sleep."""
    return _within(moment, WAKES, SLEEPS, chance)


def at_work(moment: datetime, chance: random.Random) -> datetime:
    """The moment itself, or soon after the office next opens."""
    local = _within(moment, OPENS, CLOSES, chance).astimezone(OFFICE)
    while local.weekday() >= SATURDAY:
        local = _morning(local + timedelta(days=1), OPENS, chance)
    return local


def _within(moment: datetime, begin: time, end: time, chance: random.Random) -> datetime:
    local = moment.astimezone(OFFICE)
    if local.time() < begin:
        return _morning(local, begin, chance)
    return local if local.time() <= end else _morning(local + timedelta(days=1), begin, chance)


def _morning(day: datetime, begin: time, chance: random.Random) -> datetime:
    opened = datetime.combine(day.date(), begin, tzinfo=OFFICE)
    return opened + timedelta(minutes=chance.randrange(1, 95), seconds=chance.randrange(60))
