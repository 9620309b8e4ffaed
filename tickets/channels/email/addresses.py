"""Addresses in headers: names with encoded words, groups, missing domains, doubled quotes."""

import re
from dataclasses import dataclass
from email.utils import getaddresses
from inspect import signature

from tickets.channels.email import headers
from tickets.channels.email.mime import Part

BARE = re.compile(r"[^\s<>\"(),;:\[\]]+@[^\s<>\"(),;:\[\]]+")
LONGEST = 254
MOST = 200
# Python 3.11.10 and later refuse broken headers unless told not to; earlier ones know no such choice.
LENIENT = {"strict": False} if "strict" in signature(getaddresses).parameters else {}


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands in a header: a name (may be empty) and a bare address."""

    name: str
    address: str


def people(part: Part, name: str) -> list[Person]:
    """Everybody in all headers of this name; without groups' names and whatever is no address."""
    found: dict[str, Person] = {}
    for value in part.fields.get(name.lower(), ()):
        if len(found) < MOST:
            for person in parse(value[: headers.LONGEST]):
                found.setdefault(person.address.casefold(), person)
    return list(found.values())[:MOST]


def parse(value: str) -> list[Person]:
    """The people in one header's value. Names are decoded when the structure is known: they can't forge it."""
    value = re.sub(r"\s*\r?\n\s*|\r", " ", value)
    pairs = getaddresses([value], **LENIENT)
    found = [_person(name, address) for name, address in pairs]
    usable = [person for person in found if person is not None]
    return usable or _rescued(value)


def _person(name: str, address: str) -> Person | None:
    bare = headers.one_line(headers.decode_words(address)).replace(" ", "").strip("<>\"'")
    if "@" not in bare or len(bare) > LONGEST or not BARE.fullmatch(bare):
        return None
    local, _at, domain = bare.rpartition("@")
    if not local or not domain.strip("."):
        return None
    return Person(_name(headers.decode_words(name)), f"{local}@{domain.rstrip('.')}")


def _name(shown: str) -> str:
    """A name as it may be shown; one that is an address is none, or pretends to be somebody else."""
    bare = headers.one_line(shown).strip("\"'<>, ")
    return "" if BARE.search(bare) else bare[:200]


def _rescued(value: str) -> list[Person]:
    """Whatever looks like an address in a header that can't be parsed."""
    text = headers.decode_words(value)
    found = list(BARE.finditer(text))[:MOST]
    if len(found) == 1 and len(found[0][0]) <= LONGEST:
        return [Person(_name(text[: found[0].start()]), found[0][0])]
    return [Person("", each[0]) for each in found if len(each[0]) <= LONGEST]
