"""Made-up customers: names, addresses, numbers that reach nobody, companies."""

import random
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from helpdesk.demo.company import CUSTOMERS

NAMES = tomllib.loads((Path(__file__).parent / "texts" / "people.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Firm:
    """A customer company."""

    name: str
    domain: str
    language: str


@dataclass(frozen=True, slots=True)
class Person:
    """A customer; ``style`` picks how they greet and sign."""

    first_name: str
    last_name: str
    title: str
    language: str
    emails: tuple[str, ...]
    phone: str
    handle: str
    firm: Firm | None
    role: str
    street: str
    place: tuple[str, str]
    style: int

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def known_by(self) -> list[str]:
        """Every address, number and handle."""
        return [known for known in (*self.emails, self.phone, self.handle) if known]


def population(chance: random.Random, count: int = 300) -> list[Person]:
    """That many people, each with an address of their own; those who can be tried come first."""
    firms = [Firm(name, domain, each) for each in ("de", "en") for name, domain in NAMES[each]["firms"]]
    people = [_known(*customer, chance) for customer in CUSTOMERS]
    taken = {known for person in people for known in person.known_by}
    while len(people) < count:
        language = "de" if chance.random() < 0.62 else "en"
        firm = chance.choice([each for each in firms if each.language == language])
        person = _person(chance, language, firm if chance.random() < 0.26 else None)
        if not taken.intersection(person.known_by):
            taken.update(person.known_by)
            people.append(person)
    return people


def _known(first: str, last: str, title: str, language: str, email: str, chance: random.Random) -> Person:
    street, place = _home(chance, language)
    second = f"{first[0]}.{last}@inbox.example".lower()
    phone = _phone(chance, language)
    return Person(first, last, title, language, (email, second), phone, "", None, "", street, place, 1)


def _person(chance: random.Random, language: str, firm: Firm | None) -> Person:
    names, title = NAMES[language], ""
    if language == "de":
        title = chance.choice(("Frau", "Herr"))
    first = chance.choice(names[{"Frau": "women", "Herr": "men", "": "names"}[title]])
    last = chance.choice(names["surnames"])
    street, place = _home(chance, language)
    return Person(
        first, last, title, language,
        _emails(chance, first, last, firm),
        _phone(chance, language) if firm or chance.random() < 0.4 else "",
        f"@{_ascii(first)}_{_ascii(last)}"[:15] if chance.random() < 0.12 else "",
        firm, chance.choice(names["roles"]) if firm else "",
        street, place, chance.randrange(8),
    )  # fmt: skip


def _emails(chance: random.Random, first: str, last: str, firm: Firm | None) -> tuple[str, ...]:
    name, surname = _ascii(first), _ascii(last)
    forms = (
        f"{name}.{surname}",
        f"{name[0]}.{surname}",
        f"{surname}{chance.randrange(60, 99)}",
        f"{name}-{surname}",
    )
    private = f"{chance.choice(forms)}@{chance.choice(NAMES['providers'])}"
    if firm:
        return (f"{name}.{surname}@{firm.domain}",) + ((private,) if chance.random() < 0.15 else ())
    second = f"{name}{surname[0]}{chance.randrange(100)}@{chance.choice(NAMES['providers'])}"
    return (private, second) if chance.random() < 0.18 else (private,)


def _phone(chance: random.Random, language: str) -> str:
    """From the ranges that the regulators keep for films and books: nobody answers."""
    forms = {
        "de": (("+49 171 39200", 2), ("+49 30 23125", 3), ("+49 40 66969", 3), ("+49 221 4710", 3)),
        "en": (("+44 7700 900", 3), ("+44 20 7946 0", 3)),
    }
    start, digits = chance.choice(forms[language])
    return f"{start}{chance.randrange(10**digits):0{digits}}"


def _home(chance: random.Random, language: str) -> tuple[str, tuple[str, str]]:
    number, street = chance.randrange(1, 90), chance.choice(NAMES[language]["streets"])
    city, code = chance.choice(NAMES[language]["places"])
    if language == "de":
        return f"{street} {number}", (city, code)
    return f"{number} {street} {chance.choice(('Road', 'Street', 'Lane'))}", (city, code)


def _ascii(name: str) -> str:
    spelt = name.lower()
    for letter, written in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o"}.items():
        spelt = spelt.replace(letter, written)
    decomposed = unicodedata.normalize("NFKD", spelt)
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalnum())
