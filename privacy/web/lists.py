"""Lists that page by key: the hundredth page costs what the first one does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest, ValidationError
from django.db.models import DateTimeField, F, UUIDField
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from privacy import access

PAGE = 50
SEPARATOR = "_"
BY_UUID, BY_MOMENT = UUIDField(), DateTimeField()


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its rows, and the cursors of its neighbours (empty at the ends)."""

    rows: list[Any]
    older: str = ""
    newer: str = ""


def by_key(
    queryset: Any,
    cursor: str = "",
    *,
    moment: str = "created_at",
    size: int = PAGE,
    viewer: Any = None,
    is_rising: bool = False,
) -> Page:
    """A page of a queryset, newest first by ``moment`` and id. Raises BadRequest for a cursor that isn't ours.

    ``is_rising`` turns the order round: what is due first comes first, and "older" is what comes after.

    A cursor is ``<`` or ``>`` and the key of a row: what is older, or newer, than that row. Naming the
    ``viewer`` (for whom the queryset was cut down) helps where they see little of a long list.
    """
    backwards = cursor.startswith(">")
    upwards = backwards != is_rising
    rows = queryset.order_by(moment, "id") if upwards else queryset.order_by(f"-{moment}", "-id")
    if cursor:
        compare = TupleGreaterThan if upwards else TupleLessThan
        field = rows.model._meta.get_field(moment)
        rows = rows.filter(compare((F(moment), F("id")), parse_key(cursor[1:], rows.model._meta.pk, field)))
    found = list(access.first_of(viewer, rows, size + 1))
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    has_older = more if not backwards else True
    has_newer = more if backwards else bool(cursor)
    return Page(
        found,
        older=f"<{key_of(found[-1], moment)}" if has_older else "",
        newer=f">{key_of(found[0], moment)}" if has_newer else "",
    )


def key_of(row: Any, moment: str = "created_at") -> str:
    """A row's place in its list, fit for an address."""
    return f"{getattr(row, moment).isoformat()}{SEPARATOR}{row.pk}"


def parse_key(key: str, id_field: Any = BY_UUID, moment_field: Any = BY_MOMENT) -> tuple[Any, Any]:
    """The place that ``key_of`` wrote down: a moment or a day, and an id. Raises BadRequest."""
    moment, _separator, row_id = key.replace(" ", "+").partition(SEPARATOR)
    try:
        is_moment = isinstance(moment_field, DateTimeField)
        parsed = parse_datetime(moment) if is_moment else parse_date(moment)
        if parsed is None or (isinstance(parsed, datetime) and parsed.tzinfo is None):
            raise ValueError
        return parsed, id_field.clean(row_id, None)
    except (ValueError, ValidationError):
        raise BadRequest(
            _("This page of the list doesn't exist. Go back to the start of the list.")
        ) from None
