"""What is probably better blacked out: card numbers, IBANs, phone numbers, addresses. Values in, values out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from stdnum import iban, luhn

from privacy.enums import SpotKind

EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
CARD = re.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?!\d)")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}")
ISSUERS = "23456"  # what the numbers of payment cards begin with


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a text, and what stands there."""

    kind: SpotKind
    text: str
    start: int
    end: int


def spots(text: str, region: str) -> list[Spot]:
    """All of them in order, none upon another; national phone numbers are read as those of ``region``."""
    found: list[Spot] = []
    for detector in (_emails, _ibans, _cards):
        found += [spot for spot in detector(text) if _is_free(spot, found)]
    found += [spot for spot in _phones(text, region) if _is_free(spot, found)]
    return sorted(found, key=lambda spot: spot.start)


def _is_free(spot: Spot, found: list[Spot]) -> bool:
    return all(spot.end <= other.start or spot.start >= other.end for other in found)


def _emails(text: str) -> Iterator[Spot]:
    for match in EMAIL.finditer(text):
        yield Spot(SpotKind.EMAIL, match[0], *match.span())


def _ibans(text: str) -> Iterator[Spot]:
    """A capital word after the number looks like more of it: the longest that checks out counts."""
    for match in IBAN.finditer(text):
        for end in range(match.end(), match.start() + 14, -1):
            said = text[match.start() : end]
            if not said.endswith(" ") and iban.is_valid(said):
                yield Spot(SpotKind.IBAN, said, match.start(), end)
                break


def _cards(text: str) -> Iterator[Spot]:
    for match in CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if digits[0] in ISSUERS and len(set(digits)) > 1 and luhn.is_valid(digits):
            yield Spot(SpotKind.CARD, match[0], *match.span())


def _phones(text: str, region: str) -> Iterator[Spot]:
    for match in phonenumbers.PhoneNumberMatcher(text, region):
        yield Spot(SpotKind.PHONE, match.raw_string, match.start, match.end)
