"""Lists narrowed by custom fields. An address names a value by its blind index: nothing personal stands in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from privacy import custom
from privacy.custom import filtering
from privacy.enums import FieldType
from privacy.models import CustomField
from tickets.models import Ticket

IS, FROM, UP_TO, WITH = "is", "from", "to", "with"
BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class Wish:
    """One condition: a field, how it is compared, and with what (as it stands in an address)."""

    field: CustomField
    how: str
    what: str

    @property
    def code(self) -> str:
        """As it stands in an address."""
        return BETWEEN.join((self.field.key, self.how, self.what))

    @property
    def words(self) -> str:
        """As people read it; what was typed isn't known any more."""
        kind = self.field.kind
        if self.how in (FROM, UP_TO):
            said = _("from {value}") if self.how == FROM else _("up to {value}")
            return said.format(value=custom.shown(self.field, kind.from_text(self.what)))
        if self.how == WITH:
            return custom.shown(self.field, (self.what,))
        known = (value for value in _countable(self.field) if self.field.index_of(value).hex() == self.what)
        return next((custom.shown(self.field, value) for value in known), _("as entered"))


def offered(viewer: Any) -> list[CustomField]:
    """The fields by which the viewer can narrow a list of tickets."""
    return [field for field in custom.definitions(viewer, Ticket) if field.is_indexed and _how(field)]


def wishes(field: CustomField, low: Any, high: Any = None) -> list[Wish]:
    """What was filled in, as conditions: one value, or the ends of a range."""
    kind, how = field.kind, _how(field)
    if how == FROM:
        ends = ((FROM, low), (UP_TO, high))
        return [Wish(field, way, kind.to_text(kind.check(end))) for way, end in ends if end is not None]
    if low in (None, "", (), []):
        return []
    if how == WITH:
        return [Wish(field, WITH, code) for code in low]
    return [Wish(field, IS, field.index_of(kind.check(low)).hex())]


def is_range(field: CustomField) -> bool:
    """Whether lists can be narrowed to what lies between two values."""
    return _how(field) == FROM


def read(codes: Iterable[str], viewer: Any) -> list[Wish]:
    """The conditions of an address; what makes no sense (any more) is left out."""
    known = {field.key: field for field in offered(viewer)} if (codes := list(codes)) else {}
    found = []
    for code in codes:
        key, _first, rest = code.partition(BETWEEN)
        how, _second, what = rest.partition(BETWEEN)
        if key in known and _is_sound(known[key], how, what):
            found.append(Wish(known[key], how, what))
    return found


def narrowed(tickets: Any, wanted: Iterable[Wish]) -> Any:
    """Those tickets for which all of this holds."""
    for wish in wanted:
        kind = wish.field.kind
        if wish.how == IS:
            tickets = filtering.having(tickets, wish.field, bytes.fromhex(wish.what))
        elif wish.how == WITH:
            tickets = filtering.including(tickets, wish.field, wish.what)
        else:
            end = kind.from_text(wish.what)
            ends = {"low": end} if wish.how == FROM else {"high": end}
            tickets = filtering.within(tickets, wish.field, **ends)
    return tickets


def _how(field: CustomField) -> str:
    """How a field is compared in lists: by one value, by range, by one of several choices; nothing if it can't be."""
    if field.type == FieldType.CHOICES:
        return "" if field.is_encrypted or not field.is_filterable else WITH
    if field.kind.has_range and not field.is_encrypted and field.is_filterable:
        return FROM
    return IS


def _is_sound(field: CustomField, how: str, what: str) -> bool:
    expected = _how(field)
    if how not in ({FROM, UP_TO} if expected == FROM else {expected}):
        return False
    try:
        if how == IS:
            return len(bytes.fromhex(what)) > 0
        if how == WITH:
            return what in dict(field.choices)
        field.kind.check(field.kind.from_text(what))
    except (ValueError, ArithmeticError):
        return False
    return True


def _countable(field: CustomField) -> list[Any]:
    """Every value that a field can have, if they can be counted."""
    if field.type == FieldType.YES_NO:
        return [True, False]
    return [code for code, _words in field.choices] if field.type == FieldType.CHOICE else []
