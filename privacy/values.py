"""What a custom field can hold: each type's values checked, as text, and in the form in which they are compared."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_noop

from privacy.enums import FieldType
from privacy.identifiers import normalise_email, normalise_phone

Value = str | int | Decimal | date | datetime | bool | tuple[str, ...]

LINE = 500
LONG = 50_000
WHOLE = 10**18
PLACES = 8
BETWEEN = "|"
CODE = re.compile(r"[a-z0-9_]+")
is_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of value: the column in which it lies unencrypted, and its ways into text and back.

    ``check`` gives the value in its normal form and raises ValueError with a sentence. ``folded`` is the form in
    which two values count as the same.
    """

    column: str
    check: Callable[[Any], Value]
    to_text: Callable[[Any], str] = str
    from_text: Callable[[str], Value] = str
    folded: Callable[[str], str] = str
    has_range: bool = False


def kind_of(field_type: str) -> Kind:
    """The kind behind a type's code."""
    return KINDS[FieldType(field_type)]


def _line(value: Any) -> str:
    return _written(" ".join(str(value).split()), LINE)


def _text(value: Any) -> str:
    return _written(str(value).replace("\r\n", "\n").strip(), LONG)


def _written(text: str, longest: int) -> str:
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
        raise ValueError(gettext_noop("This text contains characters that can't be stored."))
    if len(text) > longest:
        raise ValueError(gettext_noop("This text is too long."))
    return text


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= WHOLE:
        raise ValueError(gettext_noop("This is not a whole number of up to 18 digits."))
    return value


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise ValueError(gettext_noop("This is not a number."))
    found = Decimal(value)
    if not found.is_finite() or abs(found) >= WHOLE or found != round(found, PLACES):
        raise ValueError(gettext_noop("This number has more than 18 digits, or more than 8 decimal places."))
    return plain_decimal(found)


def plain_decimal(value: Decimal) -> Decimal:
    """Without zeros at the end, and zero without a sign."""
    return Decimal(format(value.normalize(), "f")) if value else Decimal(0)


def _day(value: Any) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError(gettext_noop("This is not a date."))
    return value


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(gettext_noop("This is not a date with a time."))
    return value.astimezone(UTC)


def _url(value: Any) -> str:
    try:
        is_url(str(value))
    except ValidationError:
        raise ValueError(gettext_noop("This is not a web address.")) from None
    return str(value)


def _code(value: Any) -> str:
    if not CODE.fullmatch(str(value)):
        raise ValueError(gettext_noop("This can't be chosen."))
    return str(value)


def _codes(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ValueError(gettext_noop("This can't be chosen."))
    return tuple(sorted({_code(each) for each in value}))


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(gettext_noop("This is neither yes nor no."))
    return value


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


KINDS = {
    FieldType.TEXT: Kind("text", _line, folded=_folded),
    FieldType.LONG_TEXT: Kind("text", _text, folded=_folded),
    FieldType.NUMBER: Kind("number", _number, from_text=int, has_range=True),
    FieldType.DECIMAL: Kind(
        "number",
        _decimal,
        to_text=lambda value: format(plain_decimal(Decimal(value)), "f"),
        from_text=lambda text: plain_decimal(Decimal(text)),
        has_range=True,
    ),
    FieldType.DAY: Kind("day", _day, date.isoformat, date.fromisoformat, has_range=True),
    FieldType.MOMENT: Kind("moment", _moment, datetime.isoformat, datetime.fromisoformat, has_range=True),
    FieldType.EMAIL: Kind("text", lambda value: normalise_email(str(value))),
    FieldType.PHONE: Kind("text", lambda value: normalise_phone(str(value))),
    FieldType.URL: Kind("text", _url),
    FieldType.CHOICE: Kind("text", _code),
    FieldType.CHOICES: Kind(
        "text",
        _codes,
        to_text=lambda codes: BETWEEN + BETWEEN.join(codes) + BETWEEN,
        from_text=lambda text: tuple(text.strip(BETWEEN).split(BETWEEN)),
    ),
    FieldType.YES_NO: Kind(
        "text", _yes_no, to_text=lambda value: "yes" if value else "no", from_text=lambda text: text == "yes"
    ),
}
CHOOSING = frozenset({FieldType.CHOICE, FieldType.CHOICES})
