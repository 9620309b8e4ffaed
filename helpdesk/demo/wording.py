"""Texts come alive: alternatives are chosen, names, numbers, places and dates filled in. Pure."""

import random
import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from helpdesk.demo.company import BEANS, MACHINES, Colleague
from helpdesk.demo.people import Person
from helpdesk.demo.scripts import Script

WORDS = tomllib.loads((Path(__file__).parent / "texts" / "words.toml").read_text(encoding="utf-8"))
_CHOICE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_NAME = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part in one telling of a script."""

    customer: Person
    agent: Colleague
    mate: Colleague


class Telling:
    """One telling of a script: every text of it speaks of the same machine, order, date."""

    def __init__(self, script: Script, cast: Cast, begun: datetime, chance: random.Random) -> None:
        self.script, self.cast, self.chance = script, cast, chance
        self.language = script.language
        self.words = WORDS[script.language]
        self._greeted: set[str] = set()
        self.values = self._facts(begun.date()) | self._people()

    @property
    def subject(self) -> str:
        """The ticket's title."""
        return self.told(self.chance.choice(self.script.subjects))

    def told(self, text: str, *, by: str = "") -> str:
        """A text with everything filled in; ``by`` says who speaks (customer, agent, note)."""
        chosen = _CHOICE.sub(lambda match: self.chance.choice(match[1].split("|")), text)
        values = self.values | self._greeting(by)
        return _NAME.sub(lambda match: values[match[1]], _NAME.sub(lambda match: values[match[1]], chosen))

    def quoted(self, text: str, at: datetime) -> str:
        """An answer as it stands below the customer's next mail."""
        day, time, name = self._day(at.date()), f"{at:%H:%M}", self.cast.agent.full_name
        said = (
            f"Am {day} um {time} schrieb {name}:"
            if self.language == "de"
            else f"On {day}, {time}, {name} wrote:"
        )
        return "\n".join([said, *(f"> {line}".rstrip() for line in text.splitlines())])

    def _people(self) -> dict[str, str]:
        customer, cast = self.cast.customer, self.cast
        closing = self.words["closings"][customer.style]
        firm = customer.firm.name if customer.firm else f"{customer.last_name} GmbH"
        tel = f"\nTel. {customer.phone}" if customer.phone else ""
        signed = "Freundliche Grüße" if self.language == "de" else "Kind regards"
        return {
            "name": customer.full_name,
            "first": customer.first_name,
            "last": customer.last_name,
            "company": firm,
            "street": customer.street,
            "city": customer.place[0],
            "zip": customer.place[1],
            "phone": customer.phone[-3:] or "214",
            "agent": cast.agent.first_name,
            "mate": cast.mate.first_name,
            "bye": closing,
            "bye_firm": f"{signed}\n{customer.full_name}\n\n{firm}\n{customer.role}{tel}".rstrip(),
        }

    def _facts(self, day: date) -> dict[str, str]:
        chance, pick = self.chance, self.chance.randrange
        beans, kind = chance.sample(BEANS, 2), "LTOA"[pick(4)]
        price = chance.choice((49, 89, 129, 349, 449, 599, 899, 1249)) - 0.1 * pick(2)
        return {
            "machine": chance.choice(MACHINES[self.script.machine]),
            "order": f"MB-{pick(21000, 98999)}",
            "invoice": f"RE-{day.year}-{pick(10200, 38999)}",
            "serial": f"{kind}{pick(2, 6)}-{pick(2201, 2412)}-{pick(1000, 9999):05}",
            "serial_short": f"{kind}3-22",
            "amount": self._money(price),
            "bean": beans[0],
            "bean2": beans[1],
            "n": str(pick(3, 9)),
            "date": self._day(day - timedelta(days=pick(4, 16))),
            "soon": self._day(_workday(day, pick(6, 13))),
            "day": chance.choice(self.words["weekdays"]),
            "month": self.words["months"][day.month - 4],
        }

    def _greeting(self, by: str) -> dict[str, str]:
        """The first time formal, later as one does who has written before."""
        customer, agent, german = self.cast.customer, self.cast.agent, self.language == "de"
        first = by not in self._greeted
        self._greeted.add(by)
        name = f"{customer.title} {customer.last_name}" if german else customer.first_name
        opening = ("Guten Tag" if first else "Hallo") if german else ("Hello" if first else "Hi")
        hi = self.words["greetings"][customer.style]
        if not first and "agent" in self._greeted:
            hi = f"Hallo {agent.title} {agent.last_name}," if german else f"Hi {agent.first_name},"
        return {"dear": f"{opening} {name},", "hi": hi}

    def _day(self, day: date) -> str:
        name = self.words["months"][day.month - 1]
        return f"{day.day}. {name}" if self.language == "de" else f"{day.day} {name}"

    def _money(self, amount: float) -> str:
        written = f"{amount:,.2f}"
        return written.translate(str.maketrans(",.", ".,")) if self.language == "de" else written


def _workday(day: date, ahead: int) -> date:
    wanted = day + timedelta(days=ahead)
    return wanted + timedelta(days=max(0, 7 - wanted.weekday()) if wanted.weekday() > 4 else 0)
